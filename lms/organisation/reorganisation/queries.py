"""Reading decisions."""

from sqlalchemy import select

from lms.db import db
from lms.organisation.models import Decision, Unit, UnitState, UnitSuccessor


def decisions() -> list[Decision]:
    """Every decision, the latest first, undone ones as well."""
    return list(db.session.scalars(select(Decision).order_by(Decision.effective_on.desc(), Decision.id.desc())))


def states_of(unit_id: int) -> list[tuple[UnitState, Decision | None]]:
    """A unit's names and places over time, the latest first, each with the decision behind it."""
    query = (
        select(UnitState, Decision)
        .outerjoin(Decision, Decision.id == UnitState.decision_id)
        .where(UnitState.unit_id == unit_id, UnitState.withdrawn_at.is_(None))
        .order_by(UnitState.valid_from.is_(None), UnitState.valid_from.desc())
    )
    return [(state, decision) for state, decision in db.session.execute(query)]


def successors_of(unit_id: int) -> list[Unit]:
    """The units that took over from this one."""
    query = select(Unit).join(UnitSuccessor, UnitSuccessor.successor_id == Unit.id)
    query = query.where(UnitSuccessor.unit_id == unit_id, UnitSuccessor.withdrawn_at.is_(None))
    return list(db.session.scalars(query.order_by(Unit.id)))
