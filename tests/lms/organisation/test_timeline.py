"""Paths over time: on every day a unit's path is that of the unit above it and its own number."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.organisation.reorganisation.timeline import FIRST, LAST, Loose, Stay, cut, joined, with_paths

D0 = date(2025, 1, 1)
DAYS = [D0 + timedelta(days=n) for n in range(8)]


@st.composite
def forests(draw: st.DrawFn) -> dict[int, list[Stay]]:
    """Units 1 to 6; each stands from a day on, moves once perhaps, and never beneath a later number: no circles."""
    units = {}
    for unit in range(1, 7):
        begins = draw(st.sampled_from([FIRST, *DAYS[1:3]]))
        turns = draw(st.sampled_from([None, *DAYS[3:]]))
        above = [draw(st.sampled_from([None, *range(1, unit)])) for _ in range(2)]
        if turns is None:
            units[unit] = [Stay(str(unit), above[0], None, begins, LAST)]
        else:
            ends = draw(st.sampled_from([LAST, DAYS[-1]]))
            units[unit] = [
                Stay(str(unit), above[0], None, begins, turns - timedelta(days=1)),
                Stay(str(unit), above[1], None, turns, ends),
            ]
    return units


def on(stays: list[Stay], day: date) -> Stay | None:
    found = [stay for stay in stays if stay.first <= day <= stay.last]
    assert len(found) <= 1, "two at once"
    return found[0] if found else None


@given(forests())
def test_paths_agree_with_parents_on_every_day_or_the_loose_unit_is_named(units: dict[int, list[Stay]]) -> None:
    days = [FIRST, D0 - timedelta(days=1), *DAYS, LAST]
    orphans = {
        (unit, day)
        for unit, stays in units.items()
        for day in days
        if (stay := on(stays, day)) and stay.above and on(units[stay.above], day) is None
    }
    try:
        placed = with_paths(units, {})
    except Loose as loose:
        assert orphans and on(units[loose.unit], loose.day) is not None
        return
    assert not orphans
    for unit, stays in placed.items():
        assert joined(stays) == stays
        for day in days:
            stay, before = on(stays, day), on(units[unit], day)
            assert (stay is None) == (before is None)
            if stay:
                above = on(placed[stay.above], day) if stay.above else None
                assert stay.path == f"{above.path if above else '/'}{unit}/"


def test_a_unit_does_not_stand_beneath_itself() -> None:
    units = {1: [Stay("a", 2, None, FIRST, LAST)], 2: [Stay("b", 1, None, FIRST, LAST)]}
    with pytest.raises(Loose):
        with_paths(units, {})


@given(st.sampled_from(DAYS), st.sampled_from([FIRST, *DAYS[:3]]), st.sampled_from([*DAYS[3:], LAST]))
def test_what_is_cut_can_be_joined_again(day: date, first: date, last: date) -> None:
    stay = Stay("a", None, None, first, last, "/1/")
    before, after = cut([stay], day)
    assert joined([*before, *after]) == [stay]
    assert all(piece.last < day for piece in before) and all(piece.first >= day for piece in after)
