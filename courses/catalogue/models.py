"""A course with its topics, lessons and the documents they cite."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.db import Code, Model


class Course(Model):
    """A course (khóa bồi dưỡng). `rules` holds what course.yaml says of practice, final and audience."""

    __tablename__ = "courses_course"

    code: Mapped[str] = mapped_column(Code, unique=True)
    title: Mapped[str]
    edition: Mapped[str] = mapped_column(default="")
    summary: Mapped[str] = mapped_column(default="")
    # Periods (tiết) of 45 minutes.
    hours: Mapped[int]
    topics_in_order: Mapped[bool] = mapped_column(default=True)
    rules: Mapped[dict[str, Any]]
    imported_at: Mapped[datetime]

    topics: Mapped[list["Topic"]] = relationship(
        back_populates="course",
        order_by="Topic.position",
        primaryjoin="and_(Course.id == Topic.course_id, Topic.removed_at.is_(None))",
        viewonly=True,
    )

    @property
    def activity(self) -> str:
        """The key under which completing this course is told."""
        return f"courses:{self.code}"


class Topic(Model):
    """A topic (chuyên đề). One that is no longer in the files stays, removed, for the results that point to it."""

    __tablename__ = "courses_topic"
    __table_args__ = (UniqueConstraint("course_id", "code"),)

    course_id: Mapped[int] = mapped_column(ForeignKey("courses_course.id"))
    code: Mapped[str] = mapped_column(Code)
    position: Mapped[int]
    title: Mapped[str]
    hours: Mapped[int]
    removed_at: Mapped[datetime | None]

    course: Mapped[Course] = relationship()
    lessons: Mapped[list["Lesson"]] = relationship(
        order_by="Lesson.position",
        primaryjoin="and_(Topic.id == Lesson.topic_id, Lesson.removed_at.is_(None))",
        viewonly=True,
    )


class Lesson(Model):
    """A lesson (bài): Markdown as it stands in its file, and the keys of the documents it cites."""

    __tablename__ = "courses_lesson"
    __table_args__ = (UniqueConstraint("topic_id", "code"),)

    topic_id: Mapped[int] = mapped_column(ForeignKey("courses_topic.id"))
    code: Mapped[str] = mapped_column(Code)
    position: Mapped[int]
    title: Mapped[str]
    minutes: Mapped[int]
    body: Mapped[str]
    documents: Mapped[list[Any]]
    removed_at: Mapped[datetime | None]

    topic: Mapped[Topic] = relationship()


class Document(Model):
    """A document (văn bản), keyed by number, date and issuer: numbers alone are used again every term."""

    __tablename__ = "courses_document"

    course_id: Mapped[int] = mapped_column(ForeignKey("courses_course.id"), index=True)
    key: Mapped[str] = mapped_column(Code)
    position: Mapped[int]
    number: Mapped[str]
    dated_on: Mapped[date | None]
    issuer: Mapped[str]
    title: Mapped[str]
    status: Mapped[str] = mapped_column(Code)
    replaced_by: Mapped[str] = mapped_column(default="")
    note: Mapped[str] = mapped_column(default="")

    __table_args__ = (UniqueConstraint("course_id", "key"),)
