"""Opening an inspection, drawing its sample, noting findings, closing it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from flask_babel import gettext as _

from certificates.inspection import queries, sampling
from certificates.inspection.models import Finding, Inspection, Item, Member
from certificates.inspection.record import evidence_seen, gather
from certificates.register.queries import last_root
from certificates.reports.content import digest
from certificates.targets.counting import Span
from certificates.targets.queries import Clocks
from lms import audit
from lms.db import db, transaction
from lms.errors import Refused
from lms.jobs import enqueue

# A list beyond this is no scope for one team: it inspects the units beneath.
POSTS_AT_MOST = 100_000
# Each post of it is looked at by hand, and closing asks for the evidence of all in one request.
SAMPLE_AT_MOST = 500


@dataclass(frozen=True)
class Mandate:
    """What a team is sent to inspect: a target in a unit over a period, by a decision; perhaps a frozen report."""

    title: str
    target_id: int
    unit_id: int
    from_on: date
    to_on: date
    decision: str = ""
    report_id: int | None = None


@dataclass(frozen=True)
class Wish:
    """What is to be drawn: posts as of a day (that of the report, where there is one), and the inspector's words."""

    on: date
    among: str
    size: int
    words: str
    by_kind: bool = False


def open_inspection(mandate: Mandate, account_id: int, others: Sequence[int], at: datetime) -> int:
    """Opens an inspection with its team: the account as the head, and the others. Returns its id."""
    if mandate.from_on > mandate.to_on:
        raise Refused(_("The period ends before it begins."))
    with transaction() as session:
        inspection = Inspection(**vars(mandate), account_id=account_id, created_at=at)
        session.add(inspection)
        session.flush()
        session.add(Member(inspection_id=inspection.id, account_id=account_id, head=True))
        session.add_all(
            Member(inspection_id=inspection.id, account_id=other) for other in dict.fromkeys(others)
            if other != account_id
        )  # fmt: skip
        audit.record("certificates.open_inspection", f"inspection:{inspection.id}", unit=inspection.unit.code,
                     target=inspection.target.code, members=[account_id, *others])  # fmt: skip
        return inspection.id


def draw(inspection_id: int, wish: Wish, at: datetime) -> int:
    """Draws the sample, once, and returns how many posts it has. Raises Refused and leaves everything as it was.

    The words, the anchor and the hash of the list are put into the audit log first: the hash of that line is part of
    the seed, and nobody can know it before.
    """
    if not 1 <= wish.size <= SAMPLE_AT_MOST:
        raise Refused(_("Draw between 1 and %(most)s posts.", most=SAMPLE_AT_MOST))
    clocks, found = _posts(inspection_id, wish, at)  # slow, and the same however long it takes: nobody waits for it
    with transaction() as session:
        inspection = session.get_one(Inspection, inspection_id, with_for_update=True)
        if inspection.drawn_at is not None:
            raise Refused(_("The sample of this inspection is drawn already; it is drawn once only."))
        report, root = inspection.report, last_root()
        entries = queries.entries(session, found, wish.among)
        if not entries:
            raise Refused(_("There is no such post on that day."))
        population = sampling.listed(entries)
        anchor, digest = report.sha256 if report else root.root if root else "", sampling.sha256(population)
        audit.record(
            "certificates.draw_sample", f"inspection:{inspection_id}", words=wish.words, anchor=anchor, list=digest,
            size=wish.size, by_kind=wish.by_kind, among=wish.among,
        )  # fmt: skip
        stamp = audit.head()
        seed = sampling.seed_of(anchor, wish.words, stamp)
        drawn = sampling.draw(seed, entries, wish.size, by_kind=wish.by_kind)
        inspection.drawing = queries.drawings(session, inspection.target_id, inspection.unit_id) + 1
        items = queries.described(session, drawn, found, clocks)
        inspection.on, inspection.known_at, inspection.drawn_at = clocks.on, report.frozen_at if report else at, at
        inspection.among, inspection.size, inspection.by_kind = wish.among, wish.size, wish.by_kind
        inspection.words, inspection.anchor, inspection.stamp, inspection.seed = wish.words, anchor, stamp, seed
        inspection.population, inspection.population_size = population, len(entries)
        inspection.population_sha256 = digest
        for item in items:
            item.inspection_id = inspection_id
        session.add_all(items)
        return len(items)


def _posts(inspection_id: int, wish: Wish, at: datetime) -> tuple[Clocks, list[Span]]:
    """The posts as of the day, as known at the moment; those of the frozen report, where there is one."""
    inspection = db.session.get_one(Inspection, inspection_id)
    report = inspection.report
    clocks = Clocks(report.on, report.frozen_at) if report else Clocks(wish.on, at)
    if not inspection.from_on <= clocks.on <= inspection.to_on:
        raise Refused(_("That day lies outside the period under inspection."))
    found = queries.posts_of(db.session(), inspection.target, inspection.unit, clocks)
    if len(found) > POSTS_AT_MOST:
        raise Refused(_("There are more than %(most)s posts here: inspect a unit beneath.", most=POSTS_AT_MOST))
    return clocks, found


def note(item_id: int, kind: str, text: str, account_id: int, author: str, at: datetime) -> None:
    """Notes a finding about a post of the sample. Raises Refused once the inspection is closed, and without words."""
    if kind != "right" and not text.strip():
        raise Refused(_("Say what was found."))
    with transaction() as session:
        item = session.get_one(Item, item_id)
        _open(session.get_one(Inspection, item.inspection_id, with_for_update=True))
        session.add(
            Finding(item_id=item_id, kind=kind, text=text.strip(), account_id=account_id, author=author, recorded_at=at)
        )
        audit.record("certificates.note_finding", f"inspection:{item.inspection_id}", place=item.place, kind=kind)


def withdraw_finding(finding_id: int, at: datetime) -> None:
    """The finding no longer stands; the row stays. Raises Refused once the inspection is closed."""
    with transaction() as session:
        finding = session.get_one(Finding, finding_id)
        item = session.get_one(Item, finding.item_id)
        _open(session.get_one(Inspection, item.inspection_id, with_for_update=True))
        if finding.withdrawn_at is None:
            finding.withdrawn_at = at
            audit.record("certificates.withdraw_finding", f"inspection:{item.inspection_id}", place=item.place)


def close(inspection_id: int, conclusion: str, at: datetime) -> None:
    """Freezes the record with everything that it says. Raises Refused while a post has no finding."""
    seen = evidence_seen(db.session.get_one(Inspection, inspection_id))  # slow, and fixed since the drawing
    with transaction() as session:
        inspection = session.get_one(Inspection, inspection_id, with_for_update=True)
        _open(inspection)
        if not conclusion.strip():
            raise Refused(_("Write the conclusion first."))
        found = queries.findings_of(inspection_id)
        silent = [item.place for item in queries.items_of(inspection_id) if item.id not in found]
        if silent or inspection.drawn_at is None:
            raise Refused(
                _("These posts of the sample have no finding yet: %(places)s.", places=", ".join(map(str, silent)))
            )
        content = gather(inspection, seen, conclusion.strip(), at)
        inspection.conclusion, inspection.content, inspection.sha256 = conclusion.strip(), content, digest(content)
        inspection.closed_at = at
        audit.record("certificates.close_inspection", f"inspection:{inspection_id}", sha256=inspection.sha256)


def ask_for_pack(inspection_id: int, account_id: int) -> int:
    """Puts the making of the evidence pack in the queue; returns the job's id."""
    with transaction():
        audit.record("certificates.export_evidence_pack", f"inspection:{inspection_id}")
        return enqueue("certificates.evidence_pack", {"inspection_id": inspection_id}, account_id)


def _open(inspection: Inspection) -> None:
    if inspection.closed_at is not None:
        raise Refused(_("The inspection is closed: nothing is changed any more."))
