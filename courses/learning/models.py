"""Who studies what, and how far they are."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from courses.catalogue.models import Course, Lesson
from lms.db import Code, Model


class Enrolment(Model):
    """A person studies a course."""

    __tablename__ = "courses_enrolment"
    __table_args__ = (UniqueConstraint("course_id", "person_id"),)

    course_id: Mapped[int] = mapped_column(ForeignKey("courses_course.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("lms_person.id"), index=True)
    started_at: Mapped[datetime]

    course: Mapped[Course] = relationship()


class LessonProgress(Model):
    """How far a person is in a lesson: `place` is the share of the page above the screen, 0 to 1."""

    __tablename__ = "courses_lesson_progress"
    __table_args__ = (UniqueConstraint("person_id", "lesson_id"),)

    person_id: Mapped[int] = mapped_column(ForeignKey("lms_person.id"))
    lesson_id: Mapped[int] = mapped_column(ForeignKey("courses_lesson.id"), index=True)
    place: Mapped[float] = mapped_column(default=0.0)
    done_at: Mapped[datetime | None]

    lesson: Mapped[Lesson] = relationship()


class Completion(Model):
    """A person completed a course: once at a time, with the score that was printed ("8,5").

    Withdrawn when the score it rests on is corrected below the pass mark; the row stays.
    """

    __tablename__ = "courses_completion"
    __table_args__ = (
        Index(
            "uq_courses_completion_standing", "course_id", "person_id", unique=True,
            sqlite_where=text("withdrawn_at IS NULL"), postgresql_where=text("withdrawn_at IS NULL"),
        ),
    )  # fmt: skip

    course_id: Mapped[int] = mapped_column(ForeignKey("courses_course.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("lms_person.id"), index=True)
    started_at: Mapped[datetime]
    completed_at: Mapped[datetime]
    score: Mapped[str] = mapped_column(Code, default="")
    # The edition of the course that was completed; empty where nobody knows.
    edition: Mapped[str] = mapped_column(default="")
    withdrawn_at: Mapped[datetime | None]

    course: Mapped[Course] = relationship()
