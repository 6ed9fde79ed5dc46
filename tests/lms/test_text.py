"""Vietnamese text against slow, obvious references."""

import unicodedata
from datetime import date
from decimal import Decimal
from fractions import Fraction
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.text import (
    clean,
    fold,
    foreign_letters,
    name_key,
    number_vi,
    percent_vi,
    rate,
    short_date,
    tone_neutral,
    vietnamese_date,
)

# The dictionary's order, written out: letter by letter, and each letter with its six tones.
LETTERS = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
TONES = ["", "\u0300", "\u0309", "\u0303", "\u0301", "\u0323"]
VOWELS = "aăâeêioôơuưy"
words = st.lists(
    st.one_of(
        st.sampled_from([unicodedata.normalize("NFC", v + t) for v, t in product(VOWELS, TONES)]),
        st.sampled_from("bcdđghklmnpqrstvx"),
    ),
    min_size=1,
    max_size=5,
).map("".join)
names = st.lists(words, min_size=1, max_size=4).map(" ".join)


def bare(char: str) -> tuple[str, int]:
    """A letter without its tone, and the tone."""
    parts = unicodedata.normalize("NFD", char)
    tone = next((TONES.index(p) for p in parts if p in TONES), 0)
    return unicodedata.normalize("NFC", "".join(p for p in parts if p not in TONES)), tone


def slow_key(name: str) -> list[tuple[list[int], list[int]]]:
    """Given name, family name, middle names; of each word the letters, then the tones."""
    given_name_first = name.split()[-1:] + name.split()[:-1]
    return [
        ([LETTERS.index(bare(c)[0]) for c in word], [tone for c in word if (tone := bare(c)[1])] or [0])
        for word in given_name_first
    ]


@given(names, names)
def test_names_sort_as_vietnamese_lists_do(one: str, other: str) -> None:
    assert (name_key(one) < name_key(other)) == (slow_key(one) < slow_key(other))


def test_every_hoa_stands_before_every_hoa_with_another_tone() -> None:
    people = ["Vũ Thị Hòa", "An Văn Hóa", "Bùi Thị Hòa", "Lê Ân", "Lê An", "Đỗ Dương", "Lê Đặng", "Y Ước"]
    ordered = ["Lê An", "Lê Ân", "Đỗ Dương", "Lê Đặng", "Bùi Thị Hòa", "Vũ Thị Hòa", "An Văn Hóa", "Y Ước"]
    assert sorted(people, key=name_key) == ordered


@given(st.text(max_size=30))
def test_cleaning_twice_is_cleaning_once(text: str) -> None:
    once = clean(text)
    assert clean(once) == once == unicodedata.normalize("NFC", once) and once == once.strip()


@given(st.text(max_size=30))
def test_folding_twice_is_folding_once_whatever_the_form(text: str) -> None:
    assert fold(fold(text)) == fold(text)
    assert name_key(unicodedata.normalize("NFD", text)) == name_key(unicodedata.normalize("NFC", text))


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("Ðảng", "Đảng"), ("HƢỚNG", "HƯỚNG"), ("Hòa\u00a0 Bình\t", "Hòa Bình"), ("Nguye\u0302\u0303n", "Nguyễn"),
     ("Trần\u200b An", "Trần An")],
)  # fmt: skip
def test_lookalikes_are_put_right(typed: str, meant: str) -> None:
    assert clean(typed) == meant


def test_search_is_blind_to_marks_and_duplicates_to_the_place_of_the_tone() -> None:
    assert fold("Đỗ Thị Hường") == "do thi huong"
    assert tone_neutral("Hoà") == tone_neutral("Hòa") != tone_neutral("Hóa")
    assert foreign_letters("Нguyễn") == ["Н"] and foreign_letters("H’Hen Niê") == []


@given(st.integers(0, 10**6), st.integers(0, 10**6))
def test_a_rate_is_cut_off_and_never_says_100_before_all_are(part: int, more: int) -> None:
    whole = part + more
    found = rate(part, whole)
    if whole == 0:
        assert found is None
    else:
        exact = Fraction(100 * part, whole)
        assert found is not None and Fraction(found) <= exact < Fraction(found) + Fraction(1, 10)
        assert (found == 100) == (part == whole)


@pytest.mark.parametrize(
    ("value", "text"),
    [(None, "–"), (Decimal("97.4"), "97,4%"), (Decimal("100.0"), "100%"), (Decimal("99.96"), "99,9%"), (0, "0%")],
)
def test_percent_is_written_with_a_comma(value: Decimal | None, text: str) -> None:
    assert percent_vi(value) == text


def test_numbers_and_days_are_written_the_vietnamese_way() -> None:
    assert [number_vi(n) for n in (5500, 8.5, None)] == ["5.500", "8,5", "–"]
    assert short_date(date(2026, 2, 5)) == "05/02/2026"
    assert vietnamese_date(date(2026, 2, 5)) == "ngày 05 tháng 02 năm 2026"
    assert vietnamese_date(date(2026, 11, 25)) == "ngày 25 tháng 11 năm 2026"
