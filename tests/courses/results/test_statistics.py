"""The statistics equal Moodle's definitions: against a slow reference written from their published text.

The reference follows the page "Quiz statistics calculations" of Moodle's documentation step by step, with exact
fractions and sums over attempts, and shares no code with the module.
"""

from fractions import Fraction
from math import sqrt
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses.results import statistics
from courses.results.statistics import Sat

MARKS = st.integers(2, 6).flatmap(
    lambda width: st.lists(
        st.lists(st.sampled_from([0, Fraction(1, 4), Fraction(1, 3), 1]), min_size=width, max_size=width),
        min_size=4, max_size=25,
    )
)  # fmt: skip


def mean(values: list[Fraction]) -> Fraction:
    return Fraction(sum(values)) / len(values)


def covariance(xs: list[Fraction], ys: list[Fraction]) -> Fraction:
    """C(x, y) = 1/(S-1) sum (x - x̄)(y - ȳ)."""
    return sum(((x - mean(xs)) * (y - mean(ys)) for x, y in zip(xs, ys, strict=True)), Fraction(0)) / (len(xs) - 1)


def reference_item(column: list[Fraction], totals: list[Fraction]) -> dict[str, float | None]:
    rest = [total - mark for mark, total in zip(column, totals, strict=True)]
    variances = covariance(column, column) * covariance(rest, rest)
    greatest = covariance(sorted(column), sorted(rest))
    both = covariance(column, rest)
    return {
        "facility": float(mean(column)),
        "standard_deviation": sqrt(covariance(column, column)),
        "discrimination_index": 100 * float(both) / sqrt(variances) if variances else None,
        "discriminative_efficiency": 100 * float(both / greatest) if greatest else None,
    }


def reference_quiz(rows: list[list[Fraction]]) -> dict[str, float | None]:
    """k-statistics of the totals; CIC = 100 p/(p-1) (1 - sum of item variances / variance of totals)."""
    totals = [Fraction(sum(row)) for row in rows]
    s, p = len(rows), len(rows[0])
    central = {power: sum(((t - mean(totals)) ** power for t in totals), Fraction(0)) / s for power in (2, 3, 4)}
    k2 = Fraction(s, s - 1) * central[2]
    if not k2:
        return {"internal_consistency": None}
    k3 = Fraction(s * s, (s - 1) * (s - 2)) * central[3]
    k4 = Fraction(s * s, (s - 1) * (s - 2) * (s - 3)) * ((s + 1) * central[4] - 3 * (s - 1) * central[2] ** 2)
    items = sum((covariance([row[i] for row in rows], [row[i] for row in rows]) for i in range(p)), Fraction(0))
    cic = 100 * Fraction(p, p - 1) * (1 - items / k2)
    ratio = 100 * sqrt(1 - cic / 100)
    return {
        "average": float(mean(totals) * 10 / p), "standard_deviation": sqrt(k2) * 10 / p,
        "skewness": float(k3) / float(k2) ** 1.5, "kurtosis": float(k4 / k2**2), "internal_consistency": float(cic),
        "error_ratio": ratio, "standard_error": ratio * sqrt(k2) / 100 * 10 / p,
    }  # fmt: skip


def same(found: float | None, wanted: float | None) -> bool:
    if found is None or wanted is None:
        return found is wanted
    return abs(found - wanted) < 5e-5


@given(MARKS)
def test_questions_and_quiz_equal_the_definitions_to_four_decimals(rows: list[list[Fraction]]) -> None:
    attempts = [Sat(tuple(range(len(row))), tuple(float(mark) for mark in row)) for row in rows]
    totals = [Fraction(sum(row)) for row in rows]
    by_question = statistics.by_question(attempts)
    for item in range(len(rows[0])):
        for name, wanted in reference_item([Fraction(row[item]) for row in rows], totals).items():
            assert same(getattr(by_question[item], name), wanted), name
    found = statistics.quiz_statistics(attempts)
    for name, wanted in reference_quiz(rows).items():
        assert same(getattr(found, name), wanted), name


def test_a_hand_worked_example() -> None:
    """Three attempts at two questions: 1 1, 1 0, 0 0. Totals 2, 1, 0."""
    attempts = [Sat(("a", "b"), marks) for marks in ((1.0, 1.0), (1.0, 0.0), (0.0, 0.0))]
    quiz = statistics.quiz_statistics(attempts)
    assert (quiz.average, quiz.median, quiz.standard_deviation, quiz.skewness, quiz.kurtosis) == (5, 5, 5, 0, None)
    # Variances 1/3 each, of the totals 1: alpha = 2 (1 - 2/3) = 66,67 %.
    assert quiz.internal_consistency == pytest.approx(66.6667, abs=1e-4)
    assert quiz.error_ratio == pytest.approx(57.7350, abs=1e-4) and quiz.standard_error == pytest.approx(
        2.8868, abs=1e-4
    )
    item = statistics.by_question(attempts)["a"]
    assert item.facility == pytest.approx(2 / 3) and item.discrimination_index == pytest.approx(50)
    assert item.discriminative_efficiency == pytest.approx(100)


def test_what_cannot_be_told_is_none() -> None:
    assert statistics.quiz_statistics([]).average is None
    assert statistics.quiz_statistics([Sat(("a",), (1.0,))]).standard_deviation is None
    everybody_right = [Sat(("a", "b"), (1.0, 1.0))] * 20
    assert statistics.quiz_statistics(everybody_right).internal_consistency is None
    item = statistics.by_question(everybody_right)["a"]
    assert item.discrimination_index is None and statistics.doubts(item) == ["weak", "easy"]


def test_effective_weights_add_up_and_a_wrong_key_is_doubted() -> None:
    dice = Random(7)
    able = [dice.random() for _person in range(200)]
    attempts = [
        Sat(tuple("abcd"), (*(float(dice.random() < skill) for _item in range(3)), float(dice.random() > skill)))
        for skill in able
    ]
    items = statistics.by_question(attempts)
    assert "key" in statistics.doubts(items["d"]) and statistics.doubts(items["a"]) == []
    weights = statistics.effective_weights(statistics.by_position(attempts)[:3])
    assert sum(weight or 0 for weight in weights) == pytest.approx(100)
    assert len(statistics.by_group([(attempt.marks[0], attempt.total) for attempt in attempts])) == 5
