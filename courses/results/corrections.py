"""What a corrected key changes: marks every attempt that had the question with the old key and with the new one."""

from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import Text, cast, select
from sqlalchemy.orm import Session

from courses.questions.marking import passed, score
from courses.questions.models import QuestionVersion
from courses.questions.types import Choice, Question, TrueFalse
from courses.quizzes.models import Attempt, Quiz
from courses.quizzes.queries import keys_of
from courses.results.queries import marked
from lms.errors import Refused


@dataclass(frozen=True)
class Change:
    """One attempt that a correction touches."""

    attempt: Any
    before: Decimal
    after: Decimal
    passed_before: bool
    passed_after: bool


def corrected(question: Question, right: list[int]) -> Question:
    """The question with another key: `right` are the stored options that are right (truefalse: 1 is true).

    Raises Refused for a kind whose key is no choice, or a key that is none.
    """
    content = question.content
    match content:
        case TrueFalse() if right in ([0], [1]):
            return replace(question, content=replace(content, right=right == [1]))
        case Choice(many=False) if len(right) == 1 and 0 <= right[0] < len(content.options):
            return replace(question, content=replace(content, options=_weighted(content, right)))
        case Choice(many=True) if right and len(set(right)) == len(right) and max(right) < len(content.options):
            return replace(question, content=replace(content, options=_weighted(content, right)))
    raise Refused(_("This is no key for the question: choose what is right, or strike the question out."))


def _weighted(content: Choice, right: list[int]) -> tuple[Any, ...]:
    """The right options share 100 percent; a wrong one costs in a question with several what a right one earns."""
    share = (Decimal(100) / len(right)).quantize(Decimal("0.00001"))
    wrong = Decimal(0) if not content.many or content.whole else -share
    return tuple(
        replace(option, weight=share if place in right else wrong) for place, option in enumerate(content.options)
    )


def changes(session: Session, version_id: int, kind: str, question: Question) -> list[Change]:
    """Every finished attempt whose printed score changes when the version is marked as `question` (or is void)."""
    had = cast(Attempt.paper, Text).like(f'%"version": {version_id},%')
    before = marked(session, [had])
    keys = keys_of(session, {version for attempt in before for version in attempt.versions})
    keys[version_id] = (question, kind == "void")
    marks = {quiz.id: quiz.pass_score for quiz in session.scalars(select(Quiz))}
    found = []
    for attempt in marked(session, [had], keys):
        if version_id not in attempt.versions:
            continue
        old, new = attempt.row.score, score(attempt.marks)
        if old != new:
            mark = marks[attempt.row.quiz_id]
            found.append(Change(attempt.row, old, new, bool(attempt.row.passed), passed(new, mark)))
    return found


def newest(session: Session, version: QuestionVersion) -> bool:
    """Whether the version is the one that is drawn now."""
    later = select(QuestionVersion.id).where(
        QuestionVersion.question_id == version.question_id, QuestionVersion.number > version.number
    )
    return session.scalar(later.limit(1)) is None
