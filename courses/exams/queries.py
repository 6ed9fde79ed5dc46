"""What teachers and invigilators look at: quizzes, blueprints with what the bank has, papers, the room."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select

from courses.catalogue.models import Course, Topic
from courses.questions.types import LEVELS
from courses.quizzes.blueprint import ANY, Pooled, Shortage, cells, overlap, shortages
from courses.quizzes.models import Allowance, AnswerSave, Attempt, Paper, Quiz
from courses.quizzes.papers import pool_of
from lms import clock
from lms.access import visible_people
from lms.db import db
from lms.organisation.models import Person

# Whose page has been silent for longer than this is not connected: pages report every minute.
CONNECTED = timedelta(seconds=130)


def quizzes() -> list[Quiz]:
    """Every quiz, finals first, by course and topic."""
    query = select(Quiz).join(Course).outerjoin(Topic, Topic.id == Quiz.topic_id).where(Quiz.removed_at.is_(None))
    return list(db.session.scalars(query.order_by(Course.code, Quiz.kind, Topic.position)))


@dataclass(frozen=True)
class MatrixRow:
    """A topic of the blueprint: for each level (and ANY) how many are wanted and how many there are."""

    topic: Topic
    wanted: dict[str, int]
    have: dict[str, int]


def matrix(quiz: Quiz) -> tuple[list[MatrixRow], list[Shortage]]:
    """The blueprint beside what the bank has today, and what is missing."""
    topics = list(db.session.scalars(
        select(Topic).where(Topic.course_id == quiz.course_id, Topic.removed_at.is_(None)).order_by(Topic.position)
    ))  # fmt: skip
    if quiz.topic_id:
        topics = [topic for topic in topics if topic.id == quiz.topic_id]
    pool = pool_of(db.session(), quiz.course_id, {topic.code: 1 for topic in topics}, clock.today())
    wanted = {(cell.topic, cell.level): cell.count for cell in cells(quiz.draw)}
    levels = (*LEVELS, ANY)
    rows = [
        MatrixRow(topic, {level: wanted.get((topic.code, level), 0) for level in levels}, _have(pool, topic.code))
        for topic in topics
    ]
    return rows, shortages(quiz.draw, pool)


def _have(pool: Sequence[Pooled], topic: str) -> dict[str, int]:
    mine = [question.level for question in pool if question.topic == topic]
    return {level: mine.count(level) for level in LEVELS} | {ANY: len(mine)}


def papers(quiz_id: int) -> tuple[list[Paper], list[list[int]]]:
    """The papers that stand, and how many questions each two of them share."""
    query = select(Paper).where(Paper.quiz_id == quiz_id, Paper.withdrawn_at.is_(None)).order_by(Paper.number)
    found = list(db.session.scalars(query))
    return found, overlap([[item["version"] for item in paper.items] for paper in found])


def allowances(quiz_id: int) -> Sequence[Any]:
    """What single people were given, within the reader's units, the newest first."""
    people = visible_people("courses.invigilate").subquery()
    query = (
        select(Allowance, Person.name).join(Person, Person.id == Allowance.person_id)
        .where(Allowance.quiz_id == quiz_id, Allowance.withdrawn_at.is_(None))
        .where(Allowance.person_id.in_(select(people.c.id))).order_by(Allowance.id.desc())
    )  # fmt: skip
    return db.session.execute(query).all()


@dataclass(frozen=True)
class Seat:
    """One learner in the room."""

    attempt: Any
    name: str
    answered: int
    total: int
    state: str


def room(quiz_id: int, at: datetime, since: datetime) -> list[Seat]:
    """Who has started since a moment, within the reader's units: connected, silent or submitted; the silent first."""
    people = visible_people("courses.invigilate").subquery()
    columns = (Attempt.id, Attempt.started_at, Attempt.ends_at, Attempt.submitted_at, Attempt.ended_by, Attempt.seen_at,
               Attempt.passed, Attempt.score, func.json_array_length(Attempt.paper).label("total"))  # fmt: skip
    query = (
        select(*columns, Person.name).join(Person, Person.id == Attempt.person_id)
        .where(Attempt.quiz_id == quiz_id, Attempt.started_at >= since)
        .where(Attempt.person_id.in_(select(people.c.id))).order_by(Person.sort_key, Attempt.id)
    )  # fmt: skip
    rows = db.session.execute(query).all()
    saves = (
        select(AnswerSave.attempt_id, func.count(AnswerSave.position.distinct()), func.max(AnswerSave.saved_at))
        .join(Attempt, Attempt.id == AnswerSave.attempt_id)
        .where(Attempt.quiz_id == quiz_id, Attempt.started_at >= since).group_by(AnswerSave.attempt_id)
    )  # fmt: skip
    saved = {attempt_id: (count, last) for attempt_id, count, last in db.session.execute(saves)}
    seats = []
    for row in rows:
        answered, last = saved.get(row.id, (0, None))
        heard = max((moment for moment in (row.seen_at, last, row.started_at) if moment), default=at)
        state = "submitted" if row.submitted_at else "connected" if at - heard < CONNECTED else "silent"
        seats.append(Seat(row, row.name, answered, row.total, state))
    return sorted(seats, key=lambda seat: ("silent", "connected", "submitted").index(seat.state))


def person_of(attempt: Attempt) -> Person:
    """Whose attempt it is."""
    return db.session.get_one(Person, attempt.person_id)


def visible_by_code(code: str) -> Person | None:
    """The person with that code, within the reader's units."""
    people = visible_people("courses.invigilate").subquery()
    return db.session.scalar(select(Person).where(Person.code == code, Person.id.in_(select(people.c.id))))
