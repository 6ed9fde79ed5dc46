"""Questions about units, people and posts; every list of people goes through `visible_people`."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, Select, SQLColumnExpression, Subquery, and_, false, func, or_, select

from lms import clock
from lms.db import db
from lms.organisation.models import (
    Appointment,
    Decision,
    Person,
    Post,
    PostKind,
    Unit,
    UnitState,
    UnitSuccessor,
)


def below(path: str, column: SQLColumnExpression[str] = Unit.path) -> ColumnElement[bool]:
    """The unit at `path` and everything beneath it, as one index range ('0' follows '/' in ASCII)."""
    return and_(column >= path, column < path[:-1] + "0")


def in_any(paths: Iterable[str], column: SQLColumnExpression[str] = Unit.path) -> ColumnElement[bool]:
    """Inside any of the subtrees; nothing at all when there is none."""
    return or_(false(), *(below(path, column) for path in paths))


def in_force(
    model: type[Unit | PostKind | Post | Appointment | UnitState], on: date, known: date | None = None
) -> ColumnElement[bool]:
    """Rows of `model` that are valid on that day, its first and last days included, as we know it now.

    With `known`: as we knew it at the end of that day, whatever was recorded or withdrawn since. `Unit` and `PostKind`
    have no such memory: the units of another day come from `tree_on`.
    """
    starts = or_(model.valid_from.is_(None), model.valid_from <= on)
    ends = or_(model.valid_to.is_(None), model.valid_to >= on)
    if issubclass(model, (Post, Appointment, UnitState)):
        return and_(starts, ends, held_true(model, known))
    if known is not None:
        raise ValueError(f"{model.__name__} does not remember what was known")
    return and_(starts, ends)


def held_true(model: type[Post | Appointment | UnitState], known: date | None = None) -> ColumnElement[bool]:
    """Rows that are not withdrawn; with `known`, those that we held for true at the end of that day (or moment)."""
    if known is None:
        return model.withdrawn_at.is_(None)
    moment = clock.until(known)
    return and_(model.recorded_at < moment, or_(model.withdrawn_at.is_(None), model.withdrawn_at >= moment))


def tree_on(on: date, known: date | None = None) -> Subquery:
    """The units in force on a day, to join and to select from: `unit_id, parent_id, path, name` as of that day.

    One row a unit. `parent_id` is the unit that it reports to (None for a root): the Party unit at its level, where it
    has one, else its own parent; that unit is in the tree of the same day, and `path` is its path and this unit's id.
    So `below(path, tree.c.path)` is a subtree of that day, and the path of a dissolved unit leads to nothing.
    With `known`, the tree of that day as we knew it at the end of the day `known`: a reorganisation that was recorded
    later, or undone later, does not show. Codes, kinds and trees do not change: join `Unit` for them.
    """
    reports_to = func.coalesce(UnitState.party_unit_id, UnitState.parent_id).label("parent_id")
    columns = (UnitState.unit_id, reports_to, UnitState.path, UnitState.name)
    return select(*columns).where(in_force(UnitState, on, known)).subquery("tree")


def heirs(unit_id: int) -> list[int]:
    """The units that began in place of this one when it was dissolved, those that began in their place as well.

    A unit that was there already when it took over is no heir: it is more than the one that ended.
    """
    units = [unit_id]
    for unit in units:
        began = select(func.min(UnitState.valid_from)).where(
            UnitState.unit_id == UnitSuccessor.successor_id, UnitState.withdrawn_at.is_(None)
        )
        query = (
            select(UnitSuccessor.successor_id)
            .join(Decision, Decision.id == UnitSuccessor.decision_id)
            .where(UnitSuccessor.unit_id == unit, UnitSuccessor.withdrawn_at.is_(None))
            .where(Decision.effective_on == began.scalar_subquery(), UnitSuccessor.successor_id.not_in(units))
        )
        units += db.session.scalars(query).all()
    return units[1:]


def reach(unit_id: int) -> list[str]:
    """The paths of a unit whenever it stood anywhere, and of its heirs: beneath them is what lay beneath the unit."""
    units = [unit_id, *heirs(unit_id)]
    return list(db.session.scalars(select(UnitState.path).where(UnitState.unit_id.in_(units)).distinct()))


def unit_by_code(code: str) -> Unit | None:
    """The unit with that code, whatever its dates."""
    return db.session.scalar(select(Unit).where(Unit.code == code))


def root_unit() -> Unit | None:
    """The top of the Party tree: the first unit without a parent."""
    return db.session.scalar(select(Unit).where(Unit.parent_id.is_(None)).order_by(Unit.id))


def everywhere(paths: Iterable[str], on: date) -> bool:
    """Whether the subtrees are the whole organisation, so that people without any post are inside as well."""
    outside, start = [], ""
    for path in sorted(paths):
        outside.append(and_(Unit.path >= start, Unit.path < path))
        start = max(start, path[:-1] + "0")
    stranger = select(Unit.id).where(or_(Unit.path >= start, *outside), in_force(Unit, on)).limit(1)
    return bool(start) and db.session.scalar(stranger) is None


def children(unit: Unit, on: date) -> list[Unit]:
    """The units that report straight to this one, Party units first."""
    reporting = or_(Unit.party_unit_id == unit.id, and_(Unit.party_unit_id.is_(None), Unit.parent_id == unit.id))
    query = select(Unit).where(reporting, in_force(Unit, on)).order_by(Unit.tree != "party", Unit.id)
    return list(db.session.scalars(query))


def standing_on(unit_id: int, on: date) -> tuple[str, list[tuple[str, str]]]:
    """A unit on any day: what it was called (empty when it was not there), and code and name of the units beneath."""
    tree = tree_on(on)
    name = db.session.scalar(select(tree.c.name).where(tree.c.unit_id == unit_id)) or ""
    reporting = or_(
        UnitState.party_unit_id == unit_id, and_(UnitState.party_unit_id.is_(None), UnitState.parent_id == unit_id)
    )
    beneath = (
        select(Unit.code, UnitState.name)
        .join(Unit, Unit.id == UnitState.unit_id)
        .where(reporting, in_force(UnitState, on))
        .order_by(Unit.tree != "party", Unit.id)
    )
    return name, [(code, called) for code, called in db.session.execute(beneath)]


def ancestors(unit: Unit) -> list[Unit]:
    """From the root down to the unit's reporting parent."""
    ids = [int(part) for part in unit.path.strip("/").split("/")][:-1]
    units = {u.id: u for u in db.session.scalars(select(Unit).where(Unit.id.in_(ids)))}
    return [units[i] for i in ids]


def post_kinds(on: date | None = None) -> list[PostKind]:
    """The kinds of post in their usual order, those in force on a day or all."""
    query = select(PostKind).order_by(PostKind.position, PostKind.id)
    return list(db.session.scalars(query if on is None else query.where(in_force(PostKind, on))))


@dataclass(frozen=True)
class Holding:
    """One post that a person holds on a day."""

    kind_code: str
    kind_name: str
    unit_id: int
    unit_code: str
    unit_name: str
    capacity: str


def holdings(person_id: int, on: date) -> list[Holding]:
    """The posts a person holds on that day: own posts before acting and concurrent ones, then by kind."""
    order = (Appointment.capacity != "holder", PostKind.position, Appointment.id)
    query = (
        select(PostKind.code, PostKind.name, Unit.id, Unit.code, Unit.name, Appointment.capacity)
        .join_from(Appointment, Post)
        .join(PostKind, PostKind.id == Post.kind_id)
        .join(Unit, Unit.id == Post.unit_id)
        .where(Appointment.person_id == person_id, in_force(Appointment, on), in_force(Post, on))
        .order_by(*order)
    )
    return [Holding(*row) for row in db.session.execute(query)]


def people_in(paths: Iterable[str], on: date) -> Select[Person]:
    """People who hold a post on that day in any of the subtrees, each once, by given name."""
    inside = (
        select(Appointment.person_id)
        .join(Post, Post.id == Appointment.post_id)
        .join(Unit, Unit.id == Post.unit_id)
        .where(in_any(paths), in_force(Appointment, on))
    )
    return select(Person).where(Person.id.in_(inside)).order_by(Person.sort_key, Person.id)


def posts_of(unit: Unit, on: date) -> list[tuple[Post, Person | None, Appointment | None]]:
    """The posts of a unit itself on a day, each with who holds it (a line for each), or None where it is vacant."""
    held = and_(Appointment.post_id == Post.id, in_force(Appointment, on))
    query = (
        select(Post, Person, Appointment)
        .join(PostKind, PostKind.id == Post.kind_id)
        .outerjoin(Appointment, held)
        .outerjoin(Person, Person.id == Appointment.person_id)
        .where(Post.unit_id == unit.id, in_force(Post, on))
        .order_by(PostKind.position, Post.id, Appointment.capacity != "holder")
    )
    return [(post, person, appointment) for post, person, appointment in db.session.execute(query)]


def appointments_of(person_id: int) -> list[Appointment]:
    """Every post that a person holds or held, the newest first; withdrawn ones left out."""
    query = select(Appointment).where(Appointment.person_id == person_id, Appointment.withdrawn_at.is_(None))
    return list(db.session.scalars(query.order_by(Appointment.valid_from.desc(), Appointment.id.desc())))
