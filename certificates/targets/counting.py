"""How posts become figures. Pure: no database, no clock.

A post counts in one way from a day to a day: that is a span. A span adds to the figures of its unit and of every unit
above on its first day and takes the same off on the day after its last, so the figures of a unit are steps: a row for
each day on which they change. Days that lie ahead are steps as well; nothing has to be counted anew at midnight.

People are counted once however many posts they hold. That count is no sum over units, but it becomes one: each holding
adds 1 at its unit, and each neighbouring pair of one person's holdings, in depth-first order of the tree, takes 1 off
at their lowest common unit. In any subtree the pairs inside are then one fewer than the holdings inside.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import date, timedelta
from decimal import Decimal
from functools import cache, lru_cache
from itertools import pairwise
from struct import Struct
from typing import Any, NamedTuple

from lms.text import rate

# The last day of a span that nothing is known to end.
FOREVER = date(9999, 12, 31)
# Stands for all kinds of post together, where figures are kept by kind.
ALL = 0
TRAINED = ("trained", "expiring")


class Span(NamedTuple):
    """How one post counts from a day to a day, both included. `path` is where its unit stands then, `/1/5/20/`.

    `standing` is a holder's: never (started), started, trained or expiring; `grace` is a new holder's who is not due
    yet.
    """

    post_id: int
    unit_id: int
    path: str
    kind_id: int
    from_on: date
    to_on: date
    state: str
    capacity: str = ""
    person_id: int | None = None
    standing: str = ""
    grace: bool = False

    @property
    def trained(self) -> bool:
        return self.standing in TRAINED


@dataclass(slots=True)
class Figures:
    """posts = vacant + exempt + holders; holders = trained + in progress + never started.

    All count posts, only `people` counts each holder once. `grace` are holders who are not due yet, `expiring` trained
    ones whose certificate ends within the renewal window; `acting`, `concurrent` and `seconded` say in which capacity
    holders hold.
    """

    posts: int = 0
    vacant: int = 0
    exempt: int = 0
    acting: int = 0
    concurrent: int = 0
    seconded: int = 0
    holders: int = 0
    grace: int = 0
    trained: int = 0
    in_progress: int = 0
    expiring: int = 0
    people: int = 0
    people_trained: int = 0

    @property
    def due(self) -> int:
        """Holders' posts that must be trained by now: the whole of the rate."""
        return self.holders - self.grace

    @property
    def rate(self) -> Decimal | None:
        """Percent of the due posts that are trained, one decimal, cut off; None where there is none."""
        return rate(self.trained, self.due)

    @property
    def missing(self) -> int:
        return self.due - self.trained

    @property
    def never_started(self) -> int:
        return self.holders - self.trained - self.in_progress

    def as_json(self) -> dict[str, Any]:
        """The figures for scripts; `rate` is a number of percent or null."""
        exact = self.rate
        return {name: getattr(self, name) for name in NAMES} | {
            "due": self.due,
            "missing": self.missing,
            "never_started": self.never_started,
            "rate": None if exact is None else float(exact),
        }


NAMES = tuple(field.name for field in fields(Figures))
# A unit and a post kind; ALL for all kinds.
Key = tuple[int, int]
# What changes on which days, as packed figures.
Days = dict[date, int]

# Figures travel as one whole number, 32 bits a figure, so that adding two is adding two numbers.
_BITS = 32
_HALF = 1 << (_BITS - 1)
_WEIGHTS = {name: 1 << (_BITS * place) for place, name in enumerate(NAMES)}
_LAYOUT = Struct(f"<{len(NAMES)}I")
# Added before reading, so that no figure borrows from the next.
_BIAS = sum(_HALF * weight for weight in _WEIGHTS.values())


def pack(values: Iterable[int]) -> int:
    """Figures in the order of NAMES as one number."""
    return sum(value * weight for value, weight in zip(values, _WEIGHTS.values(), strict=True))


def unpack(packed: int) -> tuple[int, ...]:
    """The figures of a number, in the order of NAMES; negative ones too."""
    return tuple(value - _HALF for value in _LAYOUT.unpack((packed + _BIAS).to_bytes(_LAYOUT.size, "little")))


@cache
def _weight(state: str, capacity: str, standing: str, grace: bool) -> int:
    """What one post adds, its person counted as if it were their only one."""
    names = ["posts"]
    if state != "holder":
        names.append(state)
    else:
        names += ["holders", "people"]
        names += [capacity] if capacity != "holder" else []
        names += ["trained", "people_trained"] if standing in TRAINED else []
        names += ["in_progress"] if standing == "started" else []
        names += ["expiring"] if standing == "expiring" else []
        names += ["grace"] if grace else []
    return sum(_WEIGHTS[name] for name in names)


def weight(span: Span) -> int:
    """What a span adds to the figures above it, packed."""
    return _weight(span.state, span.capacity, span.standing, span.grace)


@lru_cache(maxsize=1 << 19)
def units_of(path: str) -> tuple[int, ...]:
    """The units from the root down: (1, 5, 20) of /1/5/20/. Sorted by it, a tree stands in depth-first order."""
    return tuple(int(part) for part in path.strip("/").split("/"))


class Shared(NamedTuple):
    """A neighbouring pair of one person's holdings, from a day to a day; `path` is the lowest unit above both."""

    path: str
    kind_id: int
    from_on: date
    to_on: date
    trained: bool


def shared(held: Iterable[Span]) -> Iterator[Shared]:
    """The pairs among one person's spans, over all kinds and kind by kind."""
    held = [span for span in held if span.state == "holder"]
    if len(held) < 2:
        return
    cuts = sorted({span.from_on for span in held} | {next_day(span.to_on) for span in held if span.to_on < FOREVER})
    for place, day in enumerate(cuts):
        now = [span for span in held if span.from_on <= day <= span.to_on]
        if len(now) < 2:
            continue
        last = cuts[place + 1] - _DAY if place + 1 < len(cuts) else FOREVER
        for kind in (ALL, *sorted({span.kind_id for span in now})):
            chosen = sorted(units_of(span.path) for span in now if kind in (ALL, span.kind_id))
            for one, other in pairwise(chosen):
                yield Shared(_common(one, other), kind, day, last, now[0].trained)


def _common(one: tuple[int, ...], other: tuple[int, ...]) -> str:
    same = 0
    while same < min(len(one), len(other)) and one[same] == other[same]:
        same += 1
    return "/" + "".join(f"{unit}/" for unit in one[:same])


_DAY = timedelta(days=1)


def next_day(day: date) -> date:
    return day + _DAY


class Change:
    """What spans and pairs add, place by place and day by day: what is put in and what is taken out, together."""

    def __init__(self) -> None:
        self._own: defaultdict[tuple[str, int], Days] = defaultdict(dict)

    def add(self, spans: Iterable[Span], sign: int = 1) -> None:
        """Posts come (1) or go (-1)."""
        for span in spans:
            amount = sign * weight(span)
            self._put(span.path, ALL, span.from_on, span.to_on, amount)
            self._put(span.path, span.kind_id, span.from_on, span.to_on, amount)

    def share(self, held: Iterable[Span], sign: int = 1) -> None:
        """One person's holdings are paired (1), or no longer (-1)."""
        for pair in shared(held):
            amount = _WEIGHTS["people"] + (_WEIGHTS["people_trained"] if pair.trained else 0)
            self._put(pair.path, pair.kind_id, pair.from_on, pair.to_on, -sign * amount)

    def _put(self, path: str, kind: int, first: date, last: date, amount: int) -> None:
        days = self._own[path, kind]
        days[first] = days.get(first, 0) + amount
        if last < FOREVER:
            after = last + _DAY
            days[after] = days.get(after, 0) - amount

    def rolled_up(self, top: int) -> dict[Key, Days]:
        """The same for every unit from each place up to the unit `top`; days without a change left out."""
        found: defaultdict[Key, Days] = defaultdict(dict)
        for (path, kind), own in self._own.items():
            chain = units_of(path)
            for unit in chain[chain.index(top) :]:
                days = found[unit, kind]
                for day, amount in own.items():
                    days[day] = days.get(day, 0) + amount
        rolled = {key: {day: amount for day, amount in days.items() if amount} for key, days in found.items()}
        return {key: days for key, days in rolled.items() if days}


def stepped(change: Mapping[date, int], before: Mapping[date, int] | None = None, start: int = 0) -> Days:
    """The figures from each day on, after a change: a step for each day on which they differ from the day before.

    `before` are the steps that were kept, `start` the figures before the first of these days.
    """
    before = before or {}
    steps: Days = {}
    kept = last = start
    moved = 0
    for day in sorted({*before, *change}):
        kept = before.get(day, kept)
        moved += change.get(day, 0)
        if kept + moved != last:
            last = steps[day] = kept + moved
    return steps


def recounted(spans: Iterable[Span], top: int) -> dict[Key, Figures]:
    """The figures of every subtree up to the unit `top` on one day, with sets of people: what the steps must equal.

    `spans` are those that are in force on the day.
    """
    sums: defaultdict[Key, int] = defaultdict(int)
    people: defaultdict[Key, set[int | None]] = defaultdict(set)
    trained: defaultdict[Key, set[int | None]] = defaultdict(set)
    for span in spans:
        chain = units_of(span.path)
        for unit in chain[chain.index(top) :]:
            for key in ((unit, ALL), (unit, span.kind_id)):
                sums[key] += weight(span)
                if span.state == "holder":
                    people[key].add(span.person_id)
                    if span.trained:
                        trained[key].add(span.person_id)
    found = {key: Figures(*unpack(total)) for key, total in sums.items()}
    for key, figures in found.items():
        figures.people = len(people.get(key, ()))
        figures.people_trained = len(trained.get(key, ()))
    return found
