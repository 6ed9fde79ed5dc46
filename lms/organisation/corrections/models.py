"""Requests for correction."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.db import Model
from lms.organisation.models import Appointment, Person


class CorrectionRequest(Model):
    """Somebody says what is wrong in their own record. Answered once: by a correction, or with the reason why not."""

    __tablename__ = "lms_correction_request"
    __table_args__ = (
        Index("ix_lms_correction_request_open", "answered_at", "asked_at"),
        CheckConstraint("(answered_at IS NULL) = (accepted IS NULL)", name="answered"),
    )

    person_id: Mapped[int] = mapped_column(ForeignKey("lms_person.id"), index=True)
    # The entry that is wrong; None: the record itself, or a post that is missing.
    appointment_id: Mapped[int | None] = mapped_column(ForeignKey("lms_appointment.id"))
    text: Mapped[str]
    asked_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]
    accepted: Mapped[bool | None]
    answer: Mapped[str] = mapped_column(default="")
    account_id: Mapped[int | None] = mapped_column(ForeignKey("lms_account.id"))

    person: Mapped[Person] = relationship()
    appointment: Mapped[Appointment | None] = relationship()
