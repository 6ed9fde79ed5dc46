"""Reading targets: the figures of a unit on a day, as we know them now or knew them then; who is missing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import product
from typing import Any

from sqlalchemy import Select, and_, bindparam, func, literal, or_, select, true, union_all
from sqlalchemy.orm import Session, contains_eager

from certificates.targets.counting import ALL, NAMES, Figures, Key, Span, recounted
from certificates.targets.facts import spans, within
from certificates.targets.models import EXEMPT, MISSING, Exemption, Figure, KeptSpan, Target
from certificates.targets.rules import Period
from lms.db import db
from lms.organisation.models import Person, PostKind, Unit, UnitState
from lms.organisation.queries import below, heirs, in_any, in_force, reach
from lms.plugins import Measure

COUNTS = [getattr(Figure, name) for name in NAMES]


def by_code(code: str) -> Target | None:
    """The target with that code."""
    return db.session.scalar(select(Target).where(Target.code == code))


def all_targets() -> list[Target]:
    """Every target, the one that ends first at the top."""
    return list(db.session.scalars(select(Target).order_by(Target.ends_on, Target.code)))


def targets_published() -> Select[Target]:
    """The targets that count."""
    return select(Target).where(Target.published_at.is_not(None)).order_by(Target.id)


@dataclass(frozen=True)
class Clocks:
    """The two clocks of a figure: the day it speaks of, and until when what it rests on was recorded.

    `known` is a day, at whose end it was known, or a moment, as of a frozen report; None is now.
    """

    on: date
    known: date | None = None

    def words(self) -> dict[str, str]:
        """The clocks as words of an address, so that a link keeps its meaning."""
        found = {"on": self.on.isoformat()}
        return found | ({"known": self.known.isoformat()} if self.known else {})


@dataclass(frozen=True)
class Line:
    """A unit in a list, as it was called on the day, with its figures."""

    unit_id: int
    code: str
    name: str
    kind: str
    figures: Figures


@dataclass
class Coverage:
    """A target over one unit, in all, by post kind and by the units beneath: for page, file, command and API."""

    target: Target
    unit: Unit
    clocks: Clocks
    all: Figures
    kinds: list[tuple[PostKind, Figures]]
    children: list[Line]

    def as_json(self) -> dict[str, Any]:
        """For scripts: the unit's figures, `by_kind` by the codes of the post kinds, `units` beneath by their codes."""
        by_kind = {kind.code: figures.as_json() for kind, figures in self.kinds}
        head = {"target": self.target.code, "unit": self.unit.code} | self.clocks.words()
        units = {line.code: {"name": line.name} | line.figures.as_json() for line in self.children}
        return head | self.all.as_json() | {"by_kind": by_kind, "units": units}


def coverage(target: Target, unit: Unit, clocks: Clocks, kind_id: int = ALL) -> Coverage:
    """The figures of a unit; of the units beneath, those of one post kind or of all."""
    kinds = kinds_of(target)
    beneath = db.session.execute(
        _children(unit.id, clocks, heirs(unit.id)).order_by(Unit.tree != "party", Unit.id)
    ).all()
    own = figures_of(target, clocks, unit, [unit.id], [ALL, *(kind.id for kind in kinds)])
    found = figures_of(target, clocks, unit, [row.id for row in beneath], [kind_id])
    lines = [Line(*row, found[row.id, kind_id]) for row in beneath if (row.id, kind_id) in found]
    return Coverage(
        target, unit, clocks, own.get((unit.id, ALL), Figures()),
        [(kind, own.get((unit.id, kind.id), Figures())) for kind in kinds],
        [line for line in lines if line.figures.posts],
    )  # fmt: skip


def kind_id(target: Target, code: str) -> int:
    """The post kind of a target with that code; ALL for no code or one that the target does not ask for."""
    return next((kind.id for kind in kinds_of(target) if kind.code == code), ALL)


def kinds_of(target: Target) -> list[PostKind]:
    """The kinds of post that a target asks for, in their usual order."""
    query = select(PostKind).where(PostKind.code.in_(target.post_kinds))
    return list(db.session.scalars(query.order_by(PostKind.position, PostKind.id)))


def is_kept(target: Target, clocks: Clocks) -> bool:
    """Whether the figures of that day, as we know it now, are kept; else they are counted from the raw rows."""
    return target.counted_at is not None and clocks.known is None and clocks.on >= target.starts_on


def figures_of(
    target: Target, clocks: Clocks, above: Unit, units: Sequence[int], kinds: Sequence[int]
) -> dict[Key, Figures]:
    """The figures of these units and kinds, the units in the subtree of `above`; nothing for those without posts."""
    if is_kept(target, clocks):
        values = {"target": target.id, "on": clocks.on, "units": units, "kinds": kinds}
        rows = db.session.execute(_KEPT, values)
        return {(unit, kind): Figures(*counts) for unit, kind, *counts in rows}
    path = place(target, above, clocks)
    found = counted_on(db.session(), target, clocks.on, path, clocks.known) if path else {}
    return {key: found[key] for key in product(units, kinds) if key in found}


def _kept() -> Select[*tuple[Any, ...]]:
    """One seek in an index for each unit and kind, however many days are kept."""
    figure, step = Figure.__table__.c, Figure.__table__.alias().c
    units = select(Unit.id).where(Unit.id.in_(bindparam("units", expanding=True))).subquery()
    kinds = select(PostKind.id).where(PostKind.id.in_(bindparam("kinds", expanding=True)))
    whole = select(literal(ALL).label("id")).where(literal(ALL).in_(bindparam("kinds", expanding=True)))
    kind_id = union_all(whole, kinds).subquery()
    last = select(func.max(step.from_on)).where(
        step.target_id == bindparam("target"), step.unit_id == units.c.id, step.kind_id == kind_id.c.id,
        step.from_on <= bindparam("on"),
    )  # fmt: skip
    return (
        select(units.c.id, kind_id.c.id, *(figure[name] for name in NAMES))
        .select_from(units.join(kind_id, true()))
        .join(Figure.__table__, and_(figure.unit_id == units.c.id, figure.kind_id == kind_id.c.id))
        .where(figure.target_id == bindparam("target"), figure.from_on == last.scalar_subquery())
    )


_KEPT = _kept()


def kept_on(session: Session, target: Target, on: date) -> dict[Key, Figures]:
    """All kept figures of a target on a day."""
    query = select(Figure.unit_id, Figure.kind_id, *COUNTS).where(Figure.target_id == target.id, Figure.from_on <= on)
    rows = session.execute(query.order_by(Figure.unit_id, Figure.kind_id, Figure.from_on))
    return {key: Figures(*counts) for key, counts in {(unit, kind): c for unit, kind, *c in rows}.items()}


def counted_on(
    session: Session, target: Target, on: date, path: str = "", known: date | None = None
) -> dict[Key, Figures]:
    """The same figures from the raw rows, of the whole target or of a subtree: what the kept ones must equal."""
    only = [below(path, UnitState.path)] if path else []
    return recounted(spans(session, target, Period(on, on), *only, known=known), target.unit_id)


def measures(units: Sequence[int], on: date) -> list[Measure]:
    """Of every target, how many posts of these units are trained, of those that are held: from the raw rows."""
    found: list[Measure] = []
    for target in db.session.scalars(targets_published()).all():
        counted = counted_on(db.session(), target, on)
        held = [(unit, counted[unit, ALL]) for unit in units if (unit, ALL) in counted]
        found += [Measure(target.title, unit, figures.trained, figures.holders) for unit, figures in held]
    return found


def levels() -> list[tuple[str, str]]:
    """The kinds of unit that there are, with their trees."""
    query = select(Unit.tree, Unit.kind).distinct().order_by(Unit.tree, Unit.kind)
    return [(tree, kind) for tree, kind in db.session.execute(query)]


def plans_beneath(target: Target) -> list[Target]:
    """The published plans that units beneath have made under a target."""
    return list(db.session.scalars(targets_published().where(Target.parent_id == target.id)))


def belongs(target: Target, unit: Unit) -> bool:
    """Whether a unit stands, or ever stood, beneath the target's, or beneath one that began in its place."""
    inside = in_any(reach(target.unit_id), UnitState.path)
    return db.session.scalar(select(UnitState.id).where(UnitState.unit_id == unit.id, inside).limit(1)) is not None


def place(target: Target, unit: Unit, clocks: Clocks) -> str:
    """Where a unit stood; the target's own unit stands above all that counts, even when it has ended."""
    return "/" if unit.id == target.unit_id else path_on(unit.id, clocks)


def path_on(unit_id: int, clocks: Clocks) -> str:
    """Where a unit stood; empty when it did not exist."""
    query = select(UnitState.path).where(UnitState.unit_id == unit_id, in_force(UnitState, clocks.on, clocks.known))
    return db.session.scalar(query) or ""


def _children(unit_id: int, clocks: Clocks, also: Sequence[int] = ()) -> Select[int, str, str, str]:
    """The units that report straight to this one, and `also` those that began in its place.

    Two indexed conditions: `tree_on` cannot be searched by parent.
    """
    reporting = or_(
        UnitState.party_unit_id == unit_id, and_(UnitState.party_unit_id.is_(None), UnitState.parent_id == unit_id)
    )
    return (
        select(Unit.id, Unit.code, UnitState.name, Unit.kind)
        .join_from(UnitState, Unit, Unit.id == UnitState.unit_id)
        .where(or_(reporting, UnitState.unit_id.in_(also)), in_force(UnitState, clocks.on, clocks.known))
    )


@dataclass(frozen=True)
class Missing:
    """A post and who counts as its holder, as in the missing list: what lists and files show of it."""

    person: Person
    kind: PostKind
    unit_code: str
    unit_name: str
    capacity: str
    standing: str
    span: Span


def missing(
    target: Target, unit: Unit, clocks: Clocks, kind_code: str = "", after: tuple[str, int] = ("", 0),
    limit: int | None = None, person_id: int | None = None,
) -> list[Missing]:  # fmt: skip
    """Who is missing in a unit's subtree, unit by unit in depth-first order: after a place in the list, so many.

    With `person_id` the lines of that person only.
    """
    path = place(target, unit, clocks)
    if not path:
        return []
    kinds = {k.id: k for k in db.session.scalars(select(PostKind)) if kind_code in ("", k.code)}
    if is_kept(target, clocks):
        found = _missing_kept(
            target,
            path if path == "/" else within(target, path),
            clocks.on,
            list(kinds) if kind_code else [],
            after,
            limit,
            person_id,
        )
    else:
        window = Period(clocks.on, clocks.on)
        counted = spans(db.session(), target, window, below(path, UnitState.path), known=clocks.known)
        found = sorted(
            (
                s
                for s in counted
                if _is_missing(s)
                and s.kind_id in kinds
                and (s.path, s.post_id) > after
                and person_id in (None, s.person_id)
            ),
            key=lambda span: (span.path, span.post_id),
        )[:limit]
    return described(found, kinds, clocks)


def _is_missing(span: Span) -> bool:
    return span.state == "holder" and not span.trained and not span.grace


def _missing_kept(
    target: Target, path: str, on: date, kinds: list[int], after: tuple[str, int], limit: int | None,
    person_id: int | None,
) -> list[Span]:  # fmt: skip
    query = (
        select(*(getattr(KeptSpan, name) for name in Span._fields))
        .where(KeptSpan.target_id == target.id, MISSING)
        .where(below(path, KeptSpan.path), KeptSpan.from_on <= on, KeptSpan.to_on >= on, KeptSpan.grace.is_(False))
        .order_by(KeptSpan.path, KeptSpan.post_id)
        .limit(limit)
    )
    if kinds:
        query = query.where(KeptSpan.kind_id.in_(kinds))
    if person_id is not None:
        query = query.where(KeptSpan.person_id == person_id)
    if after[0]:
        further = and_(KeptSpan.path == after[0], KeptSpan.post_id > after[1])
        query = query.where(KeptSpan.path >= after[0], or_(KeptSpan.path > after[0], further))
    return [Span(*row) for row in db.session.execute(query)]


def described(found: list[Span], kinds: dict[int, PostKind], clocks: Clocks) -> list[Missing]:
    """Spans with somebody in them, with the names of people, kinds and units as of the day."""
    people: dict[int | None, Person] = {}
    units: dict[int, tuple[str, str]] = {}
    for start in range(0, len(found), 5000):
        part = found[start : start + 5000]
        ids, places = {s.person_id for s in part}, {s.unit_id for s in part}
        people |= {p.id: p for p in db.session.scalars(select(Person).where(Person.id.in_(ids)))}
        names = select(Unit.id, Unit.code, UnitState.name).join_from(Unit, UnitState, UnitState.unit_id == Unit.id)
        names = names.where(Unit.id.in_(places), in_force(UnitState, clocks.on, clocks.known))
        units |= {unit: (code, name) for unit, code, name in db.session.execute(names)}
    return [Missing(people[s.person_id], kinds[s.kind_id], *units[s.unit_id], s.capacity, s.standing, s) for s in found]


def exemptions(target: Target, unit: Unit, clocks: Clocks, limit: int = 20) -> list[Exemption]:
    """The exemptions in force of people who hold a post in the unit's subtree, as we know it now."""
    path = place(target, unit, clocks)
    here = below(path if path == "/" else within(target, path) if path else "/-/", KeptSpan.path)
    inside = select(KeptSpan.person_id).where(
        KeptSpan.target_id == target.id, EXEMPT, here, KeptSpan.from_on <= clocks.on, KeptSpan.to_on >= clocks.on,
    )  # fmt: skip
    query = select(Exemption).join(Person).where(
        Exemption.target_id == target.id, Exemption.withdrawn_at.is_(None), Exemption.valid_from <= clocks.on,
        or_(Exemption.valid_to.is_(None), Exemption.valid_to >= clocks.on),
        Exemption.person_id.in_(inside.order_by(KeptSpan.path).limit(limit)),
    )  # fmt: skip
    found = db.session.scalars(query.order_by(Person.sort_key).options(contains_eager(Exemption.person)))
    return list(found)
