"""What a target asks, and how the facts about posts and people become spans. Pure: no database, no clock."""

import re
from calendar import monthrange
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import NamedTuple

from certificates.targets.counting import FOREVER, Span, next_day

# Who counts as the holder of a post where several are appointed to it: the first of these.
RANKS = {"holder": 0, "concurrent": 1, "seconded": 2, "acting": 3}
NOBODY = "vacant"


@dataclass(frozen=True)
class Rule:
    """What counts: one of the activities or all, within the period, for so long.

    Without a validity a completion counts when it lies within the period, and goes on to count. With one it counts for
    so many months from its day, also when that lies before the period. A holder appointed within the period is not due
    before the days of grace are over.
    """

    activities: tuple[str, ...]
    starts_on: date
    ends_on: date
    all_of: bool = False
    ways: tuple[str, ...] = ()
    validity_months: int = 0
    renewal_days: int = 0
    grace_days: int = 0
    # The oldest edition of each activity that counts; evidence counts in any, for whoever accepts it answers for it.
    editions: Mapping[str, str] = field(default_factory=dict)


class Completed(NamedTuple):
    """A proof that a person completed an activity; it no longer counts from `ended_on` on."""

    activity: str
    way: str
    on: date
    ended_on: date | None
    edition: str = ""


class Period(NamedTuple):
    """From a day to a day, both included."""

    from_on: date
    to_on: date


class Stay(NamedTuple):
    """Where a post's unit stands, in days in which unit, post and its kind are in force."""

    path: str
    from_on: date
    to_on: date


class Holding(NamedTuple):
    """Somebody is appointed to a post."""

    person_id: int
    capacity: str
    from_on: date
    to_on: date
    id: int


@dataclass
class PersonFacts:
    """What is known of a person for one target; `trained` are the days on which they count as trained."""

    trained: list[Period] = field(default_factory=list)
    expiring: list[Period] = field(default_factory=list)
    exempt: list[Period] = field(default_factory=list)
    started_on: date | None = None

    def cuts(self) -> list[date]:
        """The days on which something changes."""
        found = [self.started_on] if self.started_on else []
        for period in (*self.trained, *self.expiring, *self.exempt):
            found.append(period.from_on)
            if period.to_on < FOREVER:
                found.append(next_day(period.to_on))
        return found

    def standing(self, day: date) -> str:
        if any(p.from_on <= day <= p.to_on for p in self.trained):
            return "expiring" if any(p.from_on <= day <= p.to_on for p in self.expiring) else "trained"
        return "started" if self.started_on and self.started_on <= day else "never"

    def is_exempt(self, day: date) -> bool:
        return any(p.from_on <= day <= p.to_on for p in self.exempt)


@dataclass
class PostFacts:
    """What is known of a post for one target."""

    post_id: int
    unit_id: int
    kind_id: int
    stays: list[Stay] = field(default_factory=list)
    holdings: list[Holding] = field(default_factory=list)


def months_later(day: date, months: int) -> date:
    """The same day of the month, or the month's last: 31/1 and one month is 28/2."""
    year, month = divmod(day.month - 1 + months, 12)
    year += day.year
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def proven(rule: Rule, proofs: Sequence[Completed]) -> tuple[list[Period], list[Period]]:
    """The days on which somebody with these proofs counts as trained, and those of them on which that soon expires."""
    valid = [(proof.activity, period) for proof in proofs if (period := _valid(rule, proof)) is not None]
    cuts = sorted({p.from_on for _a, p in valid} | {next_day(p.to_on) for _a, p in valid if p.to_on < FOREVER})
    trained: list[Period] = []
    for place, day in enumerate(cuts):
        done = {activity for activity, p in valid if p.from_on <= day <= p.to_on}
        if done >= set(rule.activities) if rule.all_of else done:
            last = cuts[place + 1] - timedelta(days=1) if place + 1 < len(cuts) else FOREVER
            joins = trained and next_day(trained[-1].to_on) == day
            first = trained.pop().from_on if joins else day
            trained.append(Period(first, last))
    if not rule.validity_months or not rule.renewal_days:
        return trained, []
    # A run that a revocation ends was not expiring before.
    counting = [p for p in proofs if _valid(rule, p) is not None]
    expiries = {_expiry(rule, p) for p in counting if p.ended_on is None or p.ended_on > _expiry(rule, p)}
    window = timedelta(days=rule.renewal_days - 1)
    return trained, [Period(max(p.from_on, p.to_on - window), p.to_on) for p in trained if p.to_on in expiries]


def _expiry(rule: Rule, proof: Completed) -> date:
    return months_later(proof.on, rule.validity_months) - timedelta(days=1)


def edition_key(edition: str) -> tuple[int, ...]:
    """Orders editions by the numbers in their names: Bản 2014, Bản 2026, Bản 2026.2."""
    return tuple(int(number) for number in re.findall(r"\d+", edition))


def is_in_force(rule: Rule, proof: Completed) -> bool:
    """Whether the content that was completed is new enough."""
    oldest = rule.editions.get(proof.activity, "")
    return proof.way != "certificate" or edition_key(proof.edition) >= edition_key(oldest)


def _valid(rule: Rule, proof: Completed) -> Period | None:
    if proof.activity not in rule.activities or (rule.ways and proof.way not in rule.ways) or proof.on > rule.ends_on:
        return None
    if not is_in_force(rule, proof):
        return None
    last = _expiry(rule, proof) if rule.validity_months else FOREVER
    if not rule.validity_months and proof.on < rule.starts_on:
        return None
    if proof.ended_on is not None:
        last = min(last, proof.ended_on - timedelta(days=1))
    return Period(proof.on, last) if proof.on <= last else None


def graceful(rule: Rule, holding: Holding) -> Period | None:
    """The days of grace of somebody who is appointed within the period."""
    if not rule.grace_days or holding.from_on <= rule.starts_on:
        return None
    return Period(holding.from_on, holding.from_on + timedelta(days=rule.grace_days - 1))


def spans_of(rule: Rule, post: PostFacts, people: Mapping[int, PersonFacts], window: Period) -> list[Span]:
    """How a post counts on every day of the window, as few spans as can be."""
    holdings = sorted(post.holdings, key=lambda h: (RANKS[h.capacity], -h.from_on.toordinal(), h.id))
    cuts = _cuts(rule, holdings, people)
    found: list[Span] = []
    for stay in sorted(post.stays, key=lambda stay: stay.from_on):
        first, last = max(stay.from_on, window.from_on), min(stay.to_on, window.to_on)
        if first > last:
            continue
        days = [first, *(day for day in cuts if first < day <= last)]
        for place, day in enumerate(days):
            until = days[place + 1] - timedelta(days=1) if place + 1 < len(days) else last
            span = Span(post.post_id, post.unit_id, stay.path, post.kind_id, day, until,
                        *_state(rule, holdings, people, day))  # fmt: skip
            if found and _goes_on(found[-1], span):
                span = span._replace(from_on=found.pop().from_on)
            found.append(span)
    return found


def _cuts(rule: Rule, holdings: list[Holding], people: Mapping[int, PersonFacts]) -> list[date]:
    cuts: set[date] = set()
    for holding in holdings:
        cuts.add(holding.from_on)
        if holding.to_on < FOREVER:
            cuts.add(next_day(holding.to_on))
        if grace := graceful(rule, holding):
            cuts.add(next_day(grace.to_on))
        cuts.update(people[holding.person_id].cuts())
    return sorted(cuts)


def _goes_on(one: Span, other: Span) -> bool:
    return one[2] == other[2] and one[6:] == other[6:] and next_day(one.to_on) == other.from_on


def _state(
    rule: Rule, holdings: list[Holding], people: Mapping[int, PersonFacts], day: date
) -> tuple[str, str, int | None, str, bool]:
    """State, capacity, person, standing and grace on a day; `holdings` in the order of their ranks."""
    holding = next((h for h in holdings if h.from_on <= day <= h.to_on), None)
    if holding is None:
        return NOBODY, "", None, "", False
    person = people[holding.person_id]
    if person.is_exempt(day):
        return "exempt", holding.capacity, holding.person_id, "", False
    standing = person.standing(day)
    grace = graceful(rule, holding)
    waits = standing in ("never", "started") and grace is not None and day <= grace.to_on
    return "holder", holding.capacity, holding.person_id, standing, waits
