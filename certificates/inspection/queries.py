"""Reading inspections: those of a member, the list that a sample is drawn from, and what was found."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Select, and_, func, select
from sqlalchemy.orm import Session, aliased, joinedload

from certificates.inspection.models import Finding, Inspection, Item, Member
from certificates.inspection.sampling import Entry as Listed
from certificates.register.auditing import as_published
from certificates.register.models import Certificate, DayRoot, Entry
from certificates.reports.models import Report
from certificates.targets.counting import Span
from certificates.targets.facts import portions, spans
from certificates.targets.models import Target
from certificates.targets.queries import Clocks, place
from certificates.targets.rules import Period
from lms.accounts.models import Account
from lms.db import db
from lms.organisation.models import Person, PostKind, Unit, UnitState
from lms.organisation.queries import below, in_force

# What may be drawn from, by code: a test of a post's state.
TRAINED = ("trained", "expiring")
AMONG: dict[str, Callable[[str], bool]] = {
    "holders": lambda state: state not in ("vacant", "exempt"),
    "trained": lambda state: state in TRAINED,
    "missing": lambda state: state in ("never", "started"),
    "exempt": lambda state: state == "exempt",
    "all": lambda state: True,
}


def inspections_of(account_id: int) -> Select[Inspection]:
    """The inspections of which the account is a member, the newest first."""
    mine = select(Member.inspection_id).where(Member.account_id == account_id)
    query = select(Inspection).where(Inspection.id.in_(mine)).order_by(Inspection.id.desc())
    return query.options(joinedload(Inspection.target), joinedload(Inspection.unit))


def is_member(inspection_id: int, account_id: int) -> bool:
    """Whether the account belongs to the team."""
    query = select(Member.id).where(Member.inspection_id == inspection_id, Member.account_id == account_id)
    return db.session.scalar(query) is not None


def members(inspection_id: int) -> list[Member]:
    """The team, its head first."""
    query = select(Member).where(Member.inspection_id == inspection_id).options(joinedload(Member.account))
    return list(db.session.scalars(query.order_by(Member.head.desc(), Member.id)))


def accounts_named(names: Iterable[str]) -> dict[str, Account]:
    """The accounts with these sign-in names that are in use."""
    query = select(Account).where(Account.username.in_(list(names)), Account.disabled_at.is_(None))
    return {account.username: account for account in db.session.scalars(query)}


def drawings(session: Session, target_id: int, unit_id: int) -> int:
    """How many samples were drawn of a target in a unit."""
    query = select(func.count()).select_from(Inspection)
    query = query.where(Inspection.target_id == target_id, Inspection.unit_id == unit_id)
    return session.scalar(query.where(Inspection.drawn_at.is_not(None))) or 0


def state_of(span: Span) -> str:
    """How a post counts, in one word: vacant, exempt, grace, never, started, trained or expiring."""
    if span.state != "holder":
        return span.state
    return "grace" if span.grace and not span.trained else span.standing


def posts_of(session: Session, target: Target, unit: Unit, clocks: Clocks) -> list[Span]:
    """Every post that the target counts in a unit's subtree on a day, from the raw rows."""
    path = place(target, unit, clocks)
    window = Period(clocks.on, clocks.on)
    return spans(session, target, window, below(path, UnitState.path), known=clocks.known) if path else []


def entries(session: Session, found: Sequence[Span], among: str) -> list[Listed]:
    """The posts that may be drawn, with the codes of kinds and units."""
    kinds = {kind: code for kind, code in session.execute(select(PostKind.id, PostKind.code))}
    units: dict[int, str] = {}
    for part in portions({span.unit_id for span in found}):
        units |= {unit: code for unit, code in session.execute(select(Unit.id, Unit.code).where(Unit.id.in_(part)))}
    test = AMONG[among]
    return [
        Listed(span.post_id, kinds[span.kind_id], units[span.unit_id], state_of(span))
        for span in found
        if test(state_of(span))
    ]


def described(session: Session, drawn: Sequence[Listed], found: Sequence[Span], clocks: Clocks) -> list[Item]:
    """The items of a sample in its order, with the names of that day; not yet in the session."""
    by_post = {span.post_id: span for span in found}
    chosen = [by_post[entry.post] for entry in drawn]
    kinds = {kind.id: kind.name for kind in session.scalars(select(PostKind))}
    people = {p.id: p for p in session.scalars(select(Person).where(Person.id.in_({s.person_id for s in chosen})))}
    named = select(UnitState.unit_id, UnitState.name).where(UnitState.unit_id.in_({s.unit_id for s in chosen}))
    names = {unit: name for unit, name in session.execute(named.where(in_force(UnitState, clocks.on, clocks.known)))}
    items = []
    for number, (entry, span) in enumerate(zip(drawn, chosen, strict=True), start=1):
        person = people.get(span.person_id or 0)
        items.append(
            Item(
                place=number, post_id=entry.post, kind_code=entry.kind, kind_name=kinds[span.kind_id],
                unit_code=entry.unit, unit_name=names.get(span.unit_id, entry.unit), state=entry.state,
                person_id=person.id if person else None, person_code=person.code if person else "",
                person_name=person.name if person else "",
            )
        )  # fmt: skip
    return items


def items_of(inspection_id: int) -> list[Item]:
    """The sample, in the order in which it was drawn."""
    return list(db.session.scalars(select(Item).where(Item.inspection_id == inspection_id).order_by(Item.place)))


def item(inspection_id: int, place: int) -> Item | None:
    """The post of the sample at a place."""
    return db.session.scalar(select(Item).where(Item.inspection_id == inspection_id, Item.place == place))


def findings_of(inspection_id: int) -> dict[int, list[Finding]]:
    """What was found and stands, by item, in the order in which it was noted."""
    query = select(Finding).join(Item, Item.id == Finding.item_id).where(Item.inspection_id == inspection_id)
    found: dict[int, list[Finding]] = {}
    for finding in db.session.scalars(query.where(Finding.withdrawn_at.is_(None)).order_by(Finding.id)):
        found.setdefault(finding.item_id, []).append(finding)
    return found


def reports_of(target_id: int, unit_id: int) -> list[Report]:
    """The frozen reports on a target in a unit, the newest first."""
    query = select(Report).where(Report.target_id == target_id, Report.unit_id == unit_id)
    return list(db.session.scalars(query.order_by(Report.number.desc())))


def lines_of(codes: Sequence[str], by: datetime | None) -> tuple[list[Certificate], list[Any], list[Any]]:
    """These lines of the register in order; the links of the chain about them by a moment, each with the hash before;
    and the roots of the days until then."""
    lines = select(Certificate).where(Certificate.code.in_(codes)).order_by(Certificate.book_id, Certificate.number)
    before = aliased(Entry)
    links = (
        select(Entry, before.hash)
        .outerjoin(before, and_(before.book_id == Entry.book_id, before.position == Entry.position - 1))
        .where(Entry.code.in_(codes), Entry.at <= by)
        .order_by(Entry.book_id, Entry.position)
    )
    entries = [
        {"before": previous or "", "position": e.position, "action": e.action, "code": e.code, "content": e.content,
         "at": e.at.isoformat(), "hash": e.hash}
        for e, previous in db.session.execute(links)
    ]  # fmt: skip
    roots = select(DayRoot).where(DayRoot.made_at <= by).order_by(DayRoot.day)
    return list(db.session.scalars(lines)), entries, [as_published(row) for row in db.session.scalars(roots)]
