"""Reading the answers that a plain form brings: the way without JavaScript."""

from collections.abc import Iterable
from typing import Any

from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from courses.quizzes.queries import Shown
from lms.errors import Refused


def answers_in(form: MultiDict[str, str], questions: Iterable[Shown]) -> dict[int, Any]:
    """The answers in the form, by position; what a form leaves out was not answered there.

    Raises Refused for a field that no page of ours sends. Whether an answer fits is checked where it is kept.
    """
    found: dict[int, Any] = {}
    try:
        for question in questions:
            value = _answer(form, f"q{question.position}", question.view)
            if value is not None:
                found[question.position] = value
    except (ValueError, KeyError) as error:
        raise Refused(_("The answer does not fit the question.")) from error
    return found


def _answer(form: MultiDict[str, str], name: str, view: Any) -> Any:
    sent = form.get(name, "")
    match view.kind:
        case "matching" | "ordering":
            return _rows(
                [form.get(f"{name}-{row}", "") for row in range(len(view.prompts))], [_number] * len(view.prompts)
            )
        case "cloze":
            readers = [_number if gap.kind == "single" else str for gap in view.gaps]
            return _rows([form.get(f"{name}-{row}", "") for row in range(len(view.gaps))], readers)
        case "multiple":
            return [int(value) for value in form.getlist(name)] or None
        case "truefalse":
            return {"0": False, "1": True}[sent] if sent else None
        case "single":
            return int(sent) if sent else None
    return sent.replace("\r\n", "\n") or None


def _rows(values: list[str], readers: list[Any]) -> list[Any] | None:
    """One part of an answer a row, None where nothing was given; None when nothing was given at all."""
    if not any(values):
        return None
    return [reader(value) if value else None for reader, value in zip(readers, values, strict=True)]


def _number(value: str) -> int:
    return int(value)
