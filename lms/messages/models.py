"""The outbox of notices."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.db import Code, Model
from lms.organisation.models import Person


class Message(Model):
    """A notice to one person. The page shows it until it is read; a letter takes a copy, tried from `due_at` on."""

    __tablename__ = "lms_message"
    __table_args__ = (Index("ix_lms_message_due_at", "sent_at", "due_at"),)

    # What makes the notice the same notice: "certificates.revoked:ABC123".
    key: Mapped[str] = mapped_column(Code, unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("lms_person.id"), index=True)
    subject: Mapped[str]
    body: Mapped[str]
    # Why this person is told: "because you hold the certificate".
    reason: Mapped[str]
    created_at: Mapped[datetime]
    read_at: Mapped[datetime | None]
    # When a letter took it, and by which channel.
    sent_at: Mapped[datetime | None]
    channel: Mapped[str] = mapped_column(Code, default="")
    due_at: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(default=0)
    error: Mapped[str] = mapped_column(default="")

    person: Mapped[Person] = relationship()


class CalendarDay(Model):
    """A day on which the office works although the calendar says otherwise, or does not: swapped and extra days off."""

    __tablename__ = "lms_calendar_day"

    day: Mapped[date] = mapped_column(unique=True)
    works: Mapped[bool]
    name: Mapped[str] = mapped_column(default="")
