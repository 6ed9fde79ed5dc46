"""Preparing an exam: blueprint, papers, rules of the day, allowances; and what the invigilator does."""

import random
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import func, select, update

from courses.catalogue.models import Course
from courses.quizzes.blueprint import Cell, draw_of
from courses.quizzes.models import Allowance, Attempt, Paper, Quiz
from courses.quizzes.papers import from_seed, new_seed
from courses.quizzes.services import close_for_room
from lms import audit, clock
from lms.db import transaction
from lms.errors import Refused

PAPERS_AT_MOST = 50
# The rules of a final that the course's files say too.
_IN_FILES = ("minutes", "attempts", "wait_hours")


def set_blueprint(quiz_id: int, cells: Sequence[Cell]) -> None:
    """Says how many questions come from where; exporting the course says the same from now on."""
    draw = draw_of(cells)
    if not draw:
        raise Refused(_("A paper needs at least one question."))
    with transaction() as session:
        quiz = session.get_one(Quiz, quiz_id, with_for_update=True)
        before, quiz.draw = quiz.draw, draw
        if quiz.kind == "final":
            course = session.get_one(Course, quiz.course_id)
            course.rules = {**course.rules, "final": {**course.rules["final"], "per_topic": draw}}
        audit.record("courses.set_blueprint", f"quiz:{quiz_id}", before=before, after=draw)


def build_papers(quiz_id: int, count: int, seed: str, at: datetime) -> list[int]:
    """Builds papers in place of those that stand, from one seed (a new one where it is empty); their numbers.

    The same seed on the same bank gives the same papers. Papers that attempts have stay with them.
    """
    if not 0 <= count <= PAPERS_AT_MOST:
        raise Refused(_("Build between 0 and %(most)s papers.", most=PAPERS_AT_MOST))
    dice = random.Random(seed or new_seed())  # noqa: S311 - an empty seed becomes an unguessable one
    with transaction() as session:
        quiz = session.get_one(Quiz, quiz_id, with_for_update=True)
        standing = (Paper.quiz_id == quiz_id, Paper.withdrawn_at.is_(None))
        session.execute(update(Paper).where(*standing).values(withdrawn_at=at))
        last = session.scalar(select(func.max(Paper.number)).where(Paper.quiz_id == quiz_id)) or 0
        numbers = list(range(last + 1, last + count + 1))
        for number in numbers:
            own = f"{dice.getrandbits(64):016x}"
            items = from_seed(session, quiz, own, clock.day_of(at))
            session.add(Paper(quiz_id=quiz_id, number=number, seed=own, items=items, built_at=at))
        audit.record("courses.build_papers", f"quiz:{quiz_id}", count=count, first=numbers[0] if numbers else None)
    return numbers


def set_rules(quiz_id: int, rules: Mapping[str, Any]) -> None:
    """Sets the rules of the day (window, end of time, review, room, markers); running attempts keep their end."""
    if rules["opens_at"] and rules["closes_at"] and rules["opens_at"] >= rules["closes_at"]:
        raise Refused(_("The quiz must open before it closes."))
    with transaction() as session:
        quiz = session.get_one(Quiz, quiz_id, with_for_update=True)
        changed = {name: value for name, value in rules.items() if getattr(quiz, name) != value}
        for name, value in changed.items():
            setattr(quiz, name, value)
        if quiz.kind == "final":
            course = session.get_one(Course, quiz.course_id)
            said = {name: getattr(quiz, name) for name in _IN_FILES} | {"pass_score": str(quiz.pass_score)}
            course.rules = {**course.rules, "final": course.rules["final"] | said}
        audit.record("courses.set_rules", f"quiz:{quiz_id}", changed=sorted(changed))


def allow(quiz_id: int, person_id: int, *, minutes: int, attempts: int, reason: str, account_id: int,
          at: datetime) -> None:  # fmt: skip
    """Gives one person more time or attempts than the rules, for a reason that stays on record."""
    if not reason or not (minutes or attempts):
        raise Refused(_("Give minutes or attempts, and the reason."))
    with transaction() as session:
        session.add(
            Allowance(quiz_id=quiz_id, person_id=person_id, minutes=minutes, attempts=attempts, reason=reason,
                      account_id=account_id, recorded_at=at)
        )  # fmt: skip
        facts: dict[str, Any] = {"person": person_id, "minutes": minutes, "attempts": attempts, "reason": reason}
        audit.record("courses.allow", f"quiz:{quiz_id}", **facts)


def withdraw_allowance(allowance_id: int, at: datetime) -> None:
    """Takes an allowance back; running attempts keep their end."""
    with transaction() as session:
        allowance = session.get_one(Allowance, allowance_id)
        allowance.withdrawn_at = allowance.withdrawn_at or at
        audit.record("courses.withdraw_allowance", f"quiz:{allowance.quiz_id}", person=allowance.person_id)


def extend(attempt_ids: Sequence[int], minutes: int, reason: str, at: datetime) -> int:
    """Adds time to running attempts, after a power cut for one; each gets its line in the log. Returns how many."""
    if not 0 < minutes <= 240 or not reason:
        raise Refused(_("Give 1 to 240 minutes, and the reason."))
    more = timedelta(minutes=minutes)
    with transaction() as session:
        query = select(Attempt).where(Attempt.id.in_(attempt_ids), Attempt.submitted_at.is_(None))
        running = [attempt for attempt in session.scalars(query.with_for_update()) if attempt.ends_at]
        for attempt in running:
            # Time that ran out during the cut is given back from now, not from then.
            late = max(at - attempt.ends_at, timedelta()) if attempt.ends_at else timedelta()
            attempt.ends_at = (attempt.ends_at or at) + late + more
            attempt.due_at = (attempt.due_at or at) + late + more
            audit.record("courses.extend", f"attempt:{attempt.id}", minutes=minutes, reason=reason)
    return len(running)


def reopen(attempt_id: int, minutes: int, reason: str, at: datetime) -> None:
    """Opens a submitted attempt again with its answers, for some minutes. Raises Refused where it has counted."""
    if not 0 < minutes <= 240 or not reason:
        raise Refused(_("Give 1 to 240 minutes, and the reason."))
    with transaction() as session:
        attempt = session.get_one(Attempt, attempt_id, with_for_update=True)
        if attempt.submitted_at is None:
            return
        if attempt.passed:
            raise Refused(_("This attempt has passed and counts: it is not opened again."))
        same = (Attempt.quiz_id == attempt.quiz_id, Attempt.person_id == attempt.person_id)
        if session.scalar(select(Attempt.id).where(*same, Attempt.started_at > attempt.started_at)) is not None:
            raise Refused(_("The learner has started another attempt since."))
        facts: dict[str, Any] = {
            "minutes": minutes,
            "reason": reason,
            "was": attempt.ended_by,
            "score": str(attempt.score),
        }
        audit.record("courses.reopen", f"attempt:{attempt_id}", **facts)
        attempt.submitted_at = attempt.score = attempt.passed = None
        attempt.ended_by = ""
        attempt.ends_at = attempt.due_at = at + timedelta(minutes=minutes)


def end(attempt_id: int, reason: str, at: datetime) -> None:
    """Ends a running attempt for the room: what was saved is marked."""
    if not reason:
        raise Refused(_("Give the reason."))
    with transaction() as session:
        close_for_room(attempt_id, at, session)
        audit.record("courses.end", f"attempt:{attempt_id}", reason=reason)
