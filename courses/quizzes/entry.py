"""May this person start this quiz now? One statement reads what decides; the sentence says why not."""

import hmac
import ipaddress
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import Integer, bindparam, func, select
from sqlalchemy.orm import Session, aliased

from courses.catalogue.models import Course, Lesson, Topic
from courses.learning.models import Enrolment, LessonProgress
from courses.quizzes.models import Allowance, Attempt, Paper, Quiz
from lms import clock


@dataclass(frozen=True)
class Entry:
    """A quiz and what stands between one person and it. `quiz` is a row of the quiz's columns."""

    quiz: Any
    course_code: str
    in_order: bool
    enrolled: bool
    # Of what comes before it: lessons not studied and practices not passed, in its own topic and in those before.
    lessons_open: int
    earlier_open: int
    # More than the rules give, for this person.
    extra_minutes: int
    extra_attempts: int
    papers: int

    @property
    def attempts(self) -> int | None:
        """How many attempts this person has in all; None is without limit."""
        return self.quiz.attempts + self.extra_attempts if self.quiz.attempts else None

    def closes_at(self) -> datetime | None:
        """The end of the window for this person."""
        closes: datetime | None = self.quiz.closes_at
        return closes + timedelta(minutes=self.extra_minutes) if closes else None

    def ends_at(self, at: datetime) -> datetime | None:
        """The end of an attempt that starts now: its minutes, and never after the window."""
        minutes = self.quiz.minutes
        end = at + timedelta(minutes=minutes + self.extra_minutes) if minutes else None
        closes = self.closes_at()
        return min(end, closes) if end and closes else end or closes

    def locked(self) -> str:
        """Why the quiz is not open to this person at all; empty when it is."""
        if not self.enrolled:
            return str(_("Start the course first."))
        if not self.in_order:
            return ""
        if self.quiz.topic_id is None:
            return str(_("The final opens when every topic is done.")) if self.lessons_open or self.earlier_open else ""
        if self.earlier_open:
            return str(_("This topic opens when the one before it is done."))
        return str(_("Study the lessons of this topic first.")) if self.lessons_open else ""

    def why_not(self, before: Sequence[Any], at: datetime) -> str:
        """Why another attempt may not start now, given the finished ones; empty when it may."""
        quiz = self.quiz
        if locked := self.locked():
            return locked
        if quiz.kind == "final" and any(attempt.passed for attempt in before):
            return str(_("You have passed this quiz already."))
        if self.attempts and len(before) >= self.attempts:
            return str(_("All %(count)s attempts are used. Ask your teacher.", count=self.attempts))
        if quiz.opens_at and at < quiz.opens_at:
            return str(_("The quiz opens at %(moment)s.", moment=_moment(quiz.opens_at)))
        closes = self.closes_at()
        if closes and at >= closes:
            return str(_("The quiz closed at %(moment)s.", moment=_moment(closes)))
        wait = self.waits_until(before)
        if wait and at < wait:
            return str(_("The next attempt opens at %(moment)s.", moment=_moment(wait)))
        return ""

    def waits_until(self, before: Sequence[Any]) -> datetime | None:
        """The moment before which no further attempt starts; an attempt granted on top does not wait."""
        if not before or not self.quiz.wait_hours or (self.quiz.attempts and len(before) >= self.quiz.attempts):
            return None
        last: datetime = before[-1].submitted_at
        return last + timedelta(hours=self.quiz.wait_hours)


def _moment(at: datetime) -> str:
    return f"{clock.local(at):%d/%m/%Y %H:%M}"


def inside(addresses: Iterable[str], address: str) -> bool:
    """Whether an address lies in one of the networks; anywhere when none is named."""
    networks = [ipaddress.ip_network(network, strict=False) for network in addresses]
    try:
        return not networks or any(ipaddress.ip_address(address) in network for network in networks)
    except ValueError:
        return False


def same_code(wanted: str, typed: str) -> bool:
    """Whether the room's code was typed; capitals and spaces do not matter."""
    plain = ("".join(text.split()).casefold().encode() for text in (wanted, typed))
    return not wanted or hmac.compare_digest(*plain)


def entry(session: Session, quiz_id: int, person_id: int) -> Entry | None:
    """What decides whether a person may take a quiz, in one statement; None when there is no such quiz."""
    asked = {"quiz_id": quiz_id, "person_id": person_id}
    row: Any = session.connection().execute(_statement(), asked).first()
    if row is None:
        return None
    return Entry(
        row, row.course_code, row.topics_in_order, row.enrolment_id is not None, row.lessons_open, row.earlier_open,
        row.extra_minutes, row.extra_attempts, row.papers,
    )  # fmt: skip


@cache
def _statement() -> Any:
    """Built once: putting it together costs more than asking it."""
    mine, person_id = aliased(Topic), bindparam("person_id", type_=Integer)
    return (
        select(
            *(column for column in Quiz.__table__.columns),
            Course.code.label("course_code"), Course.title.label("course_title"), mine.title.label("topic_title"),
            Course.topics_in_order, Enrolment.id.label("enrolment_id"),
            _lessons_open(person_id).label("lessons_open"),
            _earlier_open(person_id).label("earlier_open"),
            _allowed(Allowance.minutes, person_id).label("extra_minutes"),
            _allowed(Allowance.attempts, person_id).label("extra_attempts"),
            select(func.count(Paper.id)).where(Paper.quiz_id == Quiz.id, Paper.withdrawn_at.is_(None))
            .scalar_subquery().label("papers"),
        )
        .join(Course, Course.id == Quiz.course_id)
        .outerjoin(mine, mine.id == Quiz.topic_id)
        .outerjoin(Enrolment, (Enrolment.course_id == Quiz.course_id) & (Enrolment.person_id == person_id))
        .where(Quiz.id == bindparam("quiz_id", type_=Integer), Quiz.removed_at.is_(None))
    )  # fmt: skip


def attempts_of(session: Session, quiz_id: int, person_id: int) -> Sequence[Any]:
    """A person's attempts at a quiz, the oldest first, without their papers."""
    return session.connection().execute(_ATTEMPTS, {"quiz_id": quiz_id, "person_id": person_id}).all()


_ATTEMPT = Attempt.__table__.c
_ATTEMPTS = (
    select(*(_ATTEMPT[name] for name in ("id", "started_at", "ends_at", "due_at", "submitted_at", "passed", "score",
                                         "paper_id", "ended_by")))
    .where(_ATTEMPT.quiz_id == bindparam("quiz_id"), _ATTEMPT.person_id == bindparam("person_id"))
    .order_by(_ATTEMPT.started_at, _ATTEMPT.id)
)  # fmt: skip


def _allowed(column: Any, person_id: Any) -> Any:
    query = select(func.coalesce(func.sum(column), 0)).where(Allowance.quiz_id == Quiz.id)
    return query.where(Allowance.person_id == person_id, Allowance.withdrawn_at.is_(None)).scalar_subquery()


def _before(topic: Any, strictly: bool) -> Any:
    """Topics that come before the quiz: all of them for a final, else those up to its own."""
    here = aliased(Topic)
    position = select(here.position).where(here.id == Quiz.topic_id).correlate(Quiz).scalar_subquery()
    before = topic.position < position if strictly else topic.position == position
    return (topic.course_id == Quiz.course_id) & topic.removed_at.is_(None) & (Quiz.topic_id.is_(None) | before)


def _undone(person_id: Any, strictly: bool) -> Any:
    topic, lesson = aliased(Topic), aliased(Lesson)
    done = select(LessonProgress.lesson_id).where(
        LessonProgress.person_id == person_id, LessonProgress.done_at.is_not(None)
    )
    return (
        select(func.count(lesson.id)).join(topic, topic.id == lesson.topic_id)
        .where(_before(topic, strictly), lesson.removed_at.is_(None), lesson.id.not_in(done))
        .correlate(Quiz).scalar_subquery()
    )  # fmt: skip


def _lessons_open(person_id: Any) -> Any:
    return _undone(person_id, strictly=False)


def _earlier_open(person_id: Any) -> Any:
    """Lessons and practices of the topics before its own; for a final, of all."""
    topic, practice, attempt = aliased(Topic), aliased(Quiz), aliased(Attempt)
    passed = select(attempt.quiz_id).where(attempt.person_id == person_id, attempt.passed.is_(True))
    practices = (
        select(func.count(practice.id)).join(topic, topic.id == practice.topic_id)
        .where(_before(topic, strictly=True), practice.removed_at.is_(None), practice.id.not_in(passed))
        .correlate(Quiz).scalar_subquery()
    )  # fmt: skip
    return _undone(person_id, strictly=True) + practices
