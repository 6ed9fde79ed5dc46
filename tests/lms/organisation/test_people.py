"""Finding people: every way that a name is typed, in the scope, in Vietnamese order."""

from collections.abc import Callable
from datetime import date

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from lms.db import transaction
from lms.errors import Refused
from lms.organisation.models import Person
from lms.organisation.people import queries, services
from lms.organisation.people.queries import candidates, find
from lms.text import clean, fold, name_key
from tests.conftest import Cast, make_person, make_post

SignIn = Callable[[str], FlaskClient]
NAMES = (
    "Đỗ Thị Hường",
    "Đỗ Thị Hương",
    "Nguyễn Thị Hường",
    "Hường Văn Đô",
    "Đỗ Thị Bích Hường",
    "Lê Hưởng",
    "Trần Văn Ước",
)


@pytest.fixture
def choir(cast: Cast) -> Cast:
    """People in posts of B1 whose names differ by an accent."""
    with transaction():
        for name in NAMES:
            person = cast.people[name] = make_person(name)
            person.phone = "0912 345 67" + str(len(cast.people) % 10)
            make_post(cast.units["B1"], "bi-thu-chi-bo", person, since=date(2025, 1, 1))
    return cast


def names(cast: Cast, search: str, unit: str = "BLOC", **more: int) -> list[str]:
    today = date(2026, 6, 1)
    return [person.name for person in find([cast.units[unit].path], search, today, **more).rows]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("search", "expected"),
    [
        ("do thi huong", ["Đỗ Thị Hương", "Đỗ Thị Hường", "Đỗ Thị Bích Hường"]),
        ("huong do", ["Hường Văn Đô", "Đỗ Thị Hương", "Đỗ Thị Hường", "Đỗ Thị Bích Hường"]),
        ("Đỗ Hường", ["Đỗ Thị Hường", "Đỗ Thị Bích Hường", "Hường Văn Đô", "Đỗ Thị Hương"]),
        ("HƯỜNG  đỗ thị", ["Đỗ Thị Hường", "Đỗ Thị Bích Hường", "Đỗ Thị Hương"]),
        ("do thi huo", ["Đỗ Thị Hương", "Đỗ Thị Hường", "Đỗ Thị Bích Hường"]),
        ("huong khong", []),
        ("%", []),
        ("0912345678", ["Hường Văn Đô"]),
        ("+84 912 345 678", ["Hường Văn Đô"]),
    ],
)
def test_people_are_found_however_they_are_typed(choir: Cast, search: str, expected: list[str]) -> None:
    with transaction():
        choir.people["Hường Văn Đô"].phone = "0912 345 678"
        for other in set(NAMES) - {"Hường Văn Đô"}:
            choir.people[other].phone = ""
    for unit in ("BLOC", "B"):  # along the words, and through the few of a scope
        assert names(choir, search, unit) == expected


def test_those_written_exactly_so_come_first(choir: Cast) -> None:
    exact = ["Đỗ Thị Hường", "Đỗ Thị Bích Hường", "Nguyễn Thị Hường", "Hường Văn Đô"]
    found = names(choir, "Hường")
    assert set(found[:4]) == set(exact)
    assert set(found[4:]) == {"Đỗ Thị Hương", "Lê Hưởng"}


def test_a_code_finds_one_person(choir: Cast) -> None:
    person = choir.people["Trần Văn Ước"]
    assert names(choir, person.code.lower()) == ["Trần Văn Ước"]
    assert names(choir, f"{person.code} uoc", "B") == ["Trần Văn Ước"]


def test_a_scope_hides_strangers_and_the_root_shows_people_without_a_post(choir: Cast) -> None:
    assert names(choir, "", "A") == ["Trần Văn An", "Lê Thanh Bình"]
    assert "Vũ Văn Em" not in names(choir, "", "B") and "Vũ Văn Em" in names(choir, "")


def test_the_pages_of_a_list_are_the_list(choir: Cast) -> None:
    path, today, seen, after = choir.units["BLOC"].path, date(2026, 6, 1), [], ""
    for search in ("", "Hường", "thi"):
        whole = [person.id for person in find([path], search, today).rows]
        seen, after = [], ""
        while True:
            found = find([path], search, today, after=after, size=2)
            seen += [person.id for person in found.rows]
            after = found.next
            if not after:
                break
        assert seen == whole and len(set(seen)) == len(seen)


def test_lists_stand_in_the_order_of_given_names(choir: Cast) -> None:
    given = [name.split()[-1] for name in names(choir, "", "B")]
    assert given == ["Đô", "Giang", "Hương", "Hường", "Hường", "Hường", "Hưởng", "Ước"]


WORDS = st.sampled_from(
    ["đỗ", "do", "Thị", "thi", "hường", "huong", "Hương", "văn", "an", "Trần", "hòa", "hoa", "lê", "h"]
)


@given(words=st.lists(WORDS, min_size=1, max_size=3, unique=True))
def test_a_search_finds_whom_the_slow_comparison_finds(choir: Cast, words: list[str]) -> None:
    everybody = [*choir.people.values()]

    def fits(person: Person, exact: bool) -> bool:
        own = clean(person.name).lower().split() if exact else fold(person.name).split()
        return all((word.lower() if exact else fold(word)) in [*own, *fold(person.name).split()] for word in words)

    first = {person.id for person in everybody if fits(person, exact=True)}
    rest = {person.id for person in everybody if fits(person, exact=False)} - first
    expected = [
        person.name
        for group in (first, rest)
        for person in sorted((p for p in everybody if p.id in group), key=lambda p: (name_key(p.name), p.id))
    ]
    if not expected:
        *whole, start = [fold(word) for word in words]
        begun = [
            person
            for person in everybody
            if {*whole} <= {*fold(person.name).split()} and f" {start}" in f" {fold(person.name)}"
        ]
        expected = [person.name for person in sorted(begun, key=lambda p: (name_key(p.name), p.id))]
    assert names(choir, " ".join(words)) == expected
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(queries, "FREQUENT", 0)  # as if every word were frequent
        assert names(choir, " ".join(words)) == expected


FACTS = services.Facts("Đỗ Thị Hường", birth_year=1975, phone="0912 000 111")


def test_a_person_entered_by_hand_is_found_at_once(cast: Cast, today: date) -> None:
    person_id = services.add_person(FACTS, at=cast.now, today=today)
    assert [person.id for person in find([cast.units["BLOC"].path], "huong do", today).rows] == [person_id]
    services.change_person(person_id, services.Facts("Đỗ Thị Hương", birth_year=1975), at=cast.now, today=today)
    assert names(cast, "Hường") == ["Đỗ Thị Hương"] and names(cast, "0912000111") == []


def test_somebody_alike_is_pointed_out_before_they_are_entered_twice(cast: Cast, today: date) -> None:
    first = services.add_person(FACTS, at=cast.now, today=today)
    again = services.Facts("Do thi huong", birth_year=1975)
    with pytest.raises(Refused, match=services.person_code(first)):
        services.add_person(again, at=cast.now, today=today)
    assert services.add_person(again, at=cast.now, today=today, sure=True) != first
    assert queries.alike("Đỗ Thị Hường", 1976) == []


@pytest.mark.parametrize(
    "facts",
    [
        services.Facts("Hường"),
        services.Facts("Đỗ Thị Нường"),  # a Cyrillic letter
        services.Facts("Đỗ Thị Hường", birth_on=date(1975, 1, 1), birth_year=1976),
        services.Facts("Đỗ Thị Hường", birth_year=2020),
    ],
)
def test_what_cannot_be_right_is_refused(cast: Cast, today: date, facts: services.Facts) -> None:
    with pytest.raises(Refused):
        services.add_person(facts, at=cast.now, today=today)


def test_candidates_are_asked_for_not_listed(cast: Cast, today: date) -> None:
    assert candidates([cast.units["A"].path], " ", today) == []


def test_a_manager_enters_a_person_for_a_post(cast: Cast, signed_in: SignIn) -> None:
    client, post = signed_in("cuong"), cast.posts["vacant"].id
    address = f"/organisation/people/new?post={post}"
    assert client.post(address, data={"name": "Hường", "gender": ""}).status_code in (409, 302)
    answer = client.post(
        address, data={"name": "Đỗ Thị Hường", "birth_year": "1975", "gender": ""}, follow_redirects=True
    )
    assert "Đỗ Thị Hường" in answer.text and 'name="person"' in answer.text
    assert signed_in("dung").get(address).status_code == 403
    assert signed_in("cuong").get(f"/organisation/people/new?post={cast.posts['giang'].id}").status_code == 404


def test_the_list_and_the_story_are_for_those_who_may_see_them(cast: Cast, signed_in: SignIn) -> None:
    manager = signed_in("cuong")
    listed = manager.get("/organisation/people?q=tran").text
    assert "Trần Văn An" in listed and "Đỗ Trường Giang" not in manager.get("/organisation/people").text
    assert manager.get(f"/organisation/people/{cast.people['an'].id}").status_code == 200
    assert manager.get(f"/organisation/people/{cast.people['giang'].id}").status_code == 404
    assert manager.post(f"/organisation/people/{cast.people['giang'].id}/change").status_code == 404
    assert signed_in("giang").get(f"/organisation/people/{cast.people['giang'].id}").status_code == 200
