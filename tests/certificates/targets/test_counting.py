"""Counting posts and people: sums over the tree against sets of people."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from certificates.targets.counting import Figures, PostState, recounted, totals


@st.composite
def forests(draw: st.DrawFn) -> list[PostState]:
    """Posts anywhere in a random tree, few people so that many hold several."""
    paths = ["/1/"]
    for number in range(2, draw(st.integers(2, 9))):
        paths.append(f"{draw(st.sampled_from(paths))}{number}/")
    trained = draw(st.frozensets(st.integers(1, 4)))
    posts = []
    for number in range(draw(st.integers(0, 14))):
        path = draw(st.sampled_from(paths))
        state = draw(st.sampled_from(["vacant", "exempt", "holder", "holder", "holder"]))
        person = None if state == "vacant" else draw(st.integers(1, 4))
        capacity = "" if state == "vacant" else draw(st.sampled_from(["holder", "acting", "concurrent"]))
        unit = int(path.strip("/").split("/")[-1])
        posts.append(PostState(number, unit, path, draw(st.integers(1, 3)), state, capacity, person, person in trained))
    return posts


@given(forests())
def test_sums_over_the_tree_are_exact_counts_of_people(posts: list[PostState]) -> None:
    assert totals(posts) == recounted(posts)


@given(forests())
def test_every_post_is_vacant_exempt_or_held(posts: list[PostState]) -> None:
    for figures in totals(posts).values():
        assert figures.posts == figures.vacant + figures.exempt + figures.holders
        assert figures.people <= figures.holders
        assert figures.trained <= figures.holders


def holder(number: int, path: str, person: int, trained: bool = False, kind: int = 1) -> PostState:
    return PostState(number, int(path.strip("/").split("/")[-1]), path, kind, "holder", "holder", person, trained)


def test_a_person_with_two_posts_is_one_person_above_and_one_in_each_unit() -> None:
    found = totals([holder(1, "/1/2/", 7, True), holder(2, "/1/3/", 7, True, kind=2)])
    assert (found[1, None].holders, found[1, None].people, found[1, None].people_trained) == (2, 1, 1)
    assert found[2, None].people == found[3, None].people == 1
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
