"""Reading the bank: its questions as they are now, their history and use, and what waits for a review."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, Select, Text, and_, cast, func, or_, select
from sqlalchemy.orm import Session, aliased

from courses.catalogue.models import Course, Document, Topic
from courses.catalogue.queries import catalogue
from courses.questions.models import BankQuestion, QuestionVersion
from courses.questions.similar import Said, alike
from courses.questions.types import Question
from courses.quizzes.models import Attempt, Quiz
from lms.accounts.models import Account
from lms.db import db
from lms.text import fold

# A document in one of these states no longer carries a question by itself.
ENDED = ("duoc-thay-the", "het-hieu-luc")


def newest_versions(session: Session, question_ids: Iterable[int]) -> dict[int, QuestionVersion]:
    """The version of each question that is drawn now."""
    ids = list(question_ids)
    query = select(QuestionVersion).where(QuestionVersion.question_id.in_(ids)).order_by(QuestionVersion.number)
    return {version.question_id: version for version in session.scalars(query)}


def _is_newest() -> ColumnElement[bool]:
    later = aliased(QuestionVersion)
    return ~(
        select(later.id)
        .where(later.question_id == QuestionVersion.question_id, later.number > QuestionVersion.number)
        .exists()
    )


def awaits_review(course_id: int) -> ColumnElement[bool]:
    """True for a version whose document was replaced or ended, while no author has said that it stands all the same.

    Such questions are not drawn into new papers.
    """
    ended = select(Document.key).where(Document.course_id == course_id, Document.status.in_(ENDED))
    checked = QuestionVersion.content["checked_on"].as_string()
    return and_(QuestionVersion.document.in_(ended), or_(checked.is_(None), checked == ""))


def _current(course_id: int) -> Select[BankQuestion, QuestionVersion]:
    return (
        select(BankQuestion, QuestionVersion)
        .join(QuestionVersion, QuestionVersion.question_id == BankQuestion.id)
        .where(BankQuestion.course_id == course_id, _is_newest())
    )


@dataclass(frozen=True)
class Filters:
    """What a list of the bank is narrowed to; empty means all. `state` is "", "review", "invalid" or "removed"."""

    words: str = ""
    topic: str = ""
    kind: str = ""
    level: str = ""
    document: str = ""
    state: str = ""


def listed(course_id: int, filters: Filters, on: date) -> Select[BankQuestion, QuestionVersion]:
    """(question, newest version) of a bank, in the order of its topics."""
    said = QuestionVersion.content
    query = _current(course_id).outerjoin(Topic, Topic.id == BankQuestion.topic_id)
    removed = BankQuestion.removed_at.is_not(None)
    query = query.where(removed if filters.state == "removed" else ~removed)
    for word in fold(filters.words).split():
        found = BankQuestion.fold.contains(word, autoescape=True)
        query = query.where(or_(found, func.lower(BankQuestion.name).contains(word, autoescape=True)))
    if filters.topic:
        query = query.where(Topic.code == filters.topic if filters.topic != "-" else Topic.id.is_(None))
    if filters.kind:
        query = query.where(said["content"]["kind"].as_string() == filters.kind)
    if filters.level:
        query = query.where(said["level"].as_string() == filters.level)
    if filters.document:
        query = query.where(QuestionVersion.document == filters.document)
    if filters.state == "review":
        query = query.where(awaits_review(course_id))
    if filters.state == "invalid":
        since, to = said["valid_from"].as_string(), said["valid_to"].as_string()
        query = query.where(or_(since > on.isoformat(), to < on.isoformat()))
    return query.order_by(func.coalesce(Topic.position, 10_000), BankQuestion.position, BankQuestion.id)


def questions_of(course_id: int, topic_id: int | None) -> list[Question]:
    """The questions of a topic (None: of no topic) as they are drawn now, in the order of their file."""
    query = _current(course_id).where(
        BankQuestion.removed_at.is_(None),
        BankQuestion.topic_id == topic_id if topic_id else BankQuestion.topic_id.is_(None),
    )
    rows = db.session.execute(query.order_by(BankQuestion.position, BankQuestion.id))
    return [Question.from_json(version.content) for _row, version in rows]


def folds(course_id: int, session: Session | None = None) -> dict[str, str]:
    """What every question of a bank says, folded, by name."""
    query = select(BankQuestion.name, BankQuestion.fold).where(
        BankQuestion.course_id == course_id, BankQuestion.removed_at.is_(None)
    )
    return {name: text for name, text in (session or db.session()).execute(query)}


@dataclass(frozen=True)
class Version:
    """One line of a question's history, with who wrote it."""

    number: int
    version: QuestionVersion
    by: str


def history(question_id: int) -> list[Version]:
    """Every version of a question, the newest first."""
    query = (
        select(QuestionVersion, Account.name)
        .outerjoin(Account, Account.id == QuestionVersion.account_id)
        .where(QuestionVersion.question_id == question_id)
        .order_by(QuestionVersion.number.desc())
    )
    return [Version(version.number, version, name or "") for version, name in db.session.execute(query)]


def touched(course_id: int) -> Mapping[str, int]:
    """How many questions of a bank cite each document."""
    query = (
        select(QuestionVersion.document, func.count(BankQuestion.id))
        .join(BankQuestion, BankQuestion.id == QuestionVersion.question_id)
        .where(BankQuestion.course_id == course_id, BankQuestion.removed_at.is_(None), _is_newest())
        .group_by(QuestionVersion.document)
    )
    return {key: count for key, count in db.session.execute(query)}


def awaiting(course_id: int) -> int:
    """How many questions of a bank wait for a review."""
    query = (
        select(func.count(BankQuestion.id))
        .join(QuestionVersion, QuestionVersion.question_id == BankQuestion.id)
        .where(BankQuestion.course_id == course_id, BankQuestion.removed_at.is_(None), _is_newest())
        .where(awaits_review(course_id))
    )
    return db.session.scalar(query) or 0


def uses(course_id: int, question_id: int) -> dict[int, int]:
    """How many attempts had each version of a question, by its number; papers name versions in their JSON."""
    found = {}
    quizzes = select(Quiz.id).where(Quiz.course_id == course_id)
    for line in history(question_id):
        named = cast(Attempt.paper, Text).contains(f'"version": {line.version.id},')
        query = select(func.count(Attempt.id)).where(Attempt.quiz_id.in_(quizzes), named)
        found[line.number] = db.session.scalar(query) or 0
    return found


def banks() -> list[tuple[Course, int, int]]:
    """Every bank with how many questions it has and how many of them wait for a review."""
    counts = select(BankQuestion.course_id, func.count(BankQuestion.id)).where(BankQuestion.removed_at.is_(None))
    by_course = {course_id: count for course_id, count in db.session.execute(counts.group_by(BankQuestion.course_id))}
    return [(course, by_course.get(course.id, 0), awaiting(course.id)) for course in catalogue()]


def neighbours(course_id: int, name: str, text: str) -> str:
    """The name of another question of the bank that says nearly the same as the folded text; empty without one."""
    return alike(Said.of(name, text), (Said.of(other, said) for other, said in folds(course_id).items()))
