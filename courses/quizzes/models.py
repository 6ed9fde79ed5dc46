"""Quizzes, attempts and the journal of answers."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from courses.catalogue.models import Course, Topic
from lms.db import Code, Model


class Quiz(Model):
    """A practice of one topic or the final of a course.

    `draw` says how many questions come from each topic code; without `minutes`, `attempts` or `wait_hours` there is
    no such limit. Marks are out of 10; `pass_score` is compared with the printed score.
    """

    __tablename__ = "courses_quiz"
    __table_args__ = (
        CheckConstraint("kind IN ('practice', 'final')", name="kind"),
        UniqueConstraint("course_id", "topic_id"),
    )

    course_id: Mapped[int] = mapped_column(ForeignKey("courses_course.id"))
    topic_id: Mapped[int | None] = mapped_column(ForeignKey("courses_topic.id"))
    kind: Mapped[str] = mapped_column(Code)
    draw: Mapped[dict[str, Any]]
    pass_score: Mapped[Decimal]
    minutes: Mapped[int | None]
    attempts: Mapped[int | None]
    wait_hours: Mapped[int | None]
    removed_at: Mapped[datetime | None]

    course: Mapped[Course] = relationship()
    topic: Mapped[Topic | None] = relationship()


class Attempt(Model):
    """One person's go at a quiz. `paper` holds question versions and the order of their options, by position."""

    __tablename__ = "courses_attempt"
    __table_args__ = (
        # Two tabs, two devices, a double click: one open attempt.
        Index(
            "uq_courses_attempt_open", "quiz_id", "person_id", unique=True,
            sqlite_where=text("submitted_at IS NULL"), postgresql_where=text("submitted_at IS NULL"),
        ),
        Index("ix_courses_attempt_due", "submitted_at", "ends_at"),
    )  # fmt: skip

    quiz_id: Mapped[int] = mapped_column(ForeignKey("courses_quiz.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("lms_person.id"), index=True)
    paper: Mapped[list[Any]]
    started_at: Mapped[datetime]
    ends_at: Mapped[datetime | None]
    submitted_at: Mapped[datetime | None]
    score: Mapped[Decimal | None]
    passed: Mapped[bool | None]

    quiz: Mapped[Quiz] = relationship()


class AnswerSave(Model):
    """One line of an attempt's journal. The answer at a position is the line with the highest `seq`, then id.

    `seq` grows in the browser from where the server stood when the page was loaded: a line that waited on another
    device while the work went on is kept, and does not overwrite what is newer.
    """

    __tablename__ = "courses_answer_save"
    __table_args__ = (UniqueConstraint("attempt_id", "key"),)

    attempt_id: Mapped[int] = mapped_column(ForeignKey("courses_attempt.id"))
    # Made by the browser; the same line sent twice is one line.
    key: Mapped[str] = mapped_column(Code)
    seq: Mapped[int]
    position: Mapped[int]
    value: Mapped[Any] = mapped_column(JSON)
    saved_at: Mapped[datetime]
