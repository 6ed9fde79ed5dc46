"""The steps by which a target reminds. What was sent is in the host's outbox, under keys that name the step."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from certificates.targets.models import Target
from lms.db import Code, Model


class Step(Model):
    """So many days after the due day (before it: negative) these are told in these words.

    A step that ended stays: what it sent names it, and its number must never come again.
    """

    __tablename__ = "certificates_reminder_step"
    __table_args__ = (CheckConstraint("audience IN ('person', 'manager', 'parent')", name="audience"),)

    target_id: Mapped[int] = mapped_column(ForeignKey("certificates_target.id"), index=True)
    days: Mapped[int]
    # The person; those who manage their unit; those who manage the unit above that one.
    audience: Mapped[str] = mapped_column(Code)
    subject: Mapped[str]
    body: Mapped[str]
    created_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]

    target: Mapped[Target] = relationship()


class ReminderDay(Model):
    """A day whose reminders were put in the queue: once, whatever happens to the workers."""

    __tablename__ = "certificates_reminder_day"

    day: Mapped[date] = mapped_column(unique=True)
