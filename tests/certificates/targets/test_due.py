"""The learner's first page: what is due, why, by when, and one button."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from certificates.targets import due
from certificates.targets.models import Target
from lms.db import transaction
from lms.plugins import Link, Plugin, installed
from tests.certificates.targets.worlds import ACTIVITY, add_target, certify, refresh
from tests.conftest import Cast, make_post

SignIn = Callable[[str], FlaskClient]
OTHER = "courses:KHAC"


@pytest.fixture(autouse=True)
def offers(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two courses that can be studied, of a plugin that is installed."""
    courses: Plugin = next(plugin for plugin in installed(app) if plugin.name == "courses")
    monkeypatch.setattr(courses, "activity_links", lambda key, _account: [Link(f"Học {key}", f"/to/{key}")])


def buttons(page: str) -> tuple[int, int]:
    """Main buttons in the content, and second ones to courses."""
    content = page.split("<main")[1]
    return content.count('class="button"'), content.count('class="button second" href="/to/')


def test_one_button_says_what_is_due_why_and_by_when(cast: Cast, today: date, signed_in: SignIn) -> None:
    target = add_target(cast, today, activities=[ACTIVITY, OTHER])
    page = signed_in("an").get("/").text
    assert "Bí thư chi bộ của Chi bộ Vụ Tổ chức" in page and f"{target.ends_on:%d/%m/%Y}" in page
    assert buttons(page) == (1, 0) and ACTIVITY in page and OTHER not in page
    with transaction():
        certify(cast.people["an"], today)
    refresh(cast.people["an"])
    assert buttons(signed_in("an").get("/").text)[0] == 0


def test_where_all_courses_are_asked_the_completed_ones_have_no_button(
    cast: Cast, today: date, signed_in: SignIn
) -> None:
    add_target(cast, today, activities=[ACTIVITY, OTHER], all_of=True)
    assert buttons(signed_in("an").get("/").text) == (1, 1)
    with transaction():
        certify(cast.people["an"], today)
    refresh(cast.people["an"])
    page = signed_in("an").get("/").text
    assert buttons(page)[0] == 1 and f"Học {OTHER}" in page and f"Học {ACTIVITY}" not in page


def test_a_new_holder_reads_until_when_nobody_counts_them(cast: Cast, today: date, signed_in: SignIn) -> None:
    add_target(cast, today, grace_days=60)
    with transaction():
        make_post(cast.units["A2"], "can-bo-dan-van", cast.people["cuong"], since=today - timedelta(days=10))
    refresh(units=(cast.units["A2"],))
    page = signed_in("cuong").get("/").text
    assert f"đến hết ngày {today + timedelta(days=49):%d/%m/%Y} đồng chí chưa bị tính" in page
    assert "chưa bị tính" not in signed_in("an").get("/").text


def test_a_completion_that_expires_soon_asks_for_its_renewal(cast: Cast, today: date, signed_in: SignIn) -> None:
    target: Target = add_target(cast, today, validity_months=12, renewal_days=30)
    ends = today + timedelta(days=10)
    with transaction():
        certify(cast.people["an"], (ends + timedelta(days=1)).replace(year=ends.year - 1))
    refresh(cast.people["an"])
    page = signed_in("an").get("/").text
    assert f"còn được tính đến hết ngày {ends:%d/%m/%Y}" in page and buttons(page)[0] == 1
    (line,) = due.due_for(cast.people["an"].id, ends + timedelta(days=1))
    assert not line.trained and line.target.id == target.id
