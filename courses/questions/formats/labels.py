"""What formats without a place for it carry as labels ("level:nhan-biet"): tags in Moodle, keywords in QTI."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from courses.questions.types import LEVELS, Question
from lms.text import clean


def labels(question: Question) -> list[str]:
    """Document, clause, level and days of a question."""
    pairs = {"document": question.document, "clause": question.clause, "level": question.level}
    found = [f"{key}:{value}" for key, value in pairs.items() if value]
    if question.valid_from or question.valid_to:
        found.append(f"valid:{question.valid_from or ''}..{question.valid_to or ''}")
    if question.checked_on:
        found.append(f"checked:{question.checked_on}")
    return found


def labelled(question: Question, found: Iterable[str]) -> Question:
    """The question with what its labels say; labels of other people are left alone."""
    known = {key: clean(value) for key, _colon, value in (label.partition(":") for label in found)}
    since, _dots, to = known.get("valid", "").partition("..")
    level = known.get("level", "")
    return replace(
        question,
        document=known.get("document", ""),
        clause=known.get("clause", ""),
        level=level if level in LEVELS else "",
        valid_from=_day(since),
        valid_to=_day(to),
        checked_on=_day(known.get("checked", "")),
    )


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        return None
