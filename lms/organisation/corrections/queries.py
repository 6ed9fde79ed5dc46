"""Requests for correction: those that wait in a scope, and a person's own."""

from collections.abc import Iterable
from datetime import date

from sqlalchemy import ColumnElement, Select, exists, func, select

from lms.db import db
from lms.organisation.corrections.models import CorrectionRequest
from lms.organisation.models import Appointment, Post, Unit
from lms.organisation.queries import everywhere, in_any


def waiting(paths: Iterable[str], on: date) -> Select[CorrectionRequest]:
    """The open requests of people who hold or held a post inside the subtrees, the oldest first."""
    query = select(CorrectionRequest).where(CorrectionRequest.answered_at.is_(None), _inside(list(paths), on))
    return query.order_by(CorrectionRequest.asked_at, CorrectionRequest.id)


def count_waiting(paths: Iterable[str], on: date) -> int:
    """How many there are."""
    return db.session.scalar(select(func.count()).select_from(waiting(paths, on).order_by(None).subquery())) or 0


def requests_of(person_id: int) -> list[CorrectionRequest]:
    """What a person asked, the newest first."""
    query = select(CorrectionRequest).where(CorrectionRequest.person_id == person_id)
    return list(db.session.scalars(query.order_by(CorrectionRequest.id.desc())))


def _inside(paths: list[str], on: date) -> ColumnElement[bool]:
    if everywhere(paths, on):
        return CorrectionRequest.id.is_not(None)
    held = (
        select(Appointment.id)
        .join(Post, Post.id == Appointment.post_id)
        .join(Unit, Unit.id == Post.unit_id)
        .where(Appointment.person_id == CorrectionRequest.person_id, in_any(paths))
    )
    return exists(held)
