"""Exact marking: fractions until the score is printed, and everything after from the printed score."""

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Any

from courses.questions.numbers import read_number
from courses.questions.types import (
    Choice,
    Cloze,
    Content,
    Essay,
    Matching,
    Numeric,
    Ordering,
    ShortText,
    TrueFalse,
    parts,
    right_answer,
)
from lms.text import clean, fold, tone_neutral

OUT_OF = 10
# Lowest printed score of each band, as most offices use them.
BANDS = (
    (Decimal(9), "Xuất sắc"), (Decimal(8), "Giỏi"), (Decimal(7), "Khá"), (Decimal(6), "Trung bình khá"),
    (Decimal(5), "Trung bình"),
)  # fmt: skip


def mark(content: Content, order: list[int], answer: Any) -> Fraction:
    """The share of a question that an answer earns, 0 to 1; nothing answered earns 0, and so does an essay for now.

    Several choices: the weights of what was chosen, never below 0, or all or nothing. Matching and ordering: each
    right pair or place its equal share. Cloze: the gaps by their weights. Numbers and short texts: the best answer.
    """
    if answer is None:
        return Fraction(0)
    match content:
        case Choice(many=False):
            return Fraction(content.options[order[answer]].weight) / 100
        case Choice(whole=True):
            return Fraction(sorted(answer) == right_answer(content, order))
        case Choice():
            earned = sum((Fraction(content.options[order[place]].weight) for place in answer), Fraction(0))
            # Three thirds are written 33,33333 each: over what is right in all, they are thirds again.
            right_in_all = sum((Fraction(option.weight) for option in content.options if option.right), Fraction(0))
            return min(max(earned / right_in_all, Fraction(0)), Fraction(1))
        case TrueFalse():
            return Fraction(int(answer == content.right))
        case Matching() | Ordering():
            right = right_answer(content, order)
            return Fraction(sum(a == b for a, b in zip(answer, right, strict=True)), len(right))
        case Numeric():
            return _number(content, answer)
        case ShortText():
            same = tone_neutral if content.accents else fold
            weights = [Fraction(o.weight) for o in content.answers if same(o.text) == same(answer)]
            return _share(max(weights, default=Fraction(0)))
        case Cloze():
            gaps = zip(parts(content, order), answer, strict=True)
            earned = sum((gap.weight * mark(gap.asked, part, given) for (gap, part), given in gaps), Fraction(0))
            return earned / sum(gap.weight for gap in content.gaps)
        case Essay():
            return Fraction(0)


def _share(percent: Fraction) -> Fraction:
    return min(max(percent, Fraction(0)), Fraction(100)) / 100


def _number(content: Numeric, typed: str) -> Fraction:
    found = read_number(clean(typed))
    if found is None:
        return Fraction(0)
    value, unit = found
    if unit:
        factors = [Fraction(known.factor) for known in content.units if _same_unit(known.name, unit)]
        if not factors:
            return Fraction(0)
        value *= factors[0]
    near = [n.weight for n in content.answers if abs(value - Fraction(n.value)) <= Fraction(n.tolerance)]
    return _share(Fraction(max(near, default=Decimal(0))))


def _same_unit(known: str, typed: str) -> bool:
    return tone_neutral(known).replace(" ", "") == tone_neutral(typed).replace(" ", "")


def rubric_mark(content: Essay, points: Sequence[Decimal]) -> Fraction:
    """The share that a marker's points earn, one figure for each criterion of the rubric, none above its own."""
    most = sum((Fraction(criterion.points) for criterion in content.rubric), Fraction(0))
    for criterion, given in zip(content.rubric, points, strict=True):
        if not 0 <= given <= criterion.points:
            raise ValueError(f"{given} points of {criterion.points} for {criterion.name!r}")
    return sum((Fraction(given) for given in points), Fraction(0)) / most


def score(marks: Sequence[Fraction]) -> Decimal:
    """The printed score out of 10: the mean, rounded once to one decimal, halves up."""
    if not marks:
        return Decimal("0.0")
    exact = sum(marks, Fraction(0)) * OUT_OF / len(marks)
    # Rounded as a fraction: a division in decimals could push 4,95 to either side.
    tenths = (exact * 20 + 1) // 2
    return (Decimal(int(tenths)) / 10).quantize(Decimal("0.1"), ROUND_HALF_UP)


def passed(printed_score: Decimal, pass_score: Decimal) -> bool:
    """Whether the score that is printed reaches the pass mark."""
    return printed_score >= pass_score


def band(printed_score: Decimal) -> str:
    """The band (xếp loại) of a printed score; empty below 5."""
    return next((name for lowest, name in BANDS if printed_score >= lowest), "")


def printed(printed_score: Decimal) -> str:
    """8,5 and 10: a decimal comma, no decimal where there is none."""
    text = f"{printed_score:.1f}".replace(".", ",")
    return text.removesuffix(",0")
