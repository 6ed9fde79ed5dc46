"""Statistics of a quiz and of its questions, as Moodle defines them.

Marks are shares of a question, 0 to 1, every question weighing the same; the total of an attempt is their sum. A
*position* is a place on the paper, whatever question stood there; a *question* is counted wherever it was drawn. What
cannot be told (too few attempts, no spread) is None.
"""

from collections import defaultdict
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import fsum, sqrt


@dataclass(frozen=True)
class Sat:
    """One finished attempt: the questions in the order of its paper, and the mark of each."""

    questions: Sequence[Hashable]
    marks: Sequence[float]

    @property
    def total(self) -> float:
        return fsum(self.marks)


@dataclass(frozen=True)
class ItemStatistics:
    """One question (or position): `rest` below is an attempt's total without this question.

    `discrimination_index`: 100 times the correlation of mark and rest. `discriminative_efficiency`: 100 times their
    covariance over the largest that these marks could have, both sorted. `effective_weight`: its share in the spread
    of the totals, in percent (for positions).
    """

    attempts: int
    facility: float
    standard_deviation: float | None
    discrimination_index: float | None
    discriminative_efficiency: float | None
    variance: float | None
    covariance_with_total: float | None


@dataclass(frozen=True)
class QuizStatistics:
    """A quiz; averages and errors are points out of 10."""

    attempts: int
    average: float | None
    median: float | None
    standard_deviation: float | None
    skewness: float | None
    kurtosis: float | None
    # Cronbach's alpha in percent: Moodle's coefficient of internal consistency.
    internal_consistency: float | None
    error_ratio: float | None
    standard_error: float | None


def item_statistics(pairs: Sequence[tuple[float, float]]) -> ItemStatistics:
    """From (mark, total) of every attempt that had the question."""
    count = len(pairs)
    marks = [mark for mark, _total in pairs]
    rests = [total - mark for mark, total in pairs]
    totals = [total for _mark, total in pairs]
    facility = fsum(marks) / count
    if count < 2:
        return ItemStatistics(count, facility, None, None, None, None, None)
    covariance, most = _covariance(marks, rests), _covariance(sorted(marks), sorted(rests))
    variance, of_rest = _covariance(marks, marks), _covariance(rests, rests)
    spread = sqrt(variance * of_rest)
    return ItemStatistics(
        count, facility, sqrt(variance), _percent(covariance, spread), _percent(covariance, most), variance,
        _covariance(marks, totals),
    )  # fmt: skip


def _covariance(one: Sequence[float], other: Sequence[float]) -> float:
    """Of a sample: over one less than the number of attempts."""
    mean_one, mean_other = fsum(one) / len(one), fsum(other) / len(other)
    found = fsum((a - mean_one) * (b - mean_other) for a, b in zip(one, other, strict=True)) / (len(one) - 1)
    return 0.0 if abs(found) < 1e-12 else found


def _percent(part: float, whole: float) -> float | None:
    return 100 * part / whole if whole else None


def by_question(attempts: Sequence[Sat]) -> dict[Hashable, ItemStatistics]:
    """Statistics of every question that was drawn."""
    pairs: dict[Hashable, list[tuple[float, float]]] = defaultdict(list)
    for attempt in attempts:
        total = attempt.total
        for question, mark in zip(attempt.questions, attempt.marks, strict=True):
            pairs[question].append((mark, total))
    return {question: item_statistics(found) for question, found in pairs.items()}


def by_position(attempts: Sequence[Sat]) -> list[ItemStatistics]:
    """Statistics of every place on the paper; empty where papers differ in length."""
    lengths = {len(attempt.marks) for attempt in attempts}
    if len(lengths) != 1:
        return []
    return [
        item_statistics([(attempt.marks[place], attempt.total) for attempt in attempts])
        for place in range(lengths.pop())
    ]


def effective_weights(positions: Sequence[ItemStatistics]) -> list[float | None]:
    """The share of each position in the spread of totals, in percent; None where it works against the others."""
    roots = [
        sqrt(p.covariance_with_total) if p.covariance_with_total is not None and p.covariance_with_total >= 0 else None
        for p in positions
    ]
    whole = fsum(root for root in roots if root is not None)
    return [100 * root / whole if root is not None and whole else None for root in roots]


def quiz_statistics(attempts: Sequence[Sat]) -> QuizStatistics:
    """Of all the attempts given."""
    count = len(attempts)
    if not count:
        return QuizStatistics(0, *[None] * 8)
    positions = by_position(attempts)
    most = max(len(attempt.marks) for attempt in attempts) or 1
    scale = 10 / most
    totals = sorted(attempt.total for attempt in attempts)
    mean = fsum(totals) / count
    middle = count // 2
    median = totals[middle] if count % 2 else (totals[middle - 1] + totals[middle]) / 2
    m2, m3, m4 = (fsum((total - mean) ** power for total in totals) / count for power in (2, 3, 4))
    if count < 2 or m2 < 1e-12:
        return QuizStatistics(count, mean * scale, median * scale, 0.0 if count > 1 else None, *[None] * 5)
    k2 = count * m2 / (count - 1)
    skewness = kurtosis = None
    if count > 2:
        skewness = count**2 * m3 / ((count - 1) * (count - 2)) / k2**1.5
    if count > 3:
        k4 = count**2 * ((count + 1) * m4 - 3 * (count - 1) * m2**2) / ((count - 1) * (count - 2) * (count - 3))
        kurtosis = k4 / k2**2
    consistency = ratio = error = None
    if len(positions) > 1:
        of_items = fsum(p.variance or 0.0 for p in positions)
        consistency = 100 * len(positions) / (len(positions) - 1) * (1 - of_items / k2)
        ratio = 100 * sqrt(1 - consistency / 100)
        error = ratio * sqrt(k2) / 100 * scale
    return QuizStatistics(
        count, mean * scale, median * scale, sqrt(k2) * scale, skewness, kurtosis, consistency, ratio, error
    )


def spread(attempts: Sequence[Sat]) -> list[int]:
    """How many attempts have a score from 0 to under 1, from 1 to under 2 and so on; 10 belongs to the last."""
    found = [0] * 10
    for attempt in attempts:
        found[min(int(10 * attempt.total / (len(attempt.marks) or 1) + 1e-9), 9)] += 1
    return found


def by_group(pairs: Sequence[tuple[float, float]], groups: int = 5) -> list[float]:
    """The mean mark in groups of equal size by total, the weakest first: the picture of a question."""
    ordered = sorted(pairs, key=lambda pair: pair[1])
    if len(ordered) < groups:
        return []
    edges = [round(len(ordered) * step / groups) for step in range(groups + 1)]
    parts = [ordered[start:end] for start, end in pairwise(edges)]
    return [fsum(mark for mark, _total in part) / len(part) for part in parts]


def doubts(item: ItemStatistics) -> list[str]:
    """Why a question should be looked at; empty when nothing speaks against it."""
    found = []
    if item.attempts >= 10:
        if item.discrimination_index is not None and item.discrimination_index < 0:
            found.append("key")
        elif item.discrimination_index is None or item.discrimination_index < 15:
            found.append("weak")
        if item.facility >= 0.95:
            found.append("easy")
        if item.facility <= 0.2:
            found.append("hard")
    return found
