"""Counting posts and people: steps over the tree and over days against sets of people on each day."""

from datetime import date, timedelta
from decimal import Decimal
from itertools import groupby

import pytest
from hypothesis import given
from hypothesis import strategies as st

from certificates.targets.counting import (
    ALL,
    FOREVER,
    NAMES,
    Change,
    Figures,
    Key,
    Span,
    pack,
    recounted,
    stepped,
    unpack,
)

FIRST = date(2026, 1, 1)
DAYS = [FIRST + timedelta(days=n) for n in range(8)]


@st.composite
def forests(draw: st.DrawFn) -> list[Span]:
    """Posts anywhere in a random tree over a week, few people so that many hold several at once."""
    paths = ["/1/"]
    for number in range(2, draw(st.integers(2, 9))):
        paths.append(f"{draw(st.sampled_from(paths))}{number}/")
    trained_from = {person: draw(st.sampled_from([*DAYS, FOREVER])) for person in range(1, 5)}
    found = []
    for number in range(draw(st.integers(0, 12))):
        path = draw(st.sampled_from(paths))
        first, last = sorted([draw(st.sampled_from(DAYS)), draw(st.sampled_from([*DAYS, FOREVER]))])
        state = draw(st.sampled_from(["vacant", "exempt", "holder", "holder", "holder"]))
        person = None if state == "vacant" else draw(st.integers(1, 4))
        capacity = "" if state == "vacant" else draw(st.sampled_from(["holder", "acting", "concurrent", "seconded"]))
        span = Span(number, int(path.strip("/").split("/")[-1]), path, draw(st.integers(1, 3)), first, last, state,
                    capacity, person)  # fmt: skip
        found += split(span, trained_from[person]) if state == "holder" and person else [span]
    return found


def split(span: Span, trained_from: date) -> list[Span]:
    """A holder's span before and after the day on which they are trained."""
    before = span._replace(standing="never", to_on=min(span.to_on, trained_from - timedelta(days=1)))
    after = span._replace(standing="trained", from_on=max(span.from_on, trained_from))
    return [part for part in (before, after) if part.from_on <= part.to_on]


def by_steps(spans: list[Span]) -> dict[Key, dict[date, Figures]]:
    """The steps as `keeping` writes them."""
    change = Change()
    change.add(spans)
    ordered = sorted(spans, key=lambda span: span.person_id or 0)
    for _person, held in groupby(ordered, key=lambda span: span.person_id):
        change.share(held)
    return {
        key: {day: Figures(*unpack(packed)) for day, packed in stepped(days).items()}
        for key, days in change.rolled_up(1).items()
    }


def on(steps: dict[Key, dict[date, Figures]], day: date) -> dict[Key, Figures]:
    found = {key: [figures for first, figures in days.items() if first <= day][-1:] for key, days in steps.items()}
    return {key: figures[0] for key, figures in found.items() if figures and figures[0] != Figures()}


@given(forests())
def test_steps_over_the_tree_are_exact_counts_of_people_on_every_day(spans: list[Span]) -> None:
    steps = by_steps(spans)
    for day in [*DAYS, FOREVER]:
        assert on(steps, day) == recounted([s for s in spans if s.from_on <= day <= s.to_on], 1)


@given(forests())
def test_every_post_is_vacant_exempt_or_held(spans: list[Span]) -> None:
    for figures in recounted([s for s in spans if s.from_on <= FIRST <= s.to_on], 1).values():
        assert figures.posts == figures.vacant + figures.exempt + figures.holders
        assert figures.holders == figures.trained + figures.in_progress + figures.never_started
        assert figures.people <= figures.holders


@given(forests(), forests())
def test_a_change_moves_old_steps_to_the_new_ones(one: list[Span], other: list[Span]) -> None:
    change = Change()
    for sign, spans in ((-1, one), (1, other)):
        change.add(spans, sign)
        ordered = sorted(spans, key=lambda span: span.person_id or 0)
        for _person, held in groupby(ordered, key=lambda span: span.person_id):
            change.share(held, sign)
    moved = {key: dict(days) for key, days in by_steps(one).items()}
    for key, days in change.rolled_up(1).items():
        before = {day: pack(getattr(f, n) for n in NAMES) for day, f in moved.get(key, {}).items()}
        moved[key] = {day: Figures(*unpack(packed)) for day, packed in stepped(days, before).items()}
    assert {key: days for key, days in moved.items() if days} == by_steps(other)


@given(st.lists(st.integers(-(2**31), 2**31 - 1), min_size=len(NAMES), max_size=len(NAMES)))
def test_packed_figures_are_the_figures(values: list[int]) -> None:
    assert unpack(pack(values)) == tuple(values)


def holder(number: int, path: str, person: int, standing: str = "never", kind: int = 1) -> Span:
    unit = int(path.strip("/").split("/")[-1])
    return Span(number, unit, path, kind, FIRST, FOREVER, "holder", "holder", person, standing)


def test_a_person_with_two_posts_is_one_person_above_and_one_in_each_unit() -> None:
    spans = [holder(1, "/1/2/", 7, "trained"), holder(2, "/1/3/", 7, "trained", kind=2)]
    found = on(by_steps(spans), FIRST)
    assert (found[1, ALL].holders, found[1, ALL].people, found[1, ALL].people_trained) == (2, 1, 1)
    assert found[2, ALL].people == found[3, ALL].people == 1
    assert found[1, 1].people == found[1, 2].people == 1


@pytest.mark.parametrize(
    ("trained", "holders", "percent"), [(0, 0, None), (0, 3, "0.0"), (2, 3, "66.6"), (999, 1000, "99.9"), (3, 3, "100")]
)
def test_a_rate_is_cut_off_and_is_a_hundred_only_when_the_counts_are_equal(
    trained: int, holders: int, percent: str | None
) -> None:
    expected = None if percent is None else Decimal(percent)
    assert Figures(posts=holders, holders=holders, trained=trained).rate == expected


def test_the_rate_of_a_great_many_never_rounds_up() -> None:
    assert Figures(holders=1_000_000, trained=999_999).rate == Decimal("99.9")
