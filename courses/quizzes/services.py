"""Starting, answering and submitting an attempt. Only the server's clock counts."""

import random
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from courses.learning.models import Completion, Enrolment
from courses.questions.marking import mark, passed, printed, score
from courses.questions.models import QuestionVersion
from courses.questions.types import Question, check_answer
from courses.quizzes.models import AnswerSave, Attempt, Quiz
from courses.quizzes.papers import draw
from courses.quizzes.queries import answers_of, versions_of
from lms.db import transaction
from lms.errors import Refused
from lms.events import ActivityCompleted, publish

# What was given before the end may arrive this much later over a slow line.
LINE_GRACE = timedelta(seconds=10)


def start(quiz_id: int, person_id: int, at: datetime) -> int:
    """Opens an attempt on a freshly drawn paper, or gives back the one that is open: an accidental exit burns nothing.

    Raises Refused when no attempt is left, when the waiting time runs, or when the bank has too few questions.
    """
    with transaction() as session:
        quiz = session.get_one(Quiz, quiz_id, with_for_update=True)
        before = list(
            session.scalars(
                select(Attempt)
                .where(Attempt.quiz_id == quiz_id, Attempt.person_id == person_id)
                .order_by(Attempt.started_at)
            )
        )
        if before and before[-1].submitted_at is None:
            if not _over(before[-1], at):
                return before[-1].id
            _close(session, before[-1], at)
        _may_start(quiz, before, at)
        paper = draw(session, quiz, random.SystemRandom())
        ends_at = at + timedelta(minutes=quiz.minutes) if quiz.minutes else None
        attempt = Attempt(quiz_id=quiz_id, person_id=person_id, paper=paper, started_at=at, ends_at=ends_at)
        session.add(attempt)
        session.flush()
        return attempt.id


def next_start(quiz: Quiz, before: list[Attempt]) -> datetime | None:
    """The moment from which another attempt may start; None when it may at once."""
    last = before[-1].submitted_at if before else None
    return last + timedelta(hours=quiz.wait_hours) if last and quiz.wait_hours else None


def _may_start(quiz: Quiz, before: list[Attempt], at: datetime) -> None:
    if quiz.kind == "final" and any(attempt.passed for attempt in before):
        raise Refused(_("You have passed this quiz already."))
    if quiz.attempts and len(before) >= quiz.attempts:
        raise Refused(_("All %(count)s attempts are used. Ask your teacher.", count=quiz.attempts))
    wait = next_start(quiz, before)
    if wait and at < wait:
        hours = -(-(wait - at).total_seconds() // 3600)
        raise Refused(_("The next attempt opens in about %(hours)d hours.", hours=hours))


@dataclass(frozen=True)
class Save:
    """One line of the browser's journal; `value` is in the order that was shown."""

    key: str
    seq: int
    position: int
    value: Any


def save_answer(attempt_id: int, save: Save, at: datetime) -> int:
    """Keeps an answer and returns its `seq`; the same key again changes nothing.

    Raises Refused after the end or after submitting, and for an answer that does not fit its question.
    """
    with transaction() as session:
        attempt = session.get_one(Attempt, attempt_id, with_for_update=True)
        same = select(AnswerSave.seq).where(AnswerSave.attempt_id == attempt_id, AnswerSave.key == save.key)
        if (known := session.scalar(same)) is not None:
            return known
        if attempt.submitted_at is not None:
            raise Refused(_("This attempt was submitted; the answer came too late and does not count."))
        if _over(attempt, at):
            raise Refused(_("The time is over; the answer came too late. What was saved before counts."))
        _keep(session, attempt, save, at)
        return save.seq


def _keep(session: Session, attempt: Attempt, save: Save, at: datetime) -> None:
    if not 0 <= save.position < len(attempt.paper):
        raise Refused(_("This paper has no such question."))
    entry = attempt.paper[save.position]
    version = session.get_one(QuestionVersion, entry["version"])
    try:
        check_answer(Question.from_json(version.content).content, entry["order"], save.value)
    except ValueError as error:
        raise Refused(_("The answer does not fit the question.")) from error
    session.add(
        AnswerSave(
            attempt_id=attempt.id,
            key=save.key[:120],
            seq=save.seq,
            position=save.position,
            value=save.value,
            saved_at=at,
        )
    )
    session.flush()


def submit(attempt_id: int, last: Mapping[int, Any], at: datetime) -> None:
    """Closes and marks an attempt; the second time nothing changes. Passing the final completes the course.

    `last` holds the answers that came with the submitting form, by position: without JavaScript there are no others.
    """
    with transaction() as session:
        attempt = session.get_one(Attempt, attempt_id, with_for_update=True)
        if attempt.submitted_at is not None:
            return
        if not _over(attempt, at):
            present, seq = answers_of(session, attempt_id)
            for position, value in last.items():
                if position not in present or present[position] != value:
                    _keep(session, attempt, Save(f"form-{position}", seq + 1, position, value), at)
        _close(session, attempt, at)


def close_overdue(at: datetime) -> int:
    """Submits what was left open past its end, with what was saved; returns how many. The worker calls it."""
    closed = 0
    query = select(Attempt.id).where(Attempt.submitted_at.is_(None), Attempt.ends_at < at - LINE_GRACE).limit(100)
    with transaction() as session:
        for attempt in session.scalars(
            select(Attempt).where(Attempt.id.in_(query)).with_for_update(skip_locked=True)
        ).all():
            _close(session, attempt, at)
            closed += 1
    return closed


def _over(attempt: Attempt, at: datetime) -> bool:
    return attempt.ends_at is not None and at > attempt.ends_at + LINE_GRACE


def _close(session: Session, attempt: Attempt, at: datetime) -> None:
    """Marks what is in the journal, in the open transaction."""
    answers, _seq = answers_of(session, attempt.id)
    versions = versions_of(session, attempt)
    marks = [
        mark(Question.from_json(versions[entry["version"]].content).content, entry["order"], answers.get(position))
        for position, entry in enumerate(attempt.paper)
    ]
    attempt.submitted_at = min(at, attempt.ends_at) if attempt.ends_at else at
    attempt.score = score(marks)
    attempt.passed = passed(attempt.score, attempt.quiz.pass_score)
    session.flush()
    if attempt.quiz.kind == "final" and attempt.passed:
        _complete(session, attempt)


def _complete(session: Session, attempt: Attempt) -> None:
    course, person = attempt.quiz.course, attempt.person_id
    known = select(Completion.id).where(Completion.course_id == course.id, Completion.person_id == person)
    if session.scalar(known) is not None or attempt.submitted_at is None or attempt.score is None:
        return
    started = session.scalar(
        select(Enrolment.started_at).where(Enrolment.course_id == course.id, Enrolment.person_id == person)
    )
    completion = Completion(
        course_id=course.id, person_id=person, started_at=started or attempt.started_at,
        completed_at=attempt.submitted_at, score=printed(attempt.score),
    )  # fmt: skip
    session.add(completion)
    publish(
        ActivityCompleted(
            course.activity, course.title, course.hours, person, completion.started_at, completion.completed_at,
            completion.score,
        )
    )  # fmt: skip
