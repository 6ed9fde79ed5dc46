"""A unit beside itself over time, and beside others of its kind."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Float, case, cast, func, select

from certificates.register.models import Certificate
from certificates.targets.counting import ALL, TRAINED, Figures
from certificates.targets.facts import within
from certificates.targets.forecast import Point
from certificates.targets.models import Figure, KeptSpan, Target
from certificates.targets.queries import COUNTS, Clocks, Line, figures_of, is_kept, path_on, place
from lms.db import db
from lms.organisation.models import Person, PostKind, Unit, UnitState
from lms.organisation.queries import below, in_force


def points(target: Target, unit: Unit, clocks: Clocks, kind_id: int = ALL) -> list[Point]:
    """The steps of a unit's figures up to a day; none where they are not kept."""
    if not is_kept(target, clocks):
        return []
    rows = db.session.execute(
        select(Figure.from_on, *COUNTS)
        .where(Figure.target_id == target.id, Figure.unit_id == unit.id, Figure.kind_id == kind_id)
        .where(Figure.from_on <= clocks.on)
        .order_by(Figure.from_on)
    )
    return [Point(day, Figures(*counts)) for day, *counts in rows]


def league(target: Target, unit: Unit, clocks: Clocks, level: str, least: int) -> list[Line]:
    """The units of one kind in a subtree with at least so many due posts, the best first; like beside like."""
    path = path_on(unit.id, clocks) or "/-/"
    query = (
        select(Unit.id, Unit.code, UnitState.name, Unit.kind)
        .join_from(UnitState, Unit, Unit.id == UnitState.unit_id)
        .where(Unit.kind == level, below(path, UnitState.path), in_force(UnitState, clocks.on, clocks.known))
    )
    rows = db.session.execute(query).all()
    found = figures_of(target, clocks, unit, [row.id for row in rows], [ALL])
    lines = [Line(*row, found[row.id, ALL]) for row in rows if (row.id, ALL) in found]
    lines = [line for line in lines if line.figures.due >= least]
    return sorted(lines, key=lambda line: (-(line.figures.trained / line.figures.due), -line.figures.due, line.code))


def places(lines: Sequence[Line]) -> list[int]:
    """The place of each line of a league; equal rates share a place, and the next one comes after all of them."""
    found: list[int] = []
    for number, line in enumerate(lines, 1):
        before = lines[number - 2].figures if number > 1 else None
        same = before and before.trained * line.figures.due == line.figures.trained * before.due
        found.append(found[-1] if same else number)
    return found


@dataclass(frozen=True)
class Commended:
    """Somebody to commend, with the facts behind it; `early` are the days from the completion to the deadline."""

    person_id: int
    name: str
    kind: str
    unit_name: str
    completed_on: date
    score: str
    code: str
    number_text: str
    early: int


def commended(target: Target, unit: Unit, clocks: Clocks, least: float, limit: int) -> list[Commended]:
    """Trained holders in a subtree whose certificate has at least that score: the best first, then who was earlier.

    Each person once, by their best certificate. Only for days whose figures are kept.
    """
    path = place(target, unit, clocks) if is_kept(target, clocks) else ""
    printed = Certificate.facts["score"].as_string()
    number = cast(func.replace(printed, ",", "."), Float)
    score = case((printed.regexp_match(r"^[0-9]+([,.][0-9]+)?$"), number))  # old books hold words as well
    here = below(path if path == "/" else within(target, path) if path else "/-/", KeptSpan.path)
    query = (
        select(Person.id, Person.name, PostKind.name, Unit.name, Certificate)
        .join_from(KeptSpan, Certificate, Certificate.person_id == KeptSpan.person_id)
        .join(Person, Person.id == KeptSpan.person_id)
        .join(PostKind, PostKind.id == KeptSpan.kind_id)
        .join(Unit, Unit.id == KeptSpan.unit_id)
        .where(KeptSpan.target_id == target.id, here, KeptSpan.standing.in_(TRAINED))
        .where(KeptSpan.from_on <= clocks.on, KeptSpan.to_on >= clocks.on)
        .where(Certificate.activity.in_(target.activities), Certificate.status == "issued")
        .where(Certificate.completed_on.between(target.starts_on, min(clocks.on, target.ends_on)))
        .where(score >= least)
        .order_by(score.desc(), Certificate.completed_on, Certificate.id, KeptSpan.post_id)
    )
    found: dict[int, Commended] = {}
    for person, name, kind, unit_name, paper in db.session.execute(query.limit(2 * limit)):
        early = (target.ends_on - paper.completed_on).days
        found.setdefault(person, Commended(person, name, kind, unit_name, paper.completed_on, paper.facts["score"],
                                           paper.code, paper.number_text, early))  # fmt: skip
    return list(found.values())[:limit]


def levels_beneath(unit: Unit, clocks: Clocks) -> list[str]:
    """The kinds of unit within a subtree that has units beneath, for choosing what to compare."""
    path = path_on(unit.id, clocks) or "/-/"
    query = select(Unit.kind).join_from(UnitState, Unit, Unit.id == UnitState.unit_id)
    query = query.where(below(path, UnitState.path), in_force(UnitState, clocks.on, clocks.known), Unit.id != unit.id)
    return sorted(set(db.session.scalars(query.distinct())))
