"""Marking is exact until the score is printed, and everything after comes from the printed score."""

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses.questions.marking import band, mark, passed, printed, rubric_mark, score
from courses.questions.numbers import read_number
from courses.questions.types import (
    Choice,
    Cloze,
    Content,
    Criterion,
    Essay,
    Gap,
    Matching,
    Number,
    Numeric,
    Option,
    Ordering,
    ShortText,
    TrueFalse,
    Unit,
    draw_order,
)
from tests.courses.questions.strategies import contents, multiples

shares = st.fractions(0, 1, max_denominator=60)


def slow_score(marks: Sequence[Fraction]) -> Decimal:
    """Tries every score that can be printed: the nearest, the higher of two equally near ones."""
    exact = sum(marks, Fraction(0)) * 10 / len(marks)
    tenths = min(range(101), key=lambda tenth: (abs(Fraction(tenth, 10) - exact), -tenth))
    return Decimal(tenths) / 10


@given(st.lists(shares, min_size=1, max_size=40))
def test_the_score_is_the_mean_rounded_once_halves_up(marks: list[Fraction]) -> None:
    assert score(marks) == slow_score(marks)


@pytest.mark.parametrize(
    ("right", "of", "expected"),
    [(0, 7, "0.0"), (7, 7, "10.0"), (1, 3, "3.3"), (2, 3, "6.7"), (9, 200, "0.5"), (179, 200, "9.0"), (99, 200, "5.0"),
     (19, 20, "9.5"), (0, 1, "0.0")],
)  # fmt: skip
def test_known_scores(right: int, of: int, expected: str) -> None:
    assert score([Fraction(1)] * right + [Fraction(0)] * (of - right)) == Decimal(expected)


def test_no_question_is_no_point() -> None:
    assert score([]) == 0


@given(st.integers(0, 100).map(lambda tenths: Decimal(tenths) / 10))
def test_the_band_and_passing_follow_the_printed_score(shown: Decimal) -> None:
    names = ["", "Trung bình", "Trung bình khá", "Khá", "Giỏi", "Xuất sắc"]
    expected = names[max(0, min(int(shown), 9) - 4)]
    assert band(shown) == expected and passed(shown, Decimal(5)) == (expected != "")


@pytest.mark.parametrize(("figure", "shown"), [("8.5", "8,5"), ("10.0", "10"), ("0.0", "0"), ("7", "7")])
def test_a_score_is_printed_with_a_comma(figure: str, shown: str) -> None:
    assert printed(Decimal(figure)) == shown


@given(contents, st.integers())
def test_nothing_answered_earns_nothing(content: Content, seed: int) -> None:
    assert mark(content, draw_order(content, Random(seed)), None) == 0


@given(multiples(), st.integers(), st.data())
def test_several_choices_are_marked_by_their_shares(content: Choice, seed: int, data: Any) -> None:
    order = draw_order(content, Random(seed))
    chosen = data.draw(st.lists(st.sampled_from(range(len(order))), unique=True))
    picked = [content.options[order[place]] for place in chosen]
    rights = [option for option in content.options if option.right]
    if content.whole:
        expected = Fraction(len(picked) == len(rights) and all(option.right for option in picked))
    else:
        # Every right choice is the same share here; a wrong one takes away its percent.
        lost = Fraction(50 * sum(option.weight < 0 for option in picked)) / sum(Fraction(o.weight) for o in rights)
        expected = max(Fraction(0), Fraction(sum(o.right for o in picked), len(rights)) - lost)
    assert mark(content, order, chosen) == expected


def test_three_thirds_are_a_whole() -> None:
    thirds = tuple(Option(text, Decimal("33.33333")) for text in "abc")
    content = Choice("?", (*thirds, Option("d", Decimal(-50))), many=True)
    assert mark(content, [0, 1, 2, 3], [0, 1, 2]) == 1
    assert mark(content, [0, 1, 2, 3], [0]) == Fraction(1, 3)
    assert mark(content, [0, 1, 2, 3], [3]) == 0


def test_pairs_and_places_earn_equal_shares() -> None:
    matching = Matching("?", (("a", "1"), ("b", "2"), ("c", "1")), ("3",))
    order = [3, 1, 0, 2]  # shown: 3, 2, 1 (once)
    assert mark(matching, order, [2, 1, 2]) == 1
    assert mark(matching, order, [2, None, 0]) == Fraction(1, 3)
    ordering = Ordering("?", ("một", "hai", "ba"))
    assert mark(ordering, [2, 0, 1], [2, 0, 1]) == 1
    assert mark(ordering, [2, 0, 1], [2, 1, 0]) == Fraction(1, 3)


@pytest.mark.parametrize(
    ("typed", "value", "unit"),
    [("8,5", "8.5", ""), ("8.5", "8.5", ""), ("5.500", "5500", ""), ("5 500", "5500", ""),
     ("1.234.567,25", "1234567.25", ""),
     ("0.125", "0.125", ""), ("-3", "-3", ""), ("−3", "-3", ""), (",5", "0.5", ""), ("12,500", "12.5", ""),
     ("97,5%", "97.5", "%"), ("15 km", "15", "km"), ("24tiết", "24", "tiết")],
)  # fmt: skip
def test_numbers_are_read_as_offices_type_them(typed: str, value: str, unit: str) -> None:
    assert read_number(typed) == (Fraction(value), unit)


@pytest.mark.parametrize("typed", ["", "mười", "1,2,3", "1.2.3", "--5", ",", "5-6"])
def test_what_is_no_number_is_none_or_has_a_strange_unit(typed: str) -> None:
    found = read_number(typed)
    assert found is None or found[1]


def test_numbers_count_within_their_tolerance_and_in_any_unit() -> None:
    answers = (Number(Decimal("1.5"), Decimal("0.1")), Number(Decimal(1), weight=Decimal(50)))
    content = Numeric("?", answers, (Unit("km"), Unit("m", Decimal("0.001"))))
    marks = {"1,5": 1, "1,6 km": 1, "1500 m": 1, "1.600m": 1, "1,61": 0, "1": Fraction(1, 2), "1,5 dặm": 0, "?": 0}
    assert {typed: mark(content, [], typed) for typed in marks} == marks


def test_short_texts_are_blind_to_case_spacing_and_where_the_tone_stands() -> None:
    exact = ShortText("?", (Option("Hòa giải ở cơ sở", Decimal(100)), Option("Hòa giải", Decimal(50))))
    free = ShortText("?", exact.answers, accents=False)
    marks = {"hoà  giải ở cơ sở": 1, "HÒA GIẢI": Fraction(1, 2), "hoa giai o co so": 0, "hóa giải ở cơ sở": 0, "": 0}
    assert {typed: mark(exact, [], typed) for typed in marks} == marks
    assert [mark(free, [], typed) for typed in marks] == [1, Fraction(1, 2), 1, 1, 0]


def test_gaps_earn_by_their_weight() -> None:
    choice = Choice("", (Option("đúng", Decimal(100)), Option("sai", Decimal(0))))
    content = Cloze("[[1]] [[2]]", (Gap(choice, 2), Gap(ShortText("", (Option("dân", Decimal(100)),)))))
    assert mark(content, [1, 0], [1, "dân"]) == 1
    assert mark(content, [1, 0], [1, None]) == Fraction(2, 3)
    assert mark(content, [1, 0], [0, "Dân"]) == Fraction(1, 3)


def test_an_essay_earns_what_its_marker_gives() -> None:
    essay = Essay("?", (Criterion("Nội dung", Decimal(6)), Criterion("Liên hệ", Decimal(4))))
    assert rubric_mark(essay, [Decimal("4.5"), Decimal(4)]) == Fraction(85, 100)
    with pytest.raises(ValueError, match="Liên hệ"):
        rubric_mark(essay, [Decimal(6), Decimal(5)])


def test_true_and_false() -> None:
    assert mark(TrueFalse("?", True), [], True) == 1 and mark(TrueFalse("?", True), [], False) == 0
