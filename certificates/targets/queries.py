"""Reading targets: posts as they count on a day, kept figures, who is missing."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, Subquery, and_, case, or_, select, true
from sqlalchemy.orm import Session

from certificates.register.queries import completions
from certificates.targets.counting import NAMES, Figures, Key, PostState, recounted
from certificates.targets.models import CountedPost, Exemption, Figure, Target
from lms.db import db
from lms.organisation.models import Appointment, Person, Post, PostKind, Unit
from lms.organisation.queries import below, children, in_force


def by_code(code: str) -> Target | None:
    """The target with that code."""
    return db.session.scalar(select(Target).where(Target.code == code))


def all_targets() -> list[Target]:
    """Every target, the one that ends first at the top."""
    return list(db.session.scalars(select(Target).order_by(Target.ends_on, Target.code)))


def targets_with(session: Session, activity: str) -> list[Target]:
    """The targets that an activity satisfies."""
    return [target for target in session.scalars(select(Target)) if activity in target.activities]


def post_states(session: Session, target: Target, on: date, only: ColumnElement[bool] | None = None) -> list[PostState]:
    """The target's posts in force on a day, each with the one who holds it: the holder before an acting one.

    `only` narrows it by conditions on Post, Unit or Appointment.
    """
    rank = case((Appointment.capacity == "holder", 0), (Appointment.capacity == "concurrent", 1), else_=2)
    query = (
        select(Post.id, Post.unit_id, Unit.path, Post.kind_id, Appointment.person_id, Appointment.capacity)
        .join(Unit, Unit.id == Post.unit_id)
        .join(PostKind, PostKind.id == Post.kind_id)
        .outerjoin(Appointment, and_(Appointment.post_id == Post.id, in_force(Appointment, on)))
        .where(below(target.unit.path), in_force(Post, on), in_force(Unit, on), in_force(PostKind, on))
        .where(PostKind.code.in_(target.post_kinds), true() if only is None else only)
        .order_by(Post.id, rank, Appointment.valid_from.desc(), Appointment.id)
    )
    rows: dict[int, Any] = {}
    for row in session.execute(query):
        rows.setdefault(row.id, row)
    people = {row.person_id for row in rows.values() if row.person_id is not None}
    narrow = people if only is not None else None
    trained, exempt = trained_people(session, target, on, narrow), exempt_people(session, target, on)
    return [_state(row, trained, exempt) for row in rows.values()]


def _state(row: Any, trained: set[int], exempt: set[int]) -> PostState:
    if row.person_id is None:
        return PostState(row.id, row.unit_id, row.path, row.kind_id, "vacant")
    state = "exempt" if row.person_id in exempt else "holder"
    done = row.person_id in trained
    return PostState(row.id, row.unit_id, row.path, row.kind_id, state, row.capacity, row.person_id, done)


def counts_on(done: Subquery, target: Target, on: date) -> ColumnElement[bool]:
    """A completion that counts on a day: within the period, by that day, not withdrawn and not ended by it."""
    return and_(
        done.c.activity.in_(target.activities),
        done.c.completed_on >= target.starts_on,
        done.c.completed_on <= min(target.ends_on, on),
        done.c.withdrawn_at.is_(None),
        or_(done.c.ended_on.is_(None), done.c.ended_on > on),
    )


def trained_people(session: Session, target: Target, on: date, people: Iterable[int] | None = None) -> set[int]:
    """Who holds a certificate or accepted evidence that counts; of `people`, or of all."""
    done = completions()
    query = select(done.c.person_id).where(counts_on(done, target, on))
    if people is not None:
        query = query.where(done.c.person_id.in_(list(people)))
    return set(session.scalars(query))


def exempt_people(session: Session, target: Target, on: date) -> set[int]:
    """Who is exempt on a day."""
    return set(session.scalars(select(Exemption.person_id).where(_exempt(target, on))))


def _exempt(target: Target, on: date) -> ColumnElement[bool]:
    return and_(
        Exemption.target_id == target.id,
        Exemption.withdrawn_at.is_(None),
        Exemption.valid_from <= on,
        or_(Exemption.valid_to.is_(None), Exemption.valid_to >= on),
    )


def exemptions(target: Target, path: str, on: date) -> list[Exemption]:
    """The exemptions in force of people who hold a post in the subtree."""
    inside = select(CountedPost.person_id).where(CountedPost.target_id == target.id, below(path, CountedPost.path))
    query = select(Exemption).join(Person).where(_exempt(target, on), Exemption.person_id.in_(inside))
    return list(db.session.scalars(query.order_by(Person.sort_key)))


def kept(target_id: int) -> dict[Key, Figures]:
    """All kept figures of a target."""
    rows = db.session.scalars(select(Figure).where(Figure.target_id == target_id))
    return {(row.unit_id, row.kind_id): figures_of(row) for row in rows}


def figures_of(row: Figure) -> Figures:
    """The figures of a kept row."""
    return Figures(**{name: getattr(row, name) for name in NAMES})


@dataclass
class Coverage:
    """A target over one unit on a day, in all, by post kind and by the units beneath: for page, file and command."""

    target: Target
    unit: Unit
    on: date
    all: Figures
    kinds: list[tuple[PostKind, Figures]]
    children: list[tuple[Unit, Figures]]

    def as_json(self) -> dict[str, Any]:
        """For scripts: the unit's figures, and `by_kind` with the codes of the post kinds."""
        by_kind = {kind.code: figures.as_json() for kind, figures in self.kinds}
        return (
            {"target": self.target.code, "unit": self.unit.code, "on": self.on.isoformat()}
            | self.all.as_json()
            | {"by_kind": by_kind}
        )


def coverage(target: Target, unit: Unit, on: date) -> Coverage:
    """The figures of a unit: kept ones for the day that is kept, else counted from the raw rows of that day."""
    beneath = children(unit, on)
    found = _kept_beneath(target, unit) if on == target.kept_on else _raw_beneath(target, unit, on)
    kinds = db.session.scalars(
        select(PostKind).where(PostKind.code.in_(target.post_kinds)).order_by(PostKind.position, PostKind.id)
    )
    return Coverage(
        target, unit, on, found.get((unit.id, None), Figures()),
        [(kind, found.get((unit.id, kind.id), Figures())) for kind in kinds],
        [(child, found[child.id, None]) for child in beneath if (child.id, None) in found],
    )  # fmt: skip


def _kept_beneath(target: Target, unit: Unit) -> dict[Key, Figures]:
    here = or_(Figure.unit_id == unit.id, and_(Figure.parent_id == unit.id, Figure.kind_id.is_(None)))
    rows = db.session.scalars(select(Figure).where(Figure.target_id == target.id, here))
    return {(row.unit_id, row.kind_id): figures_of(row) for row in rows}


def _raw_beneath(target: Target, unit: Unit, on: date) -> dict[Key, Figures]:
    return recounted(post_states(db.session(), target, on, below(unit.path)))


def missing(target: Target, path: str, kind_code: str = "") -> Select[Person, PostKind, Unit, str]:
    """Holders who are not trained yet, by unit and given name: person, kind, unit, capacity, as of the kept day."""
    query = (
        select(Person, PostKind, Unit, CountedPost.capacity)
        .join_from(CountedPost, Person, Person.id == CountedPost.person_id)
        .join(PostKind, PostKind.id == CountedPost.kind_id)
        .join(Unit, Unit.id == CountedPost.unit_id)
        .where(CountedPost.target_id == target.id, CountedPost.state == "holder", CountedPost.trained.is_(False))
        .where(below(path, CountedPost.path))
        .order_by(CountedPost.path, PostKind.position, Person.sort_key)
    )
    return query.where(PostKind.code == kind_code) if kind_code else query


@dataclass(frozen=True)
class Due:
    """What a target asks of one person, because of which post."""

    target: Target
    kind_name: str
    unit_name: str
    state: str
    trained: bool


def due_for(person_id: int) -> list[Due]:
    """What targets ask of a person, one line a target, what is open first."""
    query = (
        select(Target, PostKind.name, Unit.name, CountedPost.state, CountedPost.trained)
        .join_from(CountedPost, Target, Target.id == CountedPost.target_id)
        .join(PostKind, PostKind.id == CountedPost.kind_id)
        .join(Unit, Unit.id == CountedPost.unit_id)
        .where(CountedPost.person_id == person_id)
        .order_by(CountedPost.trained, Target.ends_on, CountedPost.id)
    )
    found: dict[int, Due] = {}
    for row in db.session.execute(query):
        found.setdefault(row[0].id, Due(*row))
    return list(found.values())


def rows_of(query: Select[*tuple[Any, ...]]) -> list[Any]:
    """All rows of a list, for files."""
    return list(db.session.execute(query))
