"""The verbs of the register: issue, replace, revoke. Numbers are taken inside the transaction and never given back."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from dataclasses import replace as changed
from datetime import date, datetime

from flask import current_app
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from certificates.designer.store import version_for
from certificates.designs import CertificateFacts, MissingLetters, check_letters
from certificates.register.models import Book, Certificate, Issuer
from lms import audit, fonts
from lms.clock import day_of
from lms.db import transaction
from lms.errors import Refused
from lms.events import ActivityCompleted, CertificateEnded, CertificatesIssued, publish
from lms.jobs import enqueue
from lms.organisation.models import Person, Unit
from lms.organisation.queries import holdings
from lms.text import fold, short_date

# Capitals and digits that are not mistaken for one another on paper; twelve of them are 59 bits.
ALPHABET = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"


@dataclass(frozen=True)
class Problem:
    """Somebody who is due and cannot have a certificate yet, and why."""

    person_id: int
    sentence: str


def add_issuer(code: str, name: str, *, unit_id: int, place: str, authority: str, signer: str, number_pattern: str,
               superior: str = "", heading: str = "party") -> int:  # fmt: skip
    """A new issuer; the second time with the same code changes nothing and gives the same id."""
    with transaction() as session:
        issuer = session.scalar(select(Issuer).where(Issuer.code == code))
        if issuer is None:
            issuer = Issuer(
                code=code, name=name, unit_id=unit_id, place=place, authority=authority, signer=signer,
                number_pattern=number_pattern, superior=superior, heading=heading,
            )  # fmt: skip
            session.add(issuer)
            session.flush()
        return issuer.id


def issue(completed: Sequence[ActivityCompleted], at: datetime) -> list[Problem]:
    """Issues a certificate for each completion that has none, in their order and in one transaction.

    A completion that was ever answered by a certificate, though it be revoked, gets no second one. Who cannot have
    one yet (a letter that no font has, no issuer) is left out, takes no number, and is named in the answer.
    """
    problems: list[Problem] = []
    issued: dict[str, list[int]] = {}
    with transaction() as session:
        issuers = list(session.scalars(select(Issuer).order_by(Issuer.id).with_for_update()))
        known = _answered(session, completed)
        for event in completed:
            day = day_of(event.completed_at)
            if (event.person_id, event.activity, day) in known:
                continue
            try:
                _issue_one(session, issuers, event, at)
            except Refused as refusal:
                problems.append(Problem(event.person_id, str(refusal)))
                continue
            known.add((event.person_id, event.activity, day))
            issued.setdefault(event.activity, []).append(event.person_id)
        for activity, people in issued.items():
            publish(CertificatesIssued(activity, people))
            audit.record("certificates.issue", activity, actor="", count=len(people), people=people[:1000])
    return problems


def _answered(session: Session, completed: Sequence[ActivityCompleted]) -> set[tuple[int | None, str, date]]:
    people = [event.person_id for event in completed]
    query = select(Certificate.person_id, Certificate.activity, Certificate.completed_on)
    found: set[tuple[int | None, str, date]] = set()
    for start in range(0, len(people), 5000):
        found |= {
            (p, a, d) for p, a, d in session.execute(query.where(Certificate.person_id.in_(people[start:][:5000])))
        }
    return found


def _issue_one(session: Session, issuers: list[Issuer], event: ActivityCompleted, at: datetime) -> Certificate:
    person = session.get(Person, event.person_id)
    if person is None:
        raise Refused(_("This person is no longer in the system."))
    completed_on, issued_on = day_of(event.completed_at), day_of(at)
    posts = holdings(person.id, completed_on)
    unit = session.get(Unit, posts[0].unit_id) if posts else None
    issuer = _issuer_of(issuers, unit)
    facts = CertificateFacts(
        heading=issuer.heading, superior=issuer.superior, issuer=issuer.name, place=issuer.place,
        authority=tuple(issuer.authority.splitlines()), signer=issuer.signer, number="", book="", issued_on=issued_on,
        name=person.name, born=born(person), post=posts[0].kind_name if posts else "",
        unit=_place(session, unit) if unit else "", title=event.title, hours=event.hours,
        started_on=day_of(event.started_at), completed_on=completed_on, code="",
    )  # fmt: skip
    return _enter(session, issuer, facts, person.id, event.activity, at)


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


def _enter(session: Session, issuer: Issuer, facts: CertificateFacts, person_id: int | None, activity: str,
           at: datetime, replaces: Certificate | None = None) -> Certificate:  # fmt: skip
    """Takes the next number and writes the line. Everything that can be refused is checked before the number moves."""
    try:
        check_letters(facts, fonts.folder_of(current_app.config["DATA_FOLDER"]))
    except MissingLetters as missing:
        raise Refused(
            _("«%(text)s» has letters that cannot be printed: %(letters)s. Correct the record, then issue again.",
              text=missing.text, letters=" ".join(missing.letters))
        ) from missing  # fmt: skip
    book = _book(session, issuer, facts.issued_on.year)
    book.last_number += 1
    number_text = issuer.number_pattern.format(number=book.last_number, year=book.year)
    code = "".join(secrets.choice(ALPHABET) for _place in range(12))
    facts = changed(facts, number=number_text, book=f"{book.last_number:02d}/{book.year}", code=code)
    design = version_for(session, issuer.design_id, issuer.heading, at)
    certificate = Certificate(
        design_version_id=design.id,
        code=code, book_id=book.id, number=book.last_number, number_text=number_text, status="issued",
        person_id=person_id, activity=activity, fold=fold(facts.name), facts=facts.to_json(),
        completed_on=facts.completed_on, issued_on=facts.issued_on, issued_at=at,
        replaces_id=replaces.id if replaces else None,
    )  # fmt: skip
    session.add(certificate)
    session.flush()
    return certificate


def _book(session: Session, issuer: Issuer, year: int) -> Book:
    """The issuer's book of the year, locked; opened when it is the first certificate. The issuer is locked before."""
    query = select(Book).where(Book.issuer_id == issuer.id, Book.year == year)
    book = session.scalar(query.with_for_update())
    if book is None:
        book = Book(issuer_id=issuer.id, year=year, last_number=0)
        session.add(book)
        session.flush()
    return book


def ask_for_missing(account_id: int) -> int:
    """Puts the job that issues everything that is due in the queue; returns the job's id."""
    with transaction():
        return enqueue("certificates.issue_missing", {}, account_id)


def revoke(certificate_id: int, *, decision: str, reason: str, on: date, at: datetime) -> None:
    """Takes a certificate back by a numbered decision, for a reason, from a day on. Raises Refused unless it is valid.

    The number stays used and the line stays in the book.
    """
    _check_decision(decision, reason)
    with transaction() as session:
        certificate = _valid(session, certificate_id)
        if on < certificate.issued_on or on > day_of(at):
            raise Refused(_("The day must lie between the day of issue and today."))
        _end(certificate, "revoked", decision, reason, on, at)
        audit.record("certificates.revoke", f"certificate:{certificate.code}", decision=decision, reason=reason)


def replace(certificate_id: int, *, decision: str, reason: str, at: datetime) -> str:
    """Ends a certificate and issues a new one with the person's present name and birth; returns the new code.

    Post, unit, course and days stay as they were frozen. Both lines point to each other.
    """
    _check_decision(decision, reason)
    with transaction() as session:
        list(session.scalars(select(Issuer.id).with_for_update()))
        old = _valid(session, certificate_id)
        person = session.get(Person, old.person_id) if old.person_id else None
        facts = CertificateFacts.from_json(old.facts)
        facts = changed(facts, issued_on=day_of(at))
        if person is not None:
            facts = changed(facts, name=person.name, born=born(person))
        _end(old, "replaced", decision, reason, day_of(at), at)
        session.flush()
        new = _enter(session, old.book.issuer, facts, old.person_id, old.activity, at, replaces=old)
        if new.person_id:
            publish(CertificatesIssued(new.activity, [new.person_id]))
        audit.record("certificates.replace", f"certificate:{old.code}", decision=decision, reason=reason, new=new.code)
        return new.code


def _check_decision(decision: str, reason: str) -> None:
    if not decision.strip() or not reason.strip():
        raise Refused(_("Give the number of the decision and the reason."))


def _valid(session: Session, certificate_id: int) -> Certificate:
    certificate = session.get_one(Certificate, certificate_id, with_for_update=True)
    if certificate.status != "issued":
        raise Refused(_("This certificate is no longer valid: nothing was changed."))
    return certificate


def _end(certificate: Certificate, status: str, decision: str, reason: str, on: date, at: datetime) -> None:
    certificate.status, certificate.decision, certificate.reason = status, decision, reason
    certificate.ended_on, certificate.ended_at = on, at
    if certificate.person_id is not None:
        publish(CertificateEnded(certificate.activity, certificate.person_id, certificate.code))
