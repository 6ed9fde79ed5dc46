"""Marking essays, and correcting a key by one decision."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import func, insert, select, update
from sqlalchemy.orm import Session

from courses.catalogue.models import Course
from courses.learning.models import Completion
from courses.questions.decisions import settled
from courses.questions.marking import printed, rubric_mark, score
from courses.questions.models import BankQuestion, QuestionVersion
from courses.questions.types import Essay, Question, by_hand
from courses.quizzes.ending import complete, end, to_close
from courses.quizzes.models import Attempt, Quiz
from courses.quizzes.queries import Asked, answers_of, questions_of
from courses.results.corrections import Change, changes, newest
from courses.results.models import Correction, EssayMark, Remark
from courses.results.queries import essay_marks
from lms import audit
from lms.db import transaction
from lms.errors import Refused
from lms.events import ActivityWithdrawn, publish
from lms.messages import notify


@dataclass(frozen=True)
class Given:
    """A marker's points for one essay, in the rubric's order."""

    attempt_id: int
    position: int
    points: tuple[Decimal, ...]
    comment: str = ""


def mark_essays(given: Sequence[Given], account_id: int, at: datetime) -> int:
    """Keeps one marker's points; an attempt whose essays all have their markers gets its score. Returns how many did.

    Raises Refused for points that no rubric gives, and for an attempt that has its score.
    """
    finished = 0
    with transaction() as session:
        for attempt_id in sorted({mark.attempt_id for mark in given}):
            attempt = to_close(session, attempt_id)
            waits = select(Attempt.id).where(Attempt.id == attempt_id, Attempt.submitted_at.is_not(None))
            waits = waits.where(Attempt.score.is_(None), Attempt.ended_by != "nothing")
            if attempt is None or session.scalar(waits) is None:
                raise Refused(_("One of these attempts has its score already: load the page again."))
            questions = questions_of(session, attempt.paper)
            for mark in (mark for mark in given if mark.attempt_id == attempt_id):
                if not 0 <= mark.position < len(questions):
                    raise Refused(_("This paper has no such question."))
                _keep_mark(session, questions[mark.position].question, mark, account_id, at)
            finished += _finish(session, attempt, questions)
        audit.record("courses.mark_essays", "essays", count=len(given), finished=finished)
    return finished


def _keep_mark(session: Session, question: Question, mark: Given, account_id: int, at: datetime) -> None:
    content = question.content
    try:
        if not isinstance(content, Essay):
            raise ValueError("no essay")
        rubric_mark(content, mark.points)
    except ValueError as error:
        raise Refused(_("The points do not fit the rubric of «%(name)s».", name=question.name)) from error
    mine = (EssayMark.attempt_id == mark.attempt_id, EssayMark.position == mark.position,
            EssayMark.account_id == account_id, EssayMark.withdrawn_at.is_(None))  # fmt: skip
    session.execute(update(EssayMark).where(*mine).values(withdrawn_at=at))
    values = {"attempt_id": mark.attempt_id, "position": mark.position, "account_id": account_id,
              "points": [str(points) for points in mark.points], "comment": mark.comment,
              "recorded_at": at}  # fmt: skip
    session.execute(insert(EssayMark), [values])


def _finish(session: Session, attempt: Any, questions: list[Asked]) -> bool:
    """Gives the attempt its score once every essay has all its markers."""
    attempt_id = attempt.id
    answers, _seq = answers_of(session, attempt_id)
    markers = session.scalar(select(Quiz.markers).where(Quiz.id == attempt.quiz_id))
    counted = select(EssayMark.position, func.count(EssayMark.id)).where(
        EssayMark.attempt_id == attempt_id, EssayMark.withdrawn_at.is_(None)
    )
    counts = {place: count for place, count in session.execute(counted.group_by(EssayMark.position))}
    shares = essay_marks(session, [Attempt.id == attempt_id])
    marks = []
    for place, asked in enumerate(questions):
        if by_hand(asked.content) and not asked.void:
            if answers.get(place) and counts.get(place, 0) < (markers or 1):
                return False
            marks.append(shares.get((attempt_id, place), Fraction(0)))
        else:
            marks.append(asked.mark(answers.get(place)))
    ended_by = session.scalar(select(Attempt.ended_by).where(Attempt.id == attempt_id))
    end(session, attempt, attempt.submitted_at, ended_by or "learner", score(marks))
    return True


def correct_key(version_id: int, kind: str, question: Question, *, decision: str, reason: str, account_id: int | None,
                expected: int, at: datetime) -> list[Change]:  # fmt: skip
    """Applies a corrected key to every finished attempt that had the version; returns what changed.

    `expected` is the number of changes that the preview showed: Refused when it is no longer so. Who now passes
    completes the course; whose only pass falls away has the completion withdrawn, which others hear.
    """
    if not decision.strip() or not reason.strip():
        raise Refused(_("Give the number of the decision and the reason."))
    with transaction() as session:
        version = session.get_one(QuestionVersion, version_id, with_for_update=True)
        found = changes(session, version_id, kind, question)
        if len(found) != expected:
            raise Refused(_("Attempts have come in since the preview: look at it again, then decide."))
        correction = Correction(
            version_id=version_id, kind=kind, content=question.to_json(), decision=decision, reason=reason,
            account_id=account_id, applied_at=at,
        )  # fmt: skip
        session.add(correction)
        session.flush()
        if newest(session, version):
            _from_now_on(session, version, kind, question, at)
        for change in found:
            _remark(session, correction.id, change, decision, reason, at)
        up = sum(change.passed_after and not change.passed_before for change in found)
        down = sum(change.passed_before and not change.passed_after for change in found)
        audit.record("courses.correct_key", f"question_version:{version_id}", kind=kind, decision=decision,
                     reason=reason, attempts=len(found), now_passed=up, now_failed=down)  # fmt: skip
    return found


def _from_now_on(session: Session, version: QuestionVersion, kind: str, question: Question, at: datetime) -> None:
    """New papers get the corrected question; one that was struck out is drawn no more."""
    if kind == "void":
        session.get_one(BankQuestion, version.question_id).removed_at = at
        return
    content = replace(question, content=settled(question.content)).to_json()
    session.add(
        QuestionVersion(question_id=version.question_id, number=version.number + 1, content=content,
                        document=version.document, recorded_at=at)
    )  # fmt: skip


def _remark(session: Session, correction_id: int, change: Change, decision: str, reason: str, at: datetime) -> None:
    attempt_id = change.attempt.id
    session.add(
        Remark(correction_id=correction_id, attempt_id=attempt_id, score_before=change.before, score_after=change.after,
               passed_before=change.passed_before, passed_after=change.passed_after)
    )  # fmt: skip
    values = {"score": change.after, "passed": change.passed_after}
    session.execute(update(Attempt).where(Attempt.id == attempt_id).values(**values))
    _tell(change, correction_id, decision, reason, at)
    if change.passed_before == change.passed_after:
        return
    attempt = to_close(session, attempt_id)
    if attempt.kind != "final":
        return
    if change.passed_after:
        complete(session, attempt, attempt.submitted_at, printed(change.after))
        return
    other = select(Attempt.id).where(Attempt.quiz_id == attempt.quiz_id, Attempt.person_id == attempt.person_id)
    if session.scalar(other.where(Attempt.passed.is_(True)).limit(1)) is None:
        _withdraw_completion(session, attempt.course_id, attempt.person_id, decision, reason, at)


def _tell(change: Change, correction_id: int, decision: str, reason: str, at: datetime) -> None:
    """A notice to the learner: the old and the new score, by which decision and why."""
    facts = {"decision": decision, "reason": reason, "before": printed(change.before), "after": printed(change.after)}
    body = _(
        "By decision %(decision)s a key was corrected (%(reason)s). Your score was %(before)s and is now %(after)s.",
        **facts,
    )
    if change.passed_before != change.passed_after:
        passed = change.passed_after
        body += " " + (_("With it you have passed.") if passed else _("With it you have no longer passed."))
    notify(
        change.attempt.person_id, _("Your score was corrected"), body, reason=_("You took this quiz."),
        key=f"courses:correction:{correction_id}:{change.attempt.id}", at=at,
    )  # fmt: skip


def _withdraw_completion(session: Session, course_id: int, person_id: int, decision: str, reason: str,
                         at: datetime) -> None:  # fmt: skip
    standing = select(Completion).where(
        Completion.course_id == course_id, Completion.person_id == person_id, Completion.withdrawn_at.is_(None)
    )
    completion = session.scalar(standing)
    if completion is None:
        return
    completion.withdrawn_at = at
    activity = session.get_one(Course, course_id).activity
    publish(ActivityWithdrawn(activity, person_id, completion.completed_at, decision, reason, at))
