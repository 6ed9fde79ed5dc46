"""The question bank: a question keeps its name, each edit is a new version, attempts keep theirs."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.db import Code, Model


class BankQuestion(Model):
    """A question of a topic, by its name in the files; removed ones stay for the attempts that had them."""

    __tablename__ = "courses_question"
    __table_args__ = (UniqueConstraint("topic_id", "name"),)

    topic_id: Mapped[int] = mapped_column(ForeignKey("courses_topic.id"))
    name: Mapped[str] = mapped_column(Code)
    position: Mapped[int]
    removed_at: Mapped[datetime | None]


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

    question: Mapped[BankQuestion] = relationship()
