"""The content in force: completions of an older edition do not count where the target asks for the new one."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from certificates.register import services as register
from certificates.targets.explaining import explanation
from certificates.targets.queries import Clocks, by_code, coverage
from certificates.targets.rules import Completed, Rule, edition_key, proven
from lms import clock
from lms.events import Activity, ActivityCompleted, Event
from lms.plugins import Plugin, installed
from tests.certificates.conftest import Completed as Complete
from tests.certificates.targets.reference import EDITIONS
from tests.certificates.targets.worlds import ACTIVITY, add_target, refresh
from tests.conftest import Cast

START = date(2026, 3, 1)
SignIn = Callable[[str], FlaskClient]


@pytest.mark.parametrize(
    ("older", "newer"), [("", "Bản 2014"), ("Bản 2014", "Bản 2026"), ("Bản 2026", "Bản 2026.2"), ("2026.2", "2026.10")]
)
def test_editions_are_ordered_by_their_numbers(older: str, newer: str) -> None:
    assert edition_key(older) < edition_key(newer)


@given(
    st.lists(st.tuples(st.sampled_from("XY"), st.integers(0, 60), st.sampled_from(EDITIONS), st.booleans())),
    st.sampled_from(EDITIONS), st.booleans(), st.sampled_from([0, 1]),
)  # fmt: skip
def test_an_old_edition_is_as_good_as_none(
    drawn: list[tuple[str, int, str, bool]], oldest: str, all_of: bool, months: int
) -> None:
    """With the demand counts what without it the remaining proofs alone would."""
    rule = Rule(("X", "Y"), START, START + timedelta(days=50), all_of, (), months, 10, 0, {"X": oldest})
    proofs = [
        Completed(activity, "certificate" if certified else "class", START + timedelta(days=days), None, edition)
        for activity, days, edition, certified in drawn
    ]
    left = [
        proof for proof in proofs
        if proof.activity != "X" or proof.way == "class" or EDITIONS.index(proof.edition) >= EDITIONS.index(oldest)
    ]  # fmt: skip
    assert proven(rule, proofs) == proven(replace(rule, editions={}), left)


def test_an_old_edition_does_not_count_and_the_page_says_why(
    cast: Cast, issuer: int, completed: Complete, today: date
) -> None:
    target = add_target(cast, today, editions={ACTIVITY: "Bản 2026"})
    editions = {"an": "Bản 2014", "binh": "Bản 2026", "giang": "Bản 2027"}
    events = [replace(completed(who), edition=edition) for who, edition in editions.items()]
    assert register.issue(events, clock.now()) == []
    refresh(*cast.people.values())
    assert coverage(target, cast.units["BLOC"], Clocks(today)).all.trained == 2
    (proof,) = explanation(target, cast.people["an"], Clocks(today)).proofs
    assert proof.verdict == "edition"
    (proof,) = explanation(target, cast.people["giang"], Clocks(today)).proofs
    assert proof.verdict == "counts"


def test_a_target_asks_for_the_content_in_force_when_it_is_set(
    cast: Cast, app: Flask, today: date, signed_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    courses: Plugin = next(plugin for plugin in installed(app) if plugin.name == "courses")
    monkeypatch.setattr(courses, "activities", lambda: [Activity(ACTIVITY, "Khóa", 24, "Bản 2026")])
    form = {
        "code": "MOI", "title": "Nội dung mới", "unit": "BLOC", "post_kinds": ["bi-thu-chi-bo"],
        "activities": [ACTIVITY], "in_force": "1", "starts_on": today.isoformat(),
        "ends_on": (today + timedelta(days=30)).isoformat(), "grace_days": "0", "validity_months": "0",
        "renewal_days": "0",
    }  # fmt: skip
    assert signed_in("hoa").post("/targets/new", data=form).status_code == 302
    target = by_code("MOI")
    assert target is not None and target.editions == {ACTIVITY: "Bản 2026"}
    page = signed_in("hoa").get(f"/targets/MOI/people/{cast.people['an'].id}").text
    assert "Bản 2026 trở lên" in page


def test_an_event_from_before_there_were_editions_is_still_heard(cast: Cast) -> None:
    at = cast.now
    text = ActivityCompleted(ACTIVITY, "Khóa", 24, 7, at, at, "8,5", "Bản 2026").to_json()
    old = text.replace(', "edition": "Bản 2026"', "")
    heard = Event.from_json("ActivityCompleted", old)
    assert old != text and isinstance(heard, ActivityCompleted) and heard.edition == ""
