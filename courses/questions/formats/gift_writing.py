"""Questions as GIFT text."""

import re
from collections.abc import Iterable
from decimal import Decimal

from flask_babel import gettext as _

from courses.questions.checks import GAP
from courses.questions.types import (
    Choice,
    Cloze,
    Content,
    Essay,
    Matching,
    Numeric,
    Option,
    Ordering,
    Question,
    ShortText,
    TrueFalse,
)

_SPECIAL = re.compile(r"([\\~=#{}:])")
_FORMAT = re.compile(r"\[(html|moodle|plain|markdown)\]")


def written(question: Question) -> tuple[str, list[str]]:
    """One question, and what only our own reading will find in its comments."""
    content = question.content
    meta, notes = _meta(question)
    lines = [f"// {line}" for line in meta]
    start = f"::{_escape(question.name)}::"
    if isinstance(content, Cloze):
        return "\n".join([*lines, f"{start} {_plain_mark(content.text)}{gap_text(content)}", ""]), notes
    lines.append(f"{start} {_plain_mark(content.text)}{_escape(content.text)} {{")
    lines += [f"  {answer}" for answer in _answers(content)]
    if content.explanation:
        lines.append(f"  ####{_escape(content.explanation)}")
    return "\n".join([*lines, "}", ""]), notes


def gap_text(content: Cloze) -> str:
    """The text of a cloze with the answers in its gaps."""
    pieces = GAP.split(content.text)[::2]
    gaps = ["{" + " ".join(_answers(gap.asked)) + "}" for gap in content.gaps]
    return _escape(pieces[0]) + "".join(g + _escape(after) for g, after in zip(gaps, pieces[1:], strict=True))


def _plain_mark(text: str) -> str:
    return "[plain]" if _FORMAT.match(text) else ""


def _meta(question: Question) -> tuple[list[str], list[str]]:
    content = question.content
    pairs = {"document": question.document, "clause": question.clause, "level": question.level}
    first = [f"{key}: {_value(value)}" for key, value in pairs.items()] if any(pairs.values()) else []
    if question.valid_from or question.valid_to:
        first.append(f"valid: {question.valid_from or ''}..{question.valid_to or ''}")
    if question.checked_on:
        first.append(f"checked: {question.checked_on}")
    lines = ["; ".join(first)] if first else []
    notes = []
    kind, kind_note = _kind(content)
    lines += [f"kind: {kind}"] if kind else []
    notes += [kind_note] if kind_note else []
    if content.image:
        lines.append(f"image: {content.image.key}; alt: {_value(content.image.alt)}")
        notes.append(_("the image is not in the file, only its name"))
    match content:
        case Cloze():
            lines.append(f"weights: {' '.join(str(gap.weight) for gap in content.gaps)}")
            lines += [f"explanation: {_value(content.explanation)}"] if content.explanation else []
            for number, gap in enumerate(content.gaps, start=1):
                lines += _special(gap.asked, f" {number}")
        case Essay():
            lines += [
                f"criterion: {_value(c.name)}; points: {c.points:f}; guide: {_value(c.guide)}" for c in content.rubric
            ]
            notes += [_("other systems do not see the rubric")] if content.rubric else []
        case ShortText() | Numeric():
            special = _special(content, "")
            lines += special
            notes += [_("other systems do not see the units, or that accents are free")] if special else []
    return lines, notes


def _kind(content: Content) -> tuple[str, str]:
    match content:
        case Ordering():
            return "ordering", _("other systems take the order for pairs of place and item")
        case Cloze():
            return "cloze", _("other systems do not read several gaps")
        case Choice(whole=True):
            return "multiple-whole", _("other systems give part of the points")
        case Choice(many=True) if any(option.weight == 100 for option in content.options):
            return "multiple", ""
    return "", ""


def _special(content: Content, gap: str) -> list[str]:
    """The comment lines of a short text that is blind to accents and of a number with units."""
    match content:
        case ShortText(accents=False):
            return [f"accents{gap}: any"]
        case Numeric() if content.units:
            units = ",".join(f"{_value(unit.name)}={unit.factor:f}" for unit in content.units)
            return [f"units{gap}: {units}"]
    return []


def _answers(content: Content) -> Iterable[str]:
    match content:
        case TrueFalse():
            return ["TRUE" if content.right else "FALSE"]
        case Matching():
            pairs = [f"={_side(left)} -> {_side(right)}" for left, right in content.pairs]
            return pairs + [f"= -> {_side(right)}" for right in content.extra]
        case Ordering():
            return [f"={place} -> {_side(item)}" for place, item in enumerate(content.items, start=1)]
        case Choice():
            return [_option(option, "~" if content.many or not option.right else "=", content.many)
                    for option in content.options]  # fmt: skip
        case ShortText():
            # An arrow would make it a pair.
            return [_option(answer, "=", answer.weight != 100).replace("->", "-\\>") for answer in content.answers]
        case Numeric():
            return ["#", *(
                f"=%{_figure(n.weight)}%{n.value:f}:{n.tolerance:f}" + (f"#{_escape(n.feedback)}" if n.feedback else "")
                for n in content.answers
            )]  # fmt: skip
    return []


def _option(option: Option, sign: str, weighted: bool) -> str:
    if weighted or option.text.startswith("%"):  # or it would be read as a weight
        sign += f"%{_figure(option.weight)}%"
    mark = _plain_mark(option.text)
    return f"{sign}{mark}{_escape(option.text)}" + (f" #{_escape(option.feedback)}" if option.feedback else "")


def _figure(number: Decimal) -> str:
    return f"{number.normalize():f}"


def _side(text: str) -> str:
    return _escape(text).replace("->", "-\\>")


def _escape(text: str) -> str:
    return _SPECIAL.sub(r"\\\1", text).replace("\n", "\\n")


def _value(text: str) -> str:
    return re.sub(r"([\\;])", r"\\\1", text).replace("\n", "\\n")
