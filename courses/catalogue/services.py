"""Importing a course folder: what is new is added, what changed gets a version, what is gone is marked removed."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from courses.catalogue.folder import CourseFolder
from courses.catalogue.models import Course, Document, Lesson, Topic
from courses.questions.decisions import standing
from courses.questions.models import BankQuestion
from courses.questions.queries import newest_versions
from courses.questions.services import add_version
from courses.questions.types import Question
from courses.quizzes.models import Quiz
from lms import audit, files
from lms.db import transaction


@dataclass
class Imported:
    """What an import did."""

    code: str
    topics: int = 0
    lessons: int = 0
    questions: int = 0
    new_versions: int = 0
    removed: int = 0
    # Questions whose file still says a key that a decision corrected: the decision stands.
    decided: int = 0


def import_course(folder: CourseFolder, at: datetime) -> Imported:
    """Brings the course to what the folder says, in one transaction. The second time it changes nothing.

    Attempts keep the question versions they were drawn with; lessons keep their readers' progress.
    """
    done = Imported(folder.code)
    for key, image in folder.images.items():
        files.save_as(key, image)
    with transaction() as session:
        course = _course(session, folder, at)
        _documents(session, course, folder)
        topics = _keep(session, Topic, Topic.course_id == course.id, "code", folder.topics, at, done, _topic(course))
        _quiz(session, course, None, folder, at)
        for topic_folder in folder.topics:
            topic = topics[topic_folder.code]
            done.topics += 1
            lessons = topic_folder.lessons
            _keep(session, Lesson, Lesson.topic_id == topic.id, "code", lessons, at, done, _lesson(topic))
            done.lessons += len(lessons)
            _quiz(session, course, topic, folder, at)
        _questions(session, course, folder, topics, at, done)
        audit.record("courses.import", f"course:{course.code}", **vars(done))
    return done


def _course(session: Session, folder: CourseFolder, at: datetime) -> Course:
    course = session.scalar(select(Course).where(Course.code == folder.code))
    if course is None:
        course = Course(code=folder.code)
        session.add(course)
    course.title, course.edition, course.summary = folder.title, folder.edition, folder.summary
    course.hours, course.topics_in_order = folder.hours, folder.topics_in_order
    course.rules = folder.rules()
    course.imported_at = at
    session.flush()
    return course


def _keep(session: Session, model: Any, owned: Any, key: str, wanted: Iterable[Any], at: datetime, done: Imported,
          values: Any) -> dict[str, Any]:  # fmt: skip
    """Makes the rows of one owner those that are wanted, in their order; what is gone is marked, not deleted."""
    rows = {getattr(row, key): row for row in session.scalars(select(model).where(owned))}
    kept = {}
    for position, item in enumerate(wanted):
        content: Mapping[str, Any] = values(item)
        row = rows.pop(content[key], None) or model()
        for name, value in (*content.items(), ("position", position), ("removed_at", None)):
            if getattr(row, name) != value:
                setattr(row, name, value)
        session.add(row)
        kept[content[key]] = row
    for row in rows.values():
        if row.removed_at is None:
            row.removed_at = at
            done.removed += 1
    session.flush()
    return kept


def _topic(course: Course) -> Any:
    return lambda t: {"course_id": course.id, "code": t.code, "title": t.title, "hours": t.hours}


def _lesson(topic: Topic) -> Any:
    return lambda item: {
        "topic_id": topic.id,
        "code": item.name,
        "title": item.title,
        "minutes": item.minutes,
        "body": item.body,
        "documents": list(item.documents),
    }


def _documents(session: Session, course: Course, folder: CourseFolder) -> None:
    rows = {row.key: row for row in session.scalars(select(Document).where(Document.course_id == course.id))}
    for position, item in enumerate(folder.documents):
        row = rows.pop(item.id, None) or Document(course_id=course.id, key=item.id)
        row.position, row.number, row.dated_on, row.issuer = position, item.number, item.dated_on, item.issuer
        row.title, row.status, row.replaced_by, row.note = item.title, item.status, item.replaced_by, item.note
        session.add(row)
    for row in rows.values():
        session.delete(row)


def _questions(session: Session, course: Course, folder: CourseFolder, topics: dict[str, Topic], at: datetime,
               done: Imported) -> None:  # fmt: skip
    """The bank as the files say: each question in its topic, by name; what is in no file is marked removed."""
    placed: list[tuple[int | None, Question]] = []
    for item in folder.topics:
        placed += [(topics[item.code].id, question) for question in item.questions]
    placed += [(None, question) for question in folder.unsorted]
    where = {question.name: topic_id for topic_id, question in placed}

    def values(question: Question) -> dict[str, Any]:
        return {"course_id": course.id, "topic_id": where[question.name], "name": question.name}

    wanted = [question for _topic_id, question in placed]
    rows = _keep(session, BankQuestion, BankQuestion.course_id == course.id, "name", wanted, at, done, values)
    newest = newest_versions(session, [row.id for row in rows.values()])
    for row_id, kept in standing(session, {rows[question.name].id: question for question in wanted}).items():
        row = rows[kept.question.name]
        row.removed_at = kept.out_since
        done.new_versions += add_version(session, row, newest.get(row_id), kept.question, at)
        done.decided += kept.decided
    done.questions = len(wanted)
    session.flush()


def _quiz(session: Session, course: Course, topic: Topic | None, folder: CourseFolder, at: datetime) -> None:
    """The practice of a topic, or the final when there is no topic, as course.yaml describes it."""
    same_topic = Quiz.topic_id == topic.id if topic else Quiz.topic_id.is_(None)
    quiz = session.scalar(select(Quiz).where(Quiz.course_id == course.id, same_topic))
    if quiz is None:
        quiz = Quiz(course_id=course.id, topic_id=topic.id if topic else None, kind="practice" if topic else "final")
        session.add(quiz)
    if topic is None:
        final = folder.final
        quiz.draw, quiz.pass_score, quiz.minutes = dict(final.per_topic), final.pass_score, final.minutes
        quiz.attempts, quiz.wait_hours = final.attempts, final.wait_hours
    else:
        practice = folder.practice
        quiz.draw = {topic.code: practice.questions}
        quiz.pass_score = Decimal(practice.pass_percent) / 10
    session.flush()


def set_document(document_id: int, status: str, replaced_by: str, note: str) -> None:
    """Says what became of a document; the questions that cite one replaced or ended wait for a review."""
    with transaction() as session:
        document = session.get_one(Document, document_id)
        before, document.status = document.status, status
        document.replaced_by, document.note = replaced_by, note
        audit.record("courses.set_document", f"document:{document.key}", before=before, status=status)
