"""The curve of a drive: where it stands, the pace it needs, and where it will end if it goes on so. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from math import sqrt
from statistics import mean, stdev
from typing import Any

from certificates.targets.counting import Figures

WEEK = timedelta(days=7)
# The pace is taken from so many weeks before the day.
WEEKS = 8
# Eight of ten outcomes lie within so many standard deviations.
EIGHT_OF_TEN = 1.28


@dataclass(frozen=True)
class Point:
    """The figures from a day on."""

    on: date
    figures: Figures

    def as_json(self) -> dict[str, Any]:
        """For scripts."""
        return {"from": self.on.isoformat()} | self.figures.as_json()


@dataclass(frozen=True)
class Forecast:
    """Trained posts at the deadline if the pace of the last weeks holds: likely, and from low to high.

    `needed` is the number a week that reaches all of them, `pace` the number a week now.
    """

    low: int
    likely: int
    high: int
    due: int
    pace: float
    needed: float


def at(points: Sequence[Point], day: date) -> Figures:
    """The figures of a day; none before the first."""
    before = [point for point in points if point.on <= day]
    return before[-1].figures if before else Figures()


def forecast(points: Sequence[Point], on: date, ends_on: date) -> Forecast | None:
    """Where the drive will end; None where nothing can be said: three weeks are too few, or the end has passed."""
    if not points or ends_on <= on or on - points[0].on < 3 * WEEK:
        return None
    now = at(points, on)
    weeks = min(WEEKS, (on - points[0].on).days // 7)
    trained = [at(points, on - week * WEEK).trained for week in range(weeks, -1, -1)]
    gains = [after - before for before, after in pairwise(trained)]
    left = (ends_on - on).days / 7
    pace = mean(gains)
    spread = EIGHT_OF_TEN * stdev(gains) * sqrt(left)

    def within(value: float) -> int:
        return max(0, min(now.due, int(value)))

    likely = now.trained + pace * left
    return Forecast(
        within(likely - spread), within(likely), within(likely + spread), now.due, pace, max(0, now.missing) / left
    )


@dataclass(frozen=True)
class Chart:
    """Coordinates of the drawing, ready for SVG: 400 by 232, the plot between 46 and 396, 10 and 200."""

    line: str
    need: str
    fan: str
    months: list[tuple[float, str]]
    today: float
    end: float


LEFT, RIGHT, TOP, BOTTOM = 46.0, 396.0, 10.0, 200.0


def chart(points: Sequence[Point], starts_on: date, on: date, ends_on: date, ahead: Forecast | None) -> Chart:
    """The drawing of a drive from its first day to its last, rates in percent from the bottom up."""
    days = max((ends_on - starts_on).days, 1)

    def x(day: date) -> float:
        return round(LEFT + (RIGHT - LEFT) * min(max((day - starts_on).days, 0), days) / days, 1)

    def y(part: int, whole: int) -> float:
        return round(BOTTOM - (BOTTOM - TOP) * (part / whole if whole else 0), 1)

    steps = [p for p in points if starts_on <= p.on <= on]
    every = max(1, len(steps) // 120)  # enough for the eye, and light on the wire
    steps = steps[::every] + steps[-1:]
    line = [(x(p.on), y(p.figures.trained, p.figures.due)) for p in steps]
    now = at(points, on)
    here = (x(on), y(now.trained, now.due))
    if line:
        line.append(here)
    fan = [here, (x(ends_on), y(ahead.high, ahead.due)), (x(ends_on), y(ahead.low, ahead.due))] if ahead else []
    months = [date(starts_on.year + m // 12, m % 12 + 1, 1) for m in range(starts_on.month - 1, starts_on.month + 60)]
    marks = [(x(day), f"{day.month}/{day.year % 100:02d}") for day in months if starts_on <= day <= ends_on]
    return Chart(
        _path(line), _path([here, (x(ends_on), TOP)]) if ends_on > on else "", _path(fan),
        marks[:: max(1, len(marks) // 6)], here[0], x(ends_on),
    )  # fmt: skip


def _path(places: Sequence[tuple[float, float]]) -> str:
    return " ".join(f"{x:g},{y:g}" for x, y in places)
