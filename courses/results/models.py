"""Marks that people give, corrections of a key, and what each correction changed."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from lms.db import Code, Model


class EssayMark(Model):
    """One marker's points for one essay, by criterion; a second thought withdraws the first and adds a new row."""

    __tablename__ = "courses_essay_mark"
    __table_args__ = (
        Index(
            "uq_courses_essay_mark_standing", "attempt_id", "position", "account_id", unique=True,
            sqlite_where=text("withdrawn_at IS NULL"), postgresql_where=text("withdrawn_at IS NULL"),
        ),
    )  # fmt: skip

    attempt_id: Mapped[int] = mapped_column(ForeignKey("courses_attempt.id"))
    position: Mapped[int]
    account_id: Mapped[int] = mapped_column(ForeignKey("lms_account.id"))
    # Points as text, in the rubric's order.
    points: Mapped[list[Any]]
    comment: Mapped[str] = mapped_column(default="")
    recorded_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]


class Correction(Model):
    """A decision that the key of a question version was wrong. `void`: everybody who had it gets the full mark."""

    __tablename__ = "courses_correction"
    __table_args__ = (CheckConstraint("kind IN ('key', 'void')", name="kind"),)

    version_id: Mapped[int] = mapped_column(ForeignKey("courses_question_version.id"), index=True)
    kind: Mapped[str] = mapped_column(Code)
    # The question as it is marked from now on, with the same options in the same order.
    content: Mapped[dict[str, Any]]
    decision: Mapped[str]
    reason: Mapped[str]
    account_id: Mapped[int | None] = mapped_column(ForeignKey("lms_account.id"))
    applied_at: Mapped[datetime]


class Remark(Model):
    """What a correction changed in one attempt: both scores stay on record."""

    __tablename__ = "courses_remark"
    __table_args__ = (UniqueConstraint("correction_id", "attempt_id"),)

    correction_id: Mapped[int] = mapped_column(ForeignKey("courses_correction.id"))
    attempt_id: Mapped[int] = mapped_column(ForeignKey("courses_attempt.id"), index=True)
    score_before: Mapped[Decimal]
    score_after: Mapped[Decimal]
    passed_before: Mapped[bool]
    passed_after: Mapped[bool]
