"""Writing what is dated without losing what was known: parts of open transactions, for every service that does."""

from datetime import date, datetime
from typing import Any, TypeVar

from sqlalchemy import insert, inspect, literal, select
from sqlalchemy.orm import Session

from lms.organisation.models import Appointment, Post, Unit, UnitState

Row = TypeVar("Row", Appointment, Post, UnitState)


def begin_unit(session: Session, unit: Unit, at: datetime, decision_id: int | None = None) -> None:
    """Adds a new unit beneath its reporting parent: its path, and its first state from `valid_from` on."""
    session.add(unit)
    session.flush()
    parent = session.get_one(Unit, unit.reporting_parent_id) if unit.reporting_parent_id else None
    unit.path = f"{parent.path if parent else '/'}{unit.id}/"
    session.add(
        UnitState(
            unit_id=unit.id, name=unit.name, parent_id=unit.parent_id, party_unit_id=unit.party_unit_id,
            path=unit.path, valid_from=unit.valid_from, valid_to=unit.valid_to, recorded_at=at,
            decision_id=decision_id,
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


def values(row: Row) -> dict[str, Any]:
    """What a row says, without its number and the moments at which it was recorded and withdrawn."""
    kept = [column.key for column in inspect(type(row)).column_attrs]
    return {key: getattr(row, key) for key in kept if key not in ("id", "recorded_at", "withdrawn_at")}


def copy(session: Session, row: Row, at: datetime, **changes: Any) -> Row:
    """Adds a row that says the same from `at` on, with `changes`; the other one is left as it is."""
    new = type(row)(**(values(row) | changes), recorded_at=at)
    session.add(new)
    session.flush()
    return new


def replace(session: Session, row: Row, at: datetime, **changes: Any) -> Row:
    """Withdraws a row and adds what holds in its place: the same with `changes`. Returns the new row."""
    row.withdrawn_at = at
    return copy(session, row, at, **changes)


def end(session: Session, row: Row, last_day: date, at: datetime) -> Row | None:
    """Lets a row end with that day; one that begins later never was, and is only withdrawn. Returns what remains."""
    if row.valid_to is not None and row.valid_to <= last_day:
        return row
    if row.valid_from is not None and row.valid_from > last_day:
        row.withdrawn_at = at
        session.flush()
        return None
    return replace(session, row, at, valid_to=last_day)


def appointments_to(session: Session, post_id: int) -> list[Appointment]:
    """Everybody's time in a post, past and to come, the earliest first."""
    held = select(Appointment).where(Appointment.post_id == post_id, Appointment.withdrawn_at.is_(None))
    return list(session.scalars(held.order_by(Appointment.valid_from, Appointment.id)))


def end_post(session: Session, post: Post, last_day: date, at: datetime) -> Post | None:
    """Lets a post and the time of those who hold it end with that day. Returns what remains of the post."""
    appointments = appointments_to(session, post.id)
    remains = end(session, post, last_day, at)
    for appointment in appointments:
        kept = end(session, appointment, last_day, at)
        if kept is not None and remains is not None and kept.post_id != remains.id:
            if kept is appointment:
                replace(session, kept, at, post_id=remains.id)
            else:
                kept.post_id = remains.id
    session.flush()
    return remains
