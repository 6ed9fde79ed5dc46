"""Reading courses."""

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from courses.catalogue.models import Course, Document, Lesson, Topic
from lms.db import db


def catalogue() -> list[Course]:
    """Every course, by title."""
    return list(db.session.scalars(select(Course).order_by(Course.title, Course.code)))


def by_code(code: str) -> Course | None:
    """The course with its topics and lessons, in three queries."""
    query = select(Course).where(Course.code == code)
    return db.session.scalar(query.options(selectinload(Course.topics).selectinload(Topic.lessons)))


def documents(course_id: int) -> dict[str, Document]:
    """The documents that a course cites, by key, in their order."""
    query = select(Document).where(Document.course_id == course_id).order_by(Document.position)
    return {document.key: document for document in db.session.scalars(query)}


def lesson(course: Course, topic_code: str, lesson_code: str) -> Lesson | None:
    """A lesson that is still part of the course."""
    query = select(Lesson).join(Topic).where(Topic.course_id == course.id, Topic.code == topic_code)
    query = query.where(Lesson.code == lesson_code, Lesson.removed_at.is_(None), Topic.removed_at.is_(None))
    return db.session.scalar(query)
