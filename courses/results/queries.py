"""What finished attempts say: marks by question, essays that wait, results by unit."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from sqlalchemy import String, cast, func, select
from sqlalchemy.orm import Session

from courses.catalogue.models import Topic
from courses.questions.marking import rubric_mark
from courses.questions.models import BankQuestion, QuestionVersion
from courses.questions.types import Choice, Essay, Question, TrueFalse, by_hand
from courses.quizzes.models import AnswerSave, Attempt, Quiz
from courses.quizzes.queries import Asked, keys_of
from courses.results.models import EssayMark
from courses.results.statistics import ItemStatistics, Sat, by_group, doubts, item_statistics
from lms.access import visible_people
from lms.db import db
from lms.organisation.models import Appointment, Person, Post, Unit
from lms.organisation.queries import in_force

WHICH = ("first", "last", "best", "all")


@dataclass(frozen=True)
class Marked:
    """A finished attempt as it is marked now."""

    row: Any
    asked: list[Asked]
    versions: list[int]
    answers: dict[int, Any]
    marks: list[Fraction]

    @property
    def total(self) -> Fraction:
        return sum(self.marks, Fraction(0))


def marked(
    session: Session, where: Iterable[Any], keys: dict[int, tuple[Question, bool]] | None = None
) -> list[Marked]:
    """Attempts that satisfy the conditions, marked anew with the keys that stand (or with `keys`): four statements."""
    columns = (Attempt.id, Attempt.person_id, Attempt.paper, Attempt.score, Attempt.passed, Attempt.submitted_at,
               Attempt.started_at, Attempt.quiz_id)  # fmt: skip
    conditions = (Attempt.submitted_at.is_not(None), Attempt.score.is_not(None), *where)
    rows = session.execute(select(*columns).where(*conditions).order_by(Attempt.started_at, Attempt.id)).all()
    if keys is None:
        keys = keys_of(session, {item["version"] for row in rows for item in row.paper})
    saves = (
        select(AnswerSave.attempt_id, AnswerSave.position, AnswerSave.value)
        .join(Attempt, Attempt.id == AnswerSave.attempt_id).where(*conditions)
        .order_by(AnswerSave.seq, AnswerSave.id)
    )  # fmt: skip
    answers: dict[int, dict[int, Any]] = {}
    for attempt_id, position, value in session.execute(saves):
        answers.setdefault(attempt_id, {})[position] = value
    by_people = essay_marks(session, conditions)
    found = []
    for row in rows:
        given = answers.get(row.id, {})
        asked = [Asked(keys[item["version"]][0], item["order"], keys[item["version"]][1]) for item in row.paper]
        marks = [
            by_people.get((row.id, place), Fraction(0)) if by_hand(one.content) and not one.void
            else one.mark(given.get(place))
            for place, one in enumerate(asked)
        ]  # fmt: skip
        found.append(Marked(row, asked, [item["version"] for item in row.paper], given, marks))
    return found


def essay_marks(session: Session, conditions: Iterable[Any]) -> dict[tuple[int, int], Fraction]:
    """What markers gave each essay: the mean of their marks, each the share of its rubric's points."""
    version = QuestionVersion
    query = (
        select(EssayMark.attempt_id, EssayMark.position, EssayMark.points, Attempt.paper)
        .join(Attempt, Attempt.id == EssayMark.attempt_id)
        .where(EssayMark.withdrawn_at.is_(None), *conditions)
    )
    rows = session.execute(query).all()
    if not rows:
        return {}
    ids = {row.paper[row.position]["version"] for row in rows}
    contents = {
        key: Question.from_json(content).content
        for key, content in session.execute(select(version.id, version.content).where(version.id.in_(ids)))
    }
    given: dict[tuple[int, int], list[Fraction]] = {}
    for row in rows:
        essay = contents[row.paper[row.position]["version"]]
        assert isinstance(essay, Essay)
        share = rubric_mark(essay, [Decimal(points) for points in row.points])
        given.setdefault((row.attempt_id, row.position), []).append(share)
    return {place: sum(shares, Fraction(0)) / len(shares) for place, shares in given.items()}


def chosen(found: Sequence[Marked], which: str) -> list[Marked]:
    """The first, last or best attempt of each person, or all."""
    if which == "all":
        return list(found)
    people: dict[int, Marked] = {}
    for attempt in found:
        known = people.get(attempt.row.person_id)
        better = known is None or which == "last" or (which == "best" and attempt.total > known.total)
        if better:
            people[attempt.row.person_id] = attempt
    return list(people.values())


@dataclass(frozen=True)
class Chosen:
    """An option and those who chose it: how many, and their mean total as a share."""

    text: str
    right: bool
    count: int
    mean: float | None


@dataclass(frozen=True)
class Item:
    """A question of the bank as the attempts have it."""

    question_id: int
    version_id: int
    question: Question
    numbers: ItemStatistics
    doubts: list[str]
    groups: list[float]
    options: list[Chosen]


def sat_of(attempts: Sequence[Marked], questions: dict[int, int]) -> list[Sat]:
    """What statistics are made of; `questions` says which question a version belongs to."""
    return [Sat([questions[v] for v in a.versions], [float(mark) for mark in a.marks]) for a in attempts]


def question_ids(session: Session, versions: Collection[int]) -> dict[int, int]:
    """Which question each version belongs to."""
    query = select(QuestionVersion.id, QuestionVersion.question_id).where(QuestionVersion.id.in_(versions))
    return {version: question for version, question in session.execute(query)}


def items(attempts: Sequence[Marked], questions: dict[int, int]) -> list[Item]:
    """Every question that was drawn, those to look at first."""
    pairs: dict[int, list[tuple[float, float]]] = {}
    newest: dict[int, tuple[int, Asked]] = {}
    picked: dict[int, dict[str, list[float]]] = {}
    for attempt in attempts:
        total = float(attempt.total)
        share = total / len(attempt.marks) if attempt.marks else 0.0
        for place, (version, asked) in enumerate(zip(attempt.versions, attempt.asked, strict=True)):
            question = questions[version]
            pairs.setdefault(question, []).append((float(attempt.marks[place]), total))
            if question not in newest or version > newest[question][0]:
                newest[question] = (version, asked)
            for text in _picked(asked, attempt.answers.get(place)):
                picked.setdefault(question, {}).setdefault(text, []).append(share)
    found = []
    for question, (version, asked) in newest.items():
        numbers = item_statistics(pairs[question])
        options = _options(asked.content, picked.get(question, {}))
        found.append(
            Item(question, version, asked.question, numbers, doubts(numbers), by_group(pairs[question]), options)
        )
    weight = {"key": -8, "hard": -4, "weak": -2, "easy": -1}
    return sorted(found, key=lambda item: (sum(weight[d] for d in item.doubts), item.numbers.discrimination_index or 0))


def _picked(asked: Asked, answer: Any) -> list[str]:
    if answer is None:
        return []
    match asked.content:
        case Choice(many=False) as content:
            return [content.options[asked.order[answer]].text]
        case Choice() as content:
            return [content.options[asked.order[place]].text for place in answer]
        case TrueFalse():
            return [str(bool(answer))]
    return []


def _options(content: Any, picked: dict[str, list[float]]) -> list[Chosen]:
    match content:
        case Choice():
            named = [(option.text, option.right, option.text) for option in content.options]
        case TrueFalse():
            named = [("Đúng", content.right, "True"), ("Sai", not content.right, "False")]
        case _:
            return []
    found = []
    for text, right, key in named:
        shares = picked.get(key, [])
        found.append(Chosen(text, right, len(shares), sum(shares) / len(shares) if shares else None))
    return found


@dataclass(frozen=True)
class Waiting:
    """An essay that waits for (another) marker; `name` is empty where marking is blind."""

    attempt_id: int
    position: int
    name: str
    text: str
    content: Essay
    question: Question
    marks: int


def essays_waiting(quiz: Quiz, account_id: int, limit: int = 10) -> tuple[list[Waiting], int]:
    """Essays of one's units that this marker has not marked, question by question, and how many attempts wait."""
    people = visible_people("courses.teach").subquery()
    query = (
        select(Attempt, Person.name).join(Person, Person.id == Attempt.person_id)
        .where(Attempt.quiz_id == quiz.id, Attempt.submitted_at.is_not(None), Attempt.score.is_(None))
        .where(Attempt.ended_by != "nothing", Attempt.person_id.in_(select(people.c.id)))
        .order_by(Attempt.submitted_at, Attempt.id)
    )  # fmt: skip
    rows = db.session.execute(query).all()
    keys = keys_of(db.session(), {item["version"] for attempt, _name in rows for item in attempt.paper})
    given = select(EssayMark.attempt_id, EssayMark.position, EssayMark.account_id).where(
        EssayMark.withdrawn_at.is_(None), EssayMark.attempt_id.in_([attempt.id for attempt, _name in rows])
    )
    markers: dict[tuple[int, int], list[int]] = {}
    for attempt_id, position, marker in db.session.execute(given):
        markers.setdefault((attempt_id, position), []).append(marker)
    waiting = []
    for attempt, name in rows:
        texts = _texts(attempt.id)
        for place, item in enumerate(attempt.paper):
            question, void = keys[item["version"]]
            by = markers.get((attempt.id, place), [])
            open_one = isinstance(question.content, Essay) and not void and texts.get(place)
            if open_one and account_id not in by and len(by) < quiz.markers:
                assert isinstance(question.content, Essay)
                shown = "" if quiz.blind else name
                waiting.append(Waiting(attempt.id, place, shown, texts[place], question.content, question, len(by)))
    waiting.sort(key=lambda essay: essay.question.name)
    return waiting[:limit], len(rows)


def _texts(attempt_id: int) -> dict[int, str]:
    query = select(AnswerSave.position, AnswerSave.value).where(AnswerSave.attempt_id == attempt_id)
    return {place: value for place, value in db.session.execute(query.order_by(AnswerSave.seq, AnswerSave.id))}


@dataclass(frozen=True)
class Taker:
    """One person's best attempt, with who they are where."""

    person: Person
    unit: str
    above: str
    score: Decimal | None
    passed: bool
    submitted_at: Any


def takers(quiz_id: int, on: Any) -> list[Taker]:
    """Everybody in one's units who finished an attempt, with their best one, by unit and given name."""
    people = visible_people("courses.teach").subquery()
    best = (
        select(Attempt.person_id, func.max(Attempt.score).label("score"), func.max(Attempt.submitted_at).label("at"),
               func.max(cast(Attempt.passed, String)).label("passed"))
        .where(Attempt.quiz_id == quiz_id, Attempt.submitted_at.is_not(None), Attempt.ended_by != "nothing")
        .group_by(Attempt.person_id).subquery()
    )  # fmt: skip
    place = (
        select(Appointment.person_id, func.min(Post.unit_id).label("unit_id"))
        .join(Post, Post.id == Appointment.post_id).where(in_force(Appointment, on)).group_by(Appointment.person_id)
        .subquery()
    )  # fmt: skip
    above = Unit.__table__.alias()
    query = (
        select(Person, Unit.name, above.c.name, best.c.score, best.c.passed, best.c.at)
        .join(best, best.c.person_id == Person.id).outerjoin(place, place.c.person_id == Person.id)
        .outerjoin(Unit, Unit.id == place.c.unit_id)
        .outerjoin(above, above.c.id == func.coalesce(Unit.party_unit_id, Unit.parent_id))
        .where(Person.id.in_(select(people.c.id))).order_by(Unit.path, Person.sort_key)
    )  # fmt: skip
    return [
        Taker(person, unit or "", over or "", score, str(passed).lower() in ("1", "true"), at)
        for person, unit, over, score, passed, at in db.session.execute(query)
    ]


def version_drawn(quiz_id: int, version_id: int) -> QuestionVersion | None:
    """A question version of the course that the quiz belongs to; None for any other."""
    query = (
        select(QuestionVersion)
        .join(BankQuestion, BankQuestion.id == QuestionVersion.question_id)
        .join(Topic, Topic.id == BankQuestion.topic_id)
        .join(Quiz, Quiz.course_id == Topic.course_id)
        .where(QuestionVersion.id == version_id, Quiz.id == quiz_id)
    )
    return db.session.scalar(query)


def names(people: Collection[int]) -> dict[int, str]:
    """The names of these people."""
    return {key: name for key, name in db.session.execute(select(Person.id, Person.name).where(Person.id.in_(people)))}
