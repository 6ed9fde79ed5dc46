"""Writing what is dated without losing what was known: parts of open transactions, for every service that does."""

from datetime import datetime

from sqlalchemy import insert, literal, select
from sqlalchemy.orm import Session

from lms.organisation.models import Unit, UnitState


def begin_unit(session: Session, unit: Unit, at: datetime) -> None:
    """Adds a new unit beneath its reporting parent: its path, and its first state from `valid_from` on."""
    session.add(unit)
    session.flush()
    parent = session.get_one(Unit, unit.reporting_parent_id) if unit.reporting_parent_id else None
    unit.path = f"{parent.path if parent else '/'}{unit.id}/"
    session.add(
        UnitState(
            unit_id=unit.id, name=unit.name, parent_id=unit.parent_id, party_unit_id=unit.party_unit_id,
            path=unit.path, valid_from=unit.valid_from, valid_to=unit.valid_to, recorded_at=at,
        )
    )  # fmt: skip
    session.flush()


def begin_units(session: Session, at: datetime) -> None:
    """First states for units that were inserted in bulk and have none."""
    columns = ("name", "parent_id", "party_unit_id", "path", "valid_from", "valid_to")
    new = select(Unit.id, *(getattr(Unit, name) for name in columns), literal(at, UnitState.recorded_at.type)).where(
        Unit.id.not_in(select(UnitState.unit_id))
    )
    session.execute(insert(UnitState).from_select(["unit_id", *columns, "recorded_at"], new))
