"""Quizzes, the papers built for them, attempts and the journal of answers."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from courses.catalogue.models import Course, Topic
from lms.db import Code, Model

# What happens at the end of time, and when the review opens; the learner is told both before the start.
AT_END = ("submit", "grace", "nothing")
REVIEWS = ("after_submitting", "after_passing", "after_closing", "never")


class Quiz(Model):
    """A practice of one topic or the final of a course.

    `draw` is the blueprint: how many questions come from each topic code, or from each level of it
    (`courses.quizzes.blueprint`). Without `minutes`, `attempts` or `wait_hours` there is no such limit. Marks are out
    of 10; `pass_score` is compared with the printed score.
    """

    __tablename__ = "courses_quiz"
    __table_args__ = (
        CheckConstraint("kind IN ('practice', 'final')", name="kind"),
        CheckConstraint("at_end IN ('submit', 'grace', 'nothing')", name="at_end"),
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
    # The window: attempts start inside it and end with it.
    opens_at: Mapped[datetime | None]
    closes_at: Mapped[datetime | None]
    at_end: Mapped[str] = mapped_column(Code, default="submit")
    # So long after the end may what was saved still be handed in (`grace` only).
    grace_minutes: Mapped[int] = mapped_column(default=0)
    # One of REVIEWS; empty: a practice after submitting, a final after passing.
    review: Mapped[str] = mapped_column(Code, default="")
    # The exam room: what must be typed, and from which networks, to start; empty: nothing, anywhere.
    room_code: Mapped[str] = mapped_column(Code, default="")
    addresses: Mapped[list[Any]] = mapped_column(default=list)
    # Essays: how many mark each one, and whether they see whose it is.
    markers: Mapped[int] = mapped_column(default=1)
    blind: Mapped[bool] = mapped_column(default=False)

    course: Mapped[Course] = relationship()
    topic: Mapped[Topic | None] = relationship()

    @property
    def review_rule(self) -> str:
        """When the review opens, said or by default."""
        return self.review or ("after_submitting" if self.kind == "practice" else "after_passing")


class Paper(Model):
    """A paper (đề) built beforehand; the same seed on the same bank gives the same paper. Withdrawn ones stay."""

    __tablename__ = "courses_paper"
    __table_args__ = (UniqueConstraint("quiz_id", "number"),)

    quiz_id: Mapped[int] = mapped_column(ForeignKey("courses_quiz.id"))
    number: Mapped[int]
    seed: Mapped[str] = mapped_column(Code)
    # Question versions and the order of their options, by position.
    items: Mapped[list[Any]]
    built_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]

    quiz: Mapped[Quiz] = relationship()


class Allowance(Model):
    """More time or more attempts for one person, for a reason; withdrawn, never deleted."""

    __tablename__ = "courses_allowance"

    quiz_id: Mapped[int] = mapped_column(ForeignKey("courses_quiz.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("lms_person.id"), index=True)
    minutes: Mapped[int] = mapped_column(default=0)
    attempts: Mapped[int] = mapped_column(default=0)
    reason: Mapped[str]
    account_id: Mapped[int | None] = mapped_column(ForeignKey("lms_account.id"))
    recorded_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]


class Attempt(Model):
    """One person's go at a quiz. `paper` holds question versions and the order of their options, by position.

    `score` stays empty while an essay waits for its marker, and for ever when the attempt does not count.
    """

    __tablename__ = "courses_attempt"
    __table_args__ = (
        # Two tabs, two devices, a double click: one open attempt.
        Index(
            "uq_courses_attempt_open", "quiz_id", "person_id", unique=True,
            sqlite_where=text("submitted_at IS NULL"), postgresql_where=text("submitted_at IS NULL"),
        ),
        Index("ix_courses_attempt_due", "submitted_at", "due_at"),
    )  # fmt: skip

    quiz_id: Mapped[int] = mapped_column(ForeignKey("courses_quiz.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("lms_person.id"), index=True)
    paper: Mapped[list[Any]]
    paper_id: Mapped[int | None] = mapped_column(ForeignKey("courses_paper.id"), index=True)
    # What the paper was drawn with, where none was built beforehand.
    seed: Mapped[str] = mapped_column(Code, default="")
    started_at: Mapped[datetime]
    ends_at: Mapped[datetime | None]
    # When the server closes it by itself: at the end, or after the grace.
    due_at: Mapped[datetime | None]
    submitted_at: Mapped[datetime | None]
    # "learner", "time", "room" (the invigilator), "nothing" (not handed in, does not count); empty while open.
    ended_by: Mapped[str] = mapped_column(Code, default="")
    # The last sign of life of its page.
    seen_at: Mapped[datetime | None]
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
