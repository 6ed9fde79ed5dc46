"""A unit beside itself over time, and beside others of its kind."""

from sqlalchemy import select

from certificates.targets.counting import ALL, Figures
from certificates.targets.forecast import Point
from certificates.targets.models import Figure, Target
from certificates.targets.queries import COUNTS, Clocks, Line, figures_of, is_kept, path_on
from lms.db import db
from lms.organisation.models import Unit, UnitState
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


def levels_beneath(unit: Unit, clocks: Clocks) -> list[str]:
    """The kinds of unit within a subtree that has units beneath, for choosing what to compare."""
    path = path_on(unit.id, clocks) or "/-/"
    query = select(Unit.kind).join_from(UnitState, Unit, Unit.id == UnitState.unit_id)
    query = query.where(below(path, UnitState.path), in_force(UnitState, clocks.on, clocks.known), Unit.id != unit.id)
    return sorted(set(db.session.scalars(query.distinct())))
