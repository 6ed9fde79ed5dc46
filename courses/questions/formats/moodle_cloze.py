"""Moodle's embedded answers: {2:MULTICHOICE:=right~wrong#feedback}."""

import re
from collections.abc import Callable, Iterable, Set
from decimal import Decimal, InvalidOperation
from typing import Any

from flask_babel import gettext as _

from courses.questions.formats.base import Unreadable, clean_lines
from courses.questions.types import Choice, Cloze, Criterion, Gap, Number, Numeric, Option, ShortText
from lms.text import clean

_GAP = re.compile(r"\{([0-9]*):([A-Z_]+):((?:\\.|[^\\}])*)\}", re.DOTALL)
_WEIGHT = re.compile(r"%(-?[0-9]+(?:\.[0-9]+)?)%")
_CHOICES = ("MULTICHOICE", "MC", "MULTICHOICE_V", "MCV", "MULTICHOICE_H", "MCH", "MULTICHOICE_S", "MCS",
            "MULTICHOICE_VS", "MCVS", "MULTICHOICE_HS", "MCHS")  # fmt: skip
_TEXTS = ("SHORTANSWER", "SA", "MW", "SHORTANSWER_C", "SAC", "MWC")
_FEEDBACK = re.compile(r"((?:\\.|[^\\#])*)(?:#(.*))?", re.DOTALL)
_SIGN = re.compile(r"((?:\\.|[^\\~])*)(?:~|$)", re.DOTALL)


def equal_shares(options: Iterable[Option]) -> tuple[Option, ...]:
    """The options with equal shares for the right ones and nothing for the others."""
    options = tuple(options)
    rights = sum(option.right for option in options)
    share = (Decimal(100) / rights).quantize(Decimal("0.00001")).normalize() + 0 if rights else Decimal(0)
    return tuple(Option(o.text, share if o.right else Decimal(0), o.feedback) for o in options)


def one_right(options: Iterable[Option], doubt: Callable[[str], None]) -> tuple[Option, ...]:
    """The options of a single choice: what earns a part of the points, here earns none."""
    options = tuple(options)
    if any(option.right and option.weight != 100 for option in options):
        doubt(_("answers that earn a part of the points count as wrong"))
    return tuple(Option(o.text, Decimal(100 if o.weight == 100 else 0), o.feedback) for o in options)


def whole_guide(text: str) -> Criterion:
    """A marker's guide that is no rubric, as the one criterion."""
    return Criterion(_("Whole essay"), Decimal(10), text)


def read(text: str, free: Set[int], doubt: Callable[[str], None], more: dict[str, Any]) -> Cloze:
    """A cloze from its plain text; `free` are the numbers of the gaps that are blind to accents."""
    gaps: list[Gap] = []

    def gap(found: re.Match[str]) -> str:
        weight, kind, body = int(found.group(1) or 1), found.group(2), found.group(3)
        answers = [answer for answer in (part.group(1) for part in _SIGN.finditer(body)) if answer.strip()]
        number = len(gaps) + 1
        if kind in ("NUMERICAL", "NM"):
            asked: Any = Numeric("", tuple(_number(answer) for answer in answers))
        elif kind in _TEXTS:
            asked = ShortText("", tuple(_option(answer) for answer in answers), number not in free)
        elif kind in _CHOICES:
            asked = Choice("", one_right([_option(answer) for answer in answers], doubt))
        else:
            raise Unreadable(_("gaps of kind «%(kind)s» are not read", kind=kind))
        gaps.append(Gap(asked, weight))
        return f"[[{number}]]"

    shown = _GAP.sub(gap, text)
    return Cloze(clean_lines(shown), tuple(gaps), **more)


def _parts(answer: str) -> tuple[Decimal, str, str]:
    answer = answer.strip()
    weight = Decimal(0)
    if answer.startswith("="):
        weight, answer = Decimal(100), answer[1:]
    elif found := _WEIGHT.match(answer):
        weight, answer = Decimal(found.group(1)), answer[found.end() :]
    text, feedback = _FEEDBACK.fullmatch(answer).groups()  # type: ignore[union-attr]
    return weight, _unescape(text), clean(_unescape(feedback or ""))


def _option(answer: str) -> Option:
    weight, text, feedback = _parts(answer)
    return Option(clean(text), weight, feedback)


def _number(answer: str) -> Number:
    weight, text, feedback = _parts(answer)
    value, _colon, tolerance = text.partition(":")
    try:
        return Number(Decimal(value.strip()), Decimal(tolerance.strip() or 0), weight, feedback)
    except InvalidOperation as error:
        raise Unreadable(_("«%(text)s» is no number", text=text)) from error


def _unescape(text: str) -> str:
    return re.sub(r"\\(.)", r"\1", text)


def write(gap: Gap) -> str:
    """A gap as Moodle writes it."""
    match gap.asked:
        case Choice():
            kind, answers = "MULTICHOICE", [_written(o.text, o.weight, o.feedback) for o in gap.asked.options]
        case ShortText():
            kind, answers = "SHORTANSWER", [_written(o.text, o.weight, o.feedback) for o in gap.asked.answers]
        case Numeric():
            kind = "NUMERICAL"
            answers = [_written(f"{n.value:f}:{n.tolerance:f}", n.weight, n.feedback) for n in gap.asked.answers]
    return f"{{{gap.weight}:{kind}:{'~'.join(answers)}}}"


def _written(text: str, weight: Decimal, feedback: str) -> str:
    sign = "=" if weight == 100 else f"%{weight.normalize():f}%"
    return f"{sign}{_escape(text)}" + (f"#{_escape(feedback)}" if feedback else "")


def _escape(text: str) -> str:
    return re.sub(r"([\\~#}\"/=%])", r"\\\1", text)
