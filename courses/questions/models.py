"""The question bank: a question keeps its name, each edit is a new version, attempts keep theirs."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from courses.catalogue.models import Course, Topic
from lms.db import Code, Model


class BankQuestion(Model):
    """A question of a bank, by its name; removed ones stay for the attempts that had them.

    A bank is a course's: `course_id`. Without a topic it is not drawn until somebody puts it into one.
    """

    __tablename__ = "courses_question"
    __table_args__ = (
        UniqueConstraint("course_id", "name"),
        Index("ix_courses_question_topic_id", "topic_id"),
    )

    course_id: Mapped[int] = mapped_column(ForeignKey("courses_course.id"))
    topic_id: Mapped[int | None] = mapped_column(ForeignKey("courses_topic.id"))
    name: Mapped[str] = mapped_column(Code)
    position: Mapped[int]
    removed_at: Mapped[datetime | None]
    # The newest version's text as searches and comparisons read it.
    fold: Mapped[str] = mapped_column(default="")

    course: Mapped[Course] = relationship()
    topic: Mapped[Topic | None] = relationship()


class QuestionVersion(Model):
    """What a question said at a time; never changed. The newest is the one drawn."""

    __tablename__ = "courses_question_version"
    __table_args__ = (UniqueConstraint("question_id", "number"),)

    question_id: Mapped[int] = mapped_column(ForeignKey("courses_question.id"))
    number: Mapped[int]
    # courses.questions.types.Question as JSON.
    content: Mapped[dict[str, Any]]
    document: Mapped[str] = mapped_column(Code, default="")
    recorded_at: Mapped[datetime]
    # Whose edit it was; None: a command's.
    account_id: Mapped[int | None] = mapped_column(ForeignKey("lms_account.id"))

    question: Mapped[BankQuestion] = relationship()
