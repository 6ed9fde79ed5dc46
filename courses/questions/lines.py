"""The answers of a question as lines that an author types, one a line; `read` says which line is wrong."""

import re
from collections.abc import Iterable
from decimal import Decimal, InvalidOperation
from typing import Any

from flask_babel import gettext as _

from courses.questions.formats import gift
from courses.questions.formats.gift_writing import gap_text
from courses.questions.formats.moodle_cloze import equal_shares
from courses.questions.types import (
    Choice,
    Cloze,
    Content,
    Criterion,
    Essay,
    Matching,
    Number,
    Numeric,
    Option,
    Ordering,
    Question,
    ShortText,
    TrueFalse,
    Unit,
)
from lms.errors import Refused
from lms.text import clean

_WEIGHT = re.compile(r"\((-?[0-9]+(?:[.,][0-9]+)?)\s*%\)\s*")
_FEEDBACK = " ## "


def write(content: Content) -> str:
    """The lines of a question's answers; for a cloze its text with the answers in their gaps."""
    match content:
        case Choice():
            equal = equal_shares(content.options)
            lines = [
                _option(o, content.many and o.weight != share.weight)
                for o, share in zip(content.options, equal, strict=True)
            ]
        case TrueFalse():
            lines = []
        case Matching():
            lines = [f"{left} -> {right}" for left, right in content.pairs] + [f"-> {right}" for right in content.extra]
        case Ordering():
            lines = list(content.items)
        case Numeric():
            lines = [_number(number) for number in content.answers]
        case ShortText():
            lines = [_weighted(answer.text, answer.weight, answer.feedback) for answer in content.answers]
        case Cloze():
            return gap_text(content)
        case Essay():
            lines = [
                " | ".join(filter(None, [c.name, figure(c.points), c.guide.replace("\n", " ")])) for c in content.rubric
            ]
    return "\n".join(lines)


def write_units(content: Content) -> str:
    """The units of a number, one a line."""
    units = content.units if isinstance(content, Numeric) else ()
    return "\n".join(f"{unit.name} = {figure(unit.factor)}" for unit in units)


def _option(option: Option, weighted: bool) -> str:
    star = "* " if option.right else ""
    weight = f"({figure(option.weight)}%) " if weighted and option.weight else ""
    return f"{star}{weight}{option.text}" + (f"{_FEEDBACK}{option.feedback}" if option.feedback else "")


def _weighted(text: str, weight: Decimal, feedback: str) -> str:
    share = "" if weight == 100 else f"({figure(weight)}%) "
    return f"{share}{text}" + (f"{_FEEDBACK}{feedback}" if feedback else "")


def _number(number: Number) -> str:
    around = f" ± {figure(number.tolerance)}" if number.tolerance else ""
    return _weighted(f"{figure(number.value)}{around}", number.weight, number.feedback)


def figure(number: Decimal) -> str:
    """A number as it is typed: 8,5 and 10."""
    return f"{number.normalize():f}".replace(".", ",")


def read(kind: str, text: str, lines: str, units: str, more: dict[str, Any], *, right: bool, free: bool) -> Content:
    """The content of a kind from what was typed. Raises Refused with the line that cannot be read.

    `right` is the truth of a true/false, `free` whether a short text is blind to accents.
    """
    rows = [clean(line) for line in lines.splitlines() if clean(line)]
    match kind:
        case "truefalse":
            return TrueFalse(text, right, **more)
        case "single" | "multiple" | "multiple-whole":
            return _choice(kind, text, rows, more)
        case "matching":
            sides = [tuple(map(clean, _arrow(row).split("->", 1))) for row in rows]
            pairs = tuple((left, side) for left, side in sides if left)
            return Matching(text, pairs, tuple(side for left, side in sides if not left), **more)
        case "ordering":
            return Ordering(text, tuple(rows), **more)
        case "numeric":
            return Numeric(text, tuple(map(_read_number, rows)), tuple(_units(units)), **more)
        case "short":
            return ShortText(text, tuple(_answer(row) for row in rows), not free, **more)
        case "essay":
            return Essay(text, tuple(map(_criterion, rows)), **more)
    return _cloze(lines, more)


def _arrow(row: str) -> str:
    if "->" not in row:
        raise Refused(_("«%(line)s»: write a pair as «left -> right».", line=row))
    return row


def _choice(kind: str, text: str, rows: list[str], more: dict[str, Any]) -> Choice:
    stars = [row.startswith("*") for row in rows]
    found = [_answer(row.removeprefix("*").strip(), None) for row in rows]
    if kind == "single":
        options = (
            Option(o.text, Decimal(100 if star else 0), o.feedback) for o, star in zip(found, stars, strict=True)
        )
        return Choice(text, tuple(options), **more)
    share = (Decimal(100) / max(sum(stars), 1)).quantize(Decimal("0.00001")).normalize() + 0
    shares = []
    for option, star in zip(found, stars, strict=True):
        own = option.weight if option.weight and kind == "multiple" else (share if star else Decimal(0))
        shares.append(Option(option.text, own, option.feedback))
    return Choice(text, tuple(shares), True, whole=kind == "multiple-whole", **more)


def _answer(row: str, default: Decimal | None = Decimal(100)) -> Option:
    found = _WEIGHT.match(row)
    weight = _decimal(found.group(1), row) if found else default or Decimal(0)
    text, _mark, feedback = (row[found.end() :] if found else row).partition(_FEEDBACK)
    return Option(clean(text), weight, clean(feedback))


def _decimal(text: str, row: str) -> Decimal:
    try:
        return Decimal(text.strip().replace(",", "."))
    except InvalidOperation as error:
        raise Refused(_("«%(line)s»: «%(text)s» is no number.", line=row, text=clean(text))) from error


def _read_number(row: str) -> Number:
    answer = _answer(row)
    value, _sign, tolerance = answer.text.replace("+-", "±").partition("±")
    return Number(_decimal(value, row), _decimal(tolerance or "0", row), answer.weight, answer.feedback)


def _units(lines: str) -> Iterable[Unit]:
    for row in filter(None, map(clean, lines.splitlines())):
        name, sign, factor = row.rpartition("=")
        yield Unit(clean(name if sign else row), _decimal(factor, row) if sign else Decimal(1))


def _criterion(row: str) -> Criterion:
    name, _bar, rest = row.partition("|")
    points, _bar, guide = rest.partition("|")
    if not points.strip():
        raise Refused(_("«%(line)s»: write a criterion as «name | points | guide».", line=row))
    return Criterion(clean(name), _decimal(points, row), clean(guide))


def _cloze(lines: str, more: dict[str, Any]) -> Cloze:
    reading = gift.parse(f"// kind: cloze\n::x:: {' '.join(lines.split())}")
    question: Question | None = reading.entries[0].question if reading.entries else None
    if question is None or not isinstance(question.content, Cloze):
        raise Refused("\n".join(note.sentence for note in reading.refused) or _("The text has no gap in { }."))
    return Cloze(question.content.text, question.content.gaps, **more)
