"""What a corrected key changes: marks every attempt that had the question with the old key and with the new one."""

from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import Text, cast, select
from sqlalchemy.orm import Session

from courses.questions import lines
from courses.questions.checks import wrong
from courses.questions.marking import passed, score
from courses.questions.models import QuestionVersion
from courses.questions.types import Choice, Cloze, Gap, Matching, Numeric, Ordering, Question, ShortText, TrueFalse
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


def retyped(question: Question, typed: str) -> Question:
    """The question with the key that was typed, as its author types answers; what the papers show must stay.

    Raises Refused for what cannot be read, and for lines that change more than the key.
    """
    before = question.content
    more: dict[str, Any] = {"explanation": before.explanation, "image": before.image}
    free = isinstance(before, ShortText) and not before.accents
    found = lines.read(before.kind, before.text, typed, lines.write_units(before), more, right=False, free=free)
    match before, found:
        case Matching(), Matching() if [left for left, _ in before.pairs] == [left for left, _ in found.pairs]:
            if set(found.sides) <= set(before.sides):
                key = tuple(before.sides.index(right) for _left, right in found.pairs)
                found = replace(before, key=key)
                return replace(question, content=found)
        case Ordering(), Ordering() if sorted(before.items) == sorted(found.items):
            return replace(question, content=replace(before, key=tuple(before.items.index(i) for i in found.items)))
        case Cloze(), Cloze() if before.text == found.text and _gaps_shown(before) == _gaps_shown(found):
            gaps = tuple(_gap(old, new) for old, new in zip(before.gaps, found.gaps, strict=True))
            return _fit(replace(question, content=replace(found, gaps=gaps)))
        case (Numeric(), Numeric()) | (ShortText(), ShortText()):
            return _fit(replace(question, content=found))
    raise Refused(_("Only the key may change here: the parts that stood on the papers stay, each in its place."))


def _gaps_shown(content: Cloze) -> list[Any]:
    """What a paper shows of each gap."""
    return [
        (gap.asked.kind, [option.text for option in gap.asked.options] if isinstance(gap.asked, Choice) else None)
        for gap in content.gaps
    ]


def _gap(old: Gap, new: Gap) -> Gap:
    """The new answers of a gap, with all that a line does not say: its share, its units, whether accents count."""
    match old.asked, new.asked:
        case Numeric() as before, Numeric() as found:
            return replace(old, asked=replace(found, units=before.units))
        case ShortText() as before, ShortText() as found:
            return replace(old, asked=replace(found, accents=before.accents))
    return replace(old, asked=new.asked)


def _fit(question: Question) -> Question:
    if why := wrong(question.content):
        raise Refused(_("The question %(why)s.", why=why))
    return question


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
