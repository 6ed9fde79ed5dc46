"""Why a person is (not) counted on a day: each post, the proofs and exemptions, and who changed what."""

from dataclasses import asdict, dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select

from certificates.register.models import Certificate, Evidence
from certificates.targets.counting import Span
from certificates.targets.facts import end, spans
from certificates.targets.models import Exemption, Started, Target
from certificates.targets.queries import Clocks
from certificates.targets.rules import Completed, Period, is_in_force, proven
from lms.audit.models import AuditEntry
from lms.db import db
from lms.organisation.models import Appointment, Person, Post, PostKind, Unit
from lms.organisation.people.owners import owners
from lms.organisation.queries import in_force


@dataclass(frozen=True)
class PostAnswer:
    """One post that the person holds on the day, and how it counts for the target.

    `verdict`: trained, expiring, exempt, grace, started, never; other (somebody else counts as its holder); outside
    (the target does not ask for this kind of post, level or unit).
    """

    kind: str
    unit_code: str
    unit_name: str
    capacity: str
    since: date
    until: date | None
    recorded_at: datetime
    verdict: str
    # The decision of the appointment.
    document: str = ""


@dataclass(frozen=True)
class Proof:
    """A certificate or accepted evidence of one of the target's activities; `verdict` is counts or why it does not.

    `verdict`: counts, early, late, ended, way, edition, expired, unknown (not recorded yet on the day of knowledge).
    """

    source: str
    activity: str
    text: str
    completed_on: date
    ended_on: date | None
    recorded_at: datetime
    verdict: str
    code: str = ""
    # The key of the scanned paper behind evidence from elsewhere.
    scan: str = ""


@dataclass(frozen=True)
class Exempted:
    """An exemption, withdrawn or not."""

    id: int
    reason: str
    document: str
    approver: str
    valid_from: date
    valid_to: date | None
    recorded_at: datetime
    withdrawn_at: datetime | None


@dataclass(frozen=True)
class Deed:
    """A line of the audit log about the person or a paper of theirs."""

    at: datetime
    actor: str
    action: str
    details: dict[str, Any]


@dataclass
class Explanation:
    """The whole answer. `counted` says whether any of the person's posts counts as trained."""

    target: str
    person: str
    name: str
    on: date
    known: date | None
    counted: bool
    verdict: str
    rule: dict[str, Any]
    posts: list[PostAnswer] = field(default_factory=list)
    proofs: list[Proof] = field(default_factory=list)
    exemptions: list[Exempted] = field(default_factory=list)
    started_on: date | None = None
    changes: list[Deed] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        """For scripts: days and moments as text."""
        return asdict(self)


# Who looked is on the log as well, but changed nothing.
READINGS = ("certificates.why", "certificates.inspect_certificate", "courses.inspect_attempt")
# A deed's line in the log follows it within this time.
SOON = timedelta(minutes=5)

# What a person amounts to where their posts differ: the first of these.
ORDER = ("expiring", "trained", "exempt", "started", "never", "grace", "other", "outside")


def explanation(target: Target, person: Person, clocks: Clocks) -> Explanation:
    """Everything that decides how a person counts for a target on a day, as known on a day."""
    posts = _posts(target, person, clocks)
    verdicts = [post.verdict for post in posts]
    verdict = min(verdicts, key=ORDER.index, default="no post")
    started = select(Started.started_on).where(
        Started.person_id == person.id, Started.activity.in_(target.activities), Started.started_on <= clocks.on
    )
    if clocks.known:
        started = started.where(Started.recorded_at < end(clocks.known))
    proofs = _proofs(target, person, clocks)
    return Explanation(
        target.code, person.code, person.name, clocks.on, clocks.known,
        counted=verdict in ("trained", "expiring"), verdict=verdict, rule=_rule(target), posts=posts, proofs=proofs,
        exemptions=_exemptions(target, person, clocks),
        started_on=db.session.scalar(started.order_by(Started.started_on)),
        changes=_changes(target, person, [proof.code for proof in proofs if proof.code]),
    )  # fmt: skip


def _rule(target: Target) -> dict[str, Any]:
    names = ("post_kinds", "levels", "activities", "all_of", "ways", "starts_on", "ends_on", "validity_months",
             "renewal_days", "grace_days", "editions")  # fmt: skip
    return {name: getattr(target, name) for name in names}


def _posts(target: Target, person: Person, clocks: Clocks) -> list[PostAnswer]:
    mine = owners(db.session(), clocks.known).rows_of(Appointment, person.id)
    held = (
        select(Appointment, PostKind.name, Unit.code, Unit.name)
        .join(Post, Post.id == Appointment.post_id)
        .join(PostKind, PostKind.id == Post.kind_id)
        .join(Unit, Unit.id == Post.unit_id)
        .where(mine, in_force(Appointment, clocks.on, clocks.known))
        .order_by(PostKind.position, Appointment.id)
    )
    rows = db.session.execute(held).all()
    ids = [row[0].post_id for row in rows]
    window = Period(clocks.on, clocks.on)
    counted = {s.post_id: s for s in spans(db.session(), target, window, Post.id.in_(ids), known=clocks.known)}
    return [
        PostAnswer(
            kind, code, name, row.capacity, row.valid_from, row.valid_to, row.recorded_at,
            _verdict(counted.get(row.post_id), person.id), row.document,
        )
        for row, kind, code, name in rows
    ]  # fmt: skip


def _verdict(span: Span | None, person_id: int) -> str:
    if span is None:
        return "outside"
    if span.person_id != person_id:
        return "other"
    return "exempt" if span.state == "exempt" else "grace" if span.grace else span.standing


def _proofs(target: Target, person: Person, clocks: Clocks) -> list[Proof]:
    whose = owners(db.session(), clocks.known)
    certificates = select(Certificate).where(
        whose.rows_of(Certificate, person.id), Certificate.activity.in_(target.activities)
    )
    found = []
    for row in db.session.scalars(certificates.order_by(Certificate.completed_on, Certificate.id)):
        ended = (
            row.ended_on if clocks.known is None or row.ended_at is None or row.ended_at < end(clocks.known) else None
        )
        proof = Completed(row.activity, "certificate", row.completed_on, ended, row.edition)
        verdict = _proof_verdict(target, proof, clocks, row.issued_at, None)
        found.append(Proof("certificate", row.activity, row.number_text, row.completed_on, row.ended_on, row.issued_at,
                           verdict, row.code))  # fmt: skip
    evidence = select(Evidence).where(whose.rows_of(Evidence, person.id), Evidence.activity.in_(target.activities))
    for paper in db.session.scalars(evidence.order_by(Evidence.completed_on, Evidence.id)):
        proof = Completed(paper.activity, paper.kind, paper.completed_on, None)
        verdict = _proof_verdict(target, proof, clocks, paper.recorded_at, paper.withdrawn_at)
        text = ", ".join(part for part in (paper.title, paper.organiser, paper.document) if part)
        found.append(Proof(paper.kind, paper.activity, text, paper.completed_on, None, paper.recorded_at, verdict,
                           scan=paper.scan))  # fmt: skip
    return found


def _proof_verdict(
    target: Target, proof: Completed, clocks: Clocks, recorded_at: datetime, withdrawn_at: datetime | None
) -> str:
    moment = end(clocks.known) if clocks.known else None
    if (moment and recorded_at >= moment) or proof.on > clocks.on:
        return "unknown"
    if withdrawn_at is not None and (moment is None or withdrawn_at < moment):
        return "ended"
    if proof.ended_on is not None and proof.ended_on <= clocks.on:
        return "ended"
    if target.ways and proof.way not in target.ways:
        return "way"
    if not is_in_force(target.rule, proof):
        return "edition"
    if proof.on > target.ends_on:
        return "late"
    trained, _expiring = proven(replace(target.rule, activities=(proof.activity,)), [proof])
    if any(period.from_on <= clocks.on <= period.to_on for period in trained):
        return "counts"
    return "expired" if target.validity_months else "early"


def _exemptions(target: Target, person: Person, clocks: Clocks) -> list[Exempted]:
    """Those that were recorded by the moment of knowledge; what was withdrawn after it stands."""
    rows = select(Exemption).where(Exemption.target_id == target.id, Exemption.person_id == person.id)
    moment = end(clocks.known) if clocks.known else None
    if moment:
        rows = rows.where(Exemption.recorded_at < moment)
    return [
        Exempted(
            e.id, e.reason, e.document, e.approver, e.valid_from, e.valid_to, e.recorded_at,
            None if moment and e.withdrawn_at and e.withdrawn_at >= moment else e.withdrawn_at,
        )
        for e in db.session.scalars(rows.order_by(Exemption.id))
    ]  # fmt: skip


# Deeds about many people at once; their lines name the people.
TOGETHER = ("certificates.issue", "certificates.accept_evidence")


def _changes(target: Target, person: Person, codes: list[str]) -> list[Deed]:
    """The lines of the audit log about the person, their certificates, and what was done for them among others."""
    papers = select(Evidence.id).where(Evidence.person_id == person.id, Evidence.activity.in_(target.activities))
    subjects = [f"person:{person.id}", *(f"certificate:{code}" for code in codes)]
    subjects += [f"evidence:{number}" for number in db.session.scalars(papers)]
    query = select(AuditEntry).where(AuditEntry.subject.in_(subjects), AuditEntry.action.not_in(READINGS))
    rows = list(db.session.scalars(query.order_by(AuditEntry.id.desc()).limit(50)))
    together = select(AuditEntry).where(AuditEntry.subject.in_(target.activities), AuditEntry.action.in_(TOGETHER))
    for moment in _moments(target, person):
        near = together.where(AuditEntry.at >= moment, AuditEntry.at < moment + SOON)
        named = (row for row in db.session.scalars(near) if person.id in row.details.get("people", ()))
        rows += [row for row in named if row not in rows]
    rows.sort(key=lambda row: row.id, reverse=True)
    return [Deed(row.at, row.actor, row.action, row.details) for row in rows]


def _moments(target: Target, person: Person) -> list[datetime]:
    """When the person's certificates were issued and evidence about them was accepted."""
    issued = select(Certificate.issued_at).where(
        Certificate.person_id == person.id, Certificate.activity.in_(target.activities), Certificate.status != "draft"
    )
    accepted = select(Evidence.recorded_at).where(
        Evidence.person_id == person.id, Evidence.activity.in_(target.activities)
    )
    return [*db.session.scalars(issued), *db.session.scalars(accepted)]
