"""The blueprint of a quiz: a matrix topic x level x count, and what the bank has for it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from random import Random
from typing import Any

from courses.questions.types import LEVELS

ANY = ""


@dataclass(frozen=True, order=True)
class Cell:
    """So many questions of a topic, of one level or (ANY) of whatever level is left."""

    topic: str
    level: str
    count: int


@dataclass(frozen=True)
class Pooled:
    """A question that can be drawn: its newest version, and where it belongs."""

    version: int
    topic: str
    level: str
    valid_from: str = ""
    valid_to: str = ""

    def valid(self, day: date) -> bool:
        """Whether it may be drawn on that day."""
        return (not self.valid_from or self.valid_from <= day.isoformat()) and (
            not self.valid_to or self.valid_to >= day.isoformat()
        )


def cells(draw: Mapping[str, Any]) -> list[Cell]:
    """The cells of `Quiz.draw`: `{topic: count}` or `{topic: {level: count}}`; the levels first, what is left last."""
    found = []
    for topic, wanted in draw.items():
        counts = wanted if isinstance(wanted, Mapping) else {ANY: wanted}
        order = (*LEVELS, *(level for level in counts if level not in LEVELS and level != ANY), ANY)
        found += [Cell(topic, level, counts[level]) for level in order if counts.get(level)]
    return found


def draw_of(wanted: Iterable[Cell]) -> dict[str, Any]:
    """What `cells` reads, in its shortest form."""
    topics: dict[str, dict[str, int]] = {}
    for cell in wanted:
        if cell.count:
            topics.setdefault(cell.topic, {})[cell.level] = cell.count
    return {topic: counts[ANY] if set(counts) == {ANY} else counts for topic, counts in topics.items()}


def total(draw: Mapping[str, Any]) -> int:
    """How many questions a paper has."""
    return sum(cell.count for cell in cells(draw))


@dataclass(frozen=True)
class Shortage:
    """A cell that the bank cannot fill: `have` of `cell.count`."""

    cell: Cell
    have: int


def shortages(draw: Mapping[str, Any], pool: Sequence[Pooled]) -> list[Shortage]:
    """The alarm before the exam: cells that cannot be filled, counting what the topic's levels have used already."""
    found = []
    for cell in cells(draw):
        have = len([q for q in pool if q.topic == cell.topic and cell.level in (ANY, q.level)])
        if cell.level == ANY:
            levels = [other for other in cells(draw) if other.topic == cell.topic and other.level != ANY]
            have -= sum(min(other.count, _have(other, pool)) for other in levels)
        if have < cell.count:
            found.append(Shortage(cell, have))
    return found


def _have(cell: Cell, pool: Sequence[Pooled]) -> int:
    return len([q for q in pool if q.topic == cell.topic and q.level == cell.level])


def choose(draw: Mapping[str, Any], pool: Sequence[Pooled], dice: Random) -> list[int]:
    """Question versions for one paper, topic by topic in the pool's order; a topic's questions stand at random.

    The same pool and dice give the same paper. The pool must have no shortage.
    """
    wanted = cells(draw)
    chosen: list[int] = []
    for topic in dict.fromkeys(question.topic for question in pool):
        taken: list[int] = []
        for cell in (cell for cell in wanted if cell.topic == topic):
            fitting = [
                q.version for q in pool
                if q.topic == topic and cell.level in (ANY, q.level) and q.version not in taken
            ]  # fmt: skip
            taken += dice.sample(fitting, cell.count)
        dice.shuffle(taken)
        chosen += taken
    return chosen


def overlap(papers: Sequence[Sequence[int]]) -> list[list[int]]:
    """How many questions each two papers share; a paper with itself: all of its own."""
    sets = [set(paper) for paper in papers]
    return [[len(one & other) for other in sets] for one in sets]
