"""Issuing: a completion becomes a certificate at once, or a draft that is issued by a decision."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from dataclasses import replace as changed
from datetime import date, datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from certificates.designer.store import version_for
from certificates.designs import CertificateFacts
from certificates.register.models import Book, Certificate, Decision, Issuer, Signer
from certificates.register.services.ending import check_decision, decision_of, end, valid_certificate
from certificates.register.services.entering import (
    enter,
    expiry,
    lock_issuers,
    locked_book,
    new_code,
    notice_of,
    refuse_missing_letters,
    signer_on,
)
from lms import audit
from lms.clock import day_of
from lms.db import transaction
from lms.errors import Refused
from lms.events import ActivityCompleted, CertificatesIssued, publish
from lms.jobs import enqueue
from lms.organisation.models import Person, Unit
from lms.organisation.queries import holdings
from lms.text import fold, short_date

# More in one file would be slow to open and to print.
MOST_PAPERS = 2000


@dataclass(frozen=True)
class Problem:
    """Somebody who is due and cannot have a certificate yet, and why."""

    person_id: int
    sentence: str


@dataclass(frozen=True)
class Ruling:
    """The decision that recognises results, as it was typed: each issuer writes it down for itself."""

    number: str
    decided_on: date


def ruling(number: str, decided_on: date | None) -> Ruling | None:
    """The decision, or None where none was typed. Raises Refused when only half of it was."""
    if not number.strip() and decided_on is None:
        return None
    if not number.strip() or decided_on is None:
        raise Refused(_("Give both the number and the day of the decision, or neither."))
    return Ruling(number.strip(), decided_on)


def issue(completed: Sequence[ActivityCompleted], at: datetime, by: Ruling | None = None,
          paths: Collection[str] | None = None) -> list[Problem]:  # fmt: skip
    """Issues a certificate for each completion that has none, in their order and in one transaction.

    A completion that was ever answered by a certificate, though it be revoked, gets no second one; a voided one was
    never handed out and does not count. Where the issuer wants drafts first and no decision is given, a draft is made.
    Who cannot have one yet (a letter that no font has, no issuer) is left out, takes no number, and is named in the
    answer. With `paths`, only issuers whose unit lies beneath one of them issue.
    """
    problems: list[Problem] = []
    with transaction() as session:
        desk = _Desk(session, lock_issuers(session), at, by, paths)
        known = _answered(session, completed)
        for event in completed:
            key = (event.person_id, event.activity, day_of(event.completed_at))
            if key in known:
                continue
            try:
                desk.answer(event)
            except Refused as refusal:
                problems.append(Problem(event.person_id, str(refusal)))
                continue
            known.add(key)
        desk.tell()
    return problems


def issue_drafts(draft_ids: Collection[int], at: datetime, by: Ruling | None = None) -> int:
    """Issues drafts in the order in which they were made, dated today; returns how many. Others are left alone."""
    with transaction() as session:
        desk = _Desk(session, lock_issuers(session), at, by)
        query = select(Certificate).where(Certificate.id.in_(draft_ids), Certificate.status == "draft")
        drafts = list(session.scalars(query.order_by(Certificate.id).with_for_update()))
        for draft in drafts:
            desk.number(draft)
        desk.tell()
    return len(drafts)


def discard_drafts(draft_ids: Collection[int]) -> int:
    """Takes drafts away: they never had a number. Their completions are due again. Returns how many."""
    with transaction() as session:
        chosen = (Certificate.id.in_(draft_ids), Certificate.status == "draft")
        codes = list(session.scalars(select(Certificate.code).where(*chosen)))
        session.execute(delete(Certificate).where(*chosen))
        audit.record("certificates.discard_drafts", "register", count=len(codes), codes=codes[:1000])
    return len(codes)


def ask_for_missing(account_id: int, paths: Sequence[str], *, activity: str = "", people: Sequence[int] = (),
                    by: Ruling | None = None) -> int:  # fmt: skip
    """Puts the job that issues what is due in the queue: all beneath the paths, of one activity, or for some people.

    Returns its id.
    """
    with transaction():
        arguments: dict[str, Any] = {"activity": activity, "people": list(people), "paths": list(paths)}
        if by is not None:
            arguments |= {"decision": by.number, "decided_on": by.decided_on.isoformat()}
        return enqueue("certificates.issue_missing", arguments, account_id)


def ask_for_papers(account_id: int, book_id: int, *, first: int, last: int, kind: str) -> int:
    """Puts the job in the queue that makes a file of the certificates from one number to another; returns its id."""
    if not first <= last < first + MOST_PAPERS:
        raise Refused(_("Choose at most %(most)s numbers, the lower one first.", most=MOST_PAPERS))
    with transaction():
        arguments = {"book_id": book_id, "first": first, "last": last, "kind": kind}
        audit.record("certificates.print", f"book:{book_id}", first=first, last=last, kind=kind)
        return enqueue("certificates.print_papers", arguments, account_id)


def replace(certificate_id: int, *, decision: str, reason: str, at: datetime, decided_on: date | None = None) -> str:
    """Ends a certificate and issues a new one with the person's present name and birth; returns the new code.

    Post, unit, course and days stay as they were frozen. Both lines point to each other.
    """
    given = check_decision(decision, reason)
    with transaction() as session:
        lock_issuers(session)
        old = valid_certificate(session, certificate_id)
        issuer = old.issuer
        decided = decision_of(session, issuer, given, decided_on, at)
        facts = changed(
            CertificateFacts.from_json(old.facts),
            issued_on=day_of(at),
            signing=issuer.signing,
            notice=notice_of(issuer, at),
        )
        person = session.get(Person, old.person_id) if old.person_id else None
        if person is not None:
            facts = changed(facts, name=person.name, born=born(person))
        refuse_missing_letters(facts)
        new = _certificate(issuer, facts, old.person_id, old.activity, at)
        new.edition = old.edition
        new.replaces_id, new.design_version_id = old.id, version_for(session, issuer.design_id, issuer.heading, at).id
        book = locked_book(session, issuer, facts.issued_on)
        end(session, old, "replaced", decided or given, "issuer_error", reason, day_of(at), at)
        session.flush()
        enter(session, book, new, at, decided)
        if new.person_id:
            publish(CertificatesIssued(new.activity, [new.person_id]))
        audit.record("certificates.replace", f"certificate:{old.code}", decision=given, reason=reason, new=new.code)
        return new.code


class _Desk:
    """One transaction of issuing: signers and books are looked up once, and what was issued is told at the end."""

    def __init__(self, session: Session, issuers: list[Issuer], at: datetime, by: Ruling | None,
                 paths: Collection[str] | None = None) -> None:  # fmt: skip
        self.paths = None if paths is None else tuple(paths)
        self.session, self.issuers, self.at, self.by = session, issuers, at, by
        self.today = day_of(at)
        self.issued: dict[str, list[int]] = {}
        self.drafted: dict[str, int] = {}
        self._signers: dict[int, Signer] = {}
        self._designs: dict[int, int] = {}
        self._decisions: dict[int, Decision | None] = {}
        self._books: dict[int, Book] = {}

    def answer(self, event: ActivityCompleted) -> None:
        """A certificate or a draft for one completion. Raises Refused before anything is written."""
        person = self.session.get(Person, event.person_id)
        if person is None:
            raise Refused(_("This person is no longer in the system."))
        completed_on = day_of(event.completed_at)
        posts = holdings(person.id, completed_on)
        unit = self.session.get(Unit, posts[0].unit_id) if posts else None
        issuer = _issuer_of(self.issuers, unit)
        if self.paths is not None and not issuer.unit.path.startswith(self.paths):
            raise Refused(_("«%(issuer)s» issues for this unit: that is outside your scope.", issuer=issuer.name))
        signer = self._signer(issuer)
        facts = CertificateFacts(
            heading=issuer.heading, superior=issuer.superior, issuer=issuer.name, place=issuer.place,
            authority=tuple(signer.authority.splitlines()), signer=signer.name, number="", book="",
            issued_on=self.today, name=person.name, born=born(person), post=posts[0].kind_name if posts else "",
            unit=_place(self.session, unit) if unit else "", title=event.title, hours=event.hours,
            started_on=day_of(event.started_at), completed_on=completed_on, code="", score=event.score,
        )  # fmt: skip
        certificate = _certificate(issuer, facts, person.id, event.activity, self.at)
        certificate.edition = event.edition
        if issuer.drafts_first and self.by is None:
            refuse_missing_letters(facts)
            self.session.add(certificate)
            self.drafted[event.activity] = self.drafted.get(event.activity, 0) + 1
        else:
            self.number(certificate, issuer)

    def number(self, certificate: Certificate, issuer: Issuer | None = None) -> None:
        """Dates the certificate and takes its number."""
        issuer = issuer or certificate.issuer
        book = self._books.get(issuer.id) or locked_book(self.session, issuer, self.today)
        self._books[issuer.id] = book
        signer = self._signer(issuer)
        facts = CertificateFacts.from_json(certificate.facts)
        facts = changed(
            facts, issued_on=self.today, signer=signer.name, authority=tuple(signer.authority.splitlines()),
            signing=issuer.signing, notice=notice_of(issuer, self.at),
        )  # fmt: skip
        refuse_missing_letters(facts)
        certificate.facts, certificate.issued_on, certificate.issued_at = facts.to_json(), self.today, self.at
        certificate.valid_to = expiry(issuer, self.today)
        certificate.design_version_id = self._design(issuer)
        enter(self.session, book, certificate, self.at, self._decision(issuer))
        if certificate.person_id is not None:
            self.issued.setdefault(certificate.activity, []).append(certificate.person_id)

    def tell(self) -> None:
        """Publishes and records what was issued and drafted."""
        words = self.by.number if self.by else ""
        for activity, people in self.issued.items():
            publish(CertificatesIssued(activity, people))
            audit.record("certificates.issue", activity, actor="", count=len(people), people=people[:1000],
                         decision=words)  # fmt: skip
        for activity, count in self.drafted.items():
            audit.record("certificates.draft", activity, actor="", count=count)

    def _design(self, issuer: Issuer) -> int:
        if issuer.id not in self._designs:
            self._designs[issuer.id] = version_for(self.session, issuer.design_id, issuer.heading, self.at).id
        return self._designs[issuer.id]

    def _decision(self, issuer: Issuer) -> Decision | None:
        if self.by is not None and issuer.id not in self._decisions:
            decision = decision_of(self.session, issuer, self.by.number, self.by.decided_on, self.at)
            self._decisions[issuer.id] = decision
        return self._decisions.get(issuer.id)

    def _signer(self, issuer: Issuer) -> Signer:
        if issuer.id not in self._signers:
            self._signers[issuer.id] = signer_on(issuer, self.today)
        return self._signers[issuer.id]


def _answered(session: Session, completed: Sequence[ActivityCompleted]) -> set[tuple[int | None, str, date]]:
    people = [event.person_id for event in completed]
    query = select(Certificate.person_id, Certificate.activity, Certificate.completed_on)
    query = query.where(Certificate.status != "voided")
    found: set[tuple[int | None, str, date]] = set()
    for start in range(0, len(people), 5000):
        found |= {
            (p, a, d) for p, a, d in session.execute(query.where(Certificate.person_id.in_(people[start:][:5000])))
        }
    return found


def _certificate(issuer: Issuer, facts: CertificateFacts, person_id: int | None, activity: str,
                 at: datetime) -> Certificate:  # fmt: skip
    """A draft, not yet in the session."""
    return Certificate(
        code=new_code(), issuer_id=issuer.id, book_id=None, number=None, number_text="", status="draft",
        person_id=person_id, activity=activity, fold=fold(facts.name), facts=facts.to_json(),
        completed_on=facts.completed_on, issued_on=facts.issued_on, issued_at=at,
        valid_to=expiry(issuer, facts.issued_on), decision="", reason="", reason_class="",
    )  # fmt: skip


def born(person: Person) -> str:
    """The day of birth as papers print it, or the year where only that is known."""
    return short_date(person.birth_on) if person.birth_on else str(person.birth_year or "")


def _place(session: Session, unit: Unit) -> str:
    """A unit with the one above it: a branch's name alone says little."""
    above = session.get(Unit, unit.reporting_parent_id) if unit.reporting_parent_id else None
    return f"{unit.name}, {above.name}" if above and above.reporting_parent_id else unit.name


def _issuer_of(issuers: list[Issuer], unit: Unit | None) -> Issuer:
    """The issuer nearest above the unit; the first one for somebody without a post."""
    above = [issuer for issuer in issuers if unit and unit.path.startswith(issuer.unit.path)]
    if above:
        return max(above, key=lambda issuer: len(issuer.unit.path))
    if issuers and unit is None:
        return issuers[0]
    raise Refused(_("There is no issuer for this unit yet: add one first."))
