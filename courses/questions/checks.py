"""What makes a question fit to be asked; every way in (a file, a form) refuses the others with these sentences."""

import re
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from flask_babel import gettext as _

from courses.questions.types import (
    Choice,
    Cloze,
    Content,
    Essay,
    Matching,
    Numeric,
    Option,
    Ordering,
    ShortText,
    TrueFalse,
)

GAP = re.compile(r"\[\[([0-9]+)\]\]")
MOST_OPTIONS = 26


def wrong(content: Content) -> str:
    """The first thing that keeps a question from being asked, as the end of a sentence; empty when it is in order."""
    return str((_("has no text") if not content.text else "") or _image(content) or _kind(content))


def _image(content: Content) -> Any:
    return _("has an image without alternative text") if content.image and not content.image.alt else ""


def _kind(content: Content) -> Any:
    match content:
        case Choice():
            return _choice(content)
        case TrueFalse():
            return ""
        case Matching():
            return _matching(content)
        case Ordering():
            if len(content.items) < 2:
                return _("needs at least two items to be put in order")
            return _("has the same item twice") if len(set(content.items)) < len(content.items) else ""
        case Numeric():
            return _numeric(content)
        case ShortText():
            return _best(content.answers)
        case Cloze():
            return _cloze(content)
        case Essay():
            no_points = any(criterion.points <= 0 or not criterion.name for criterion in content.rubric)
            return _("has a criterion without name or points") if no_points else ""


def _choice(content: Choice) -> Any:
    right = [option for option in content.options if option.right]
    if len(content.options) < 2:
        return _("needs at least two answers")
    if len(content.options) > MOST_OPTIONS:
        return _("has more than %(count)s answers", count=MOST_OPTIONS)
    if any(not option.text for option in content.options):
        return _("has an empty answer")
    if not right:
        return _("has no right answer")
    if content.many:
        sums = Decimal("99.9") <= sum(option.weight for option in right) <= Decimal("100.1")
        return "" if sums else _("has right answers that do not add up to 100%")
    if len(right) > 1:
        return _("has several right answers but no weights")
    return "" if right[0].weight == 100 else _("has no right answer")


def _matching(content: Matching) -> Any:
    if len(content.pairs) < 2:
        return _("needs at least two pairs")
    if any(not left or not right for left, right in content.pairs) or not all(content.extra):
        return _("has a pair without one of its sides")
    lefts = [left for left, _right in content.pairs]
    return _("has the same left-hand side twice") if len(set(lefts)) < len(lefts) else ""


def _numeric(content: Numeric) -> Any:
    if not any(number.weight == 100 for number in content.answers):
        return _("has no right answer")
    if any(number.tolerance < 0 for number in content.answers):
        return _("has a tolerance below zero")
    if any(not unit.name or unit.factor <= 0 for unit in content.units):
        return _("has a unit without name or factor")
    return "" if not content.units or content.units[0].factor == 1 else _("must count in its first unit")


def _best(answers: Sequence[Option]) -> Any:
    if any(not option.text for option in answers):
        return _("has an empty answer")
    return "" if any(option.weight == 100 for option in answers) else _("has no right answer")


def _cloze(content: Cloze) -> Any:
    if not content.gaps:
        return _("has no gap")
    if [int(number) for number in GAP.findall(content.text)] != list(range(1, len(content.gaps) + 1)):
        return _("must show its gaps [[1]], [[2]] … once each and in order")
    for number, gap in enumerate(content.gaps, start=1):
        if gap.weight < 1:
            return _("has a gap without weight")
        if why := _kind(gap.asked):
            return _("gap %(number)s %(why)s", number=number, why=why)
    return ""
