"""Exact marking: fractions until the score is printed, and everything after from the printed score."""

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Any

from courses.questions.types import Choice, Content, Matching, TrueFalse, right_answer

OUT_OF = 10
# Lowest printed score of each band, as most offices use them.
BANDS = (
    (Decimal(9), "Xuất sắc"), (Decimal(8), "Giỏi"), (Decimal(7), "Khá"), (Decimal(6), "Trung bình khá"),
    (Decimal(5), "Trung bình"),
)  # fmt: skip


def mark(content: Content, order: list[int], answer: Any) -> Fraction:
    """The share of a question that an answer earns, 0 to 1; nothing answered earns 0.

    Several choices: the weights of what was chosen, never below 0. Matching: each right pair its equal share.
    """
    if answer is None:
        return Fraction(0)
    match content:
        case Choice(many=False):
            return Fraction(content.options[order[answer]].weight) / 100 if answer is not None else Fraction(0)
        case Choice():
            earned = sum((Fraction(content.options[order[place]].weight) for place in answer), Fraction(0))
            return min(max(earned, Fraction(0)), Fraction(100)) / 100
        case TrueFalse():
            return Fraction(int(answer == content.right))
        case Matching():
            right = right_answer(content, order)
            return Fraction(sum(a == b for a, b in zip(answer, right, strict=True)), len(right))


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
