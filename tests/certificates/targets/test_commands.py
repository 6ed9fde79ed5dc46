"""`flask targets ...` as scripts use it."""

import json
from datetime import date, timedelta
from typing import Any

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import update

from certificates.targets.models import Figure, Target
from lms.db import transaction
from tests.certificates.targets.worlds import add_target, certify, refresh
from tests.conftest import Cast


@pytest.fixture
def target(cast: Cast, today: date) -> Target:
    return add_target(cast, today)


def run(app: Flask, *words: str) -> Result:
    return app.test_cli_runner().invoke(args=["targets", *words])


def answer(app: Flask, *words: str) -> dict[str, Any]:
    result = run(app, *words, "--json")
    assert result.exit_code == 0, result.output
    found: dict[str, Any] = json.loads(result.output)
    return found


def test_coverage_has_the_names_that_scripts_rely_on(app: Flask, cast: Cast, target: Target, today: date) -> None:
    with transaction():
        certify(cast.people["an"], today)
    refresh(cast.people["an"])
    found = answer(app, "coverage", "T")
    names = ("posts", "vacant", "exempt", "holders", "people", "trained", "rate")
    assert [found[name] for name in names] == [4, 1, 0, 3, 3, 1, 33.3]
    secretaries = found["by_kind"]["bi-thu-chi-bo"]
    assert [secretaries[name] for name in names] == [3, 1, 0, 2, 2, 1, 50.0]
    assert found["by_kind"]["bi-thu-doan"]["rate"] is None


def test_coverage_of_a_unit_on_a_day(app: Flask, cast: Cast, target: Target, today: date) -> None:
    with transaction():
        certify(cast.people["an"], today)
    refresh(cast.people["an"])
    yesterday = (today - timedelta(days=1)).isoformat()
    assert answer(app, "coverage", "T", "--unit", "A1")["rate"] == 100.0
    assert answer(app, "coverage", "T", "--unit", "A1", "--on", yesterday)["rate"] == 0.0
    assert answer(app, "coverage", "T", "--unit", "B")["posts"] == 1


@pytest.mark.parametrize("words", [("coverage", "NONE"), ("coverage", "T", "--unit", "NONE")])
def test_what_does_not_exist_is_said_so(app: Flask, cast: Cast, target: Target, words: tuple[str, ...]) -> None:
    assert run(app, *words).exit_code == 2


def test_a_recount_finds_a_figure_that_differs_and_puts_it_right(app: Flask, cast: Cast, target: Target) -> None:
    assert answer(app, "recount")["ok"] is True
    with transaction() as session:
        session.execute(update(Figure).where(Figure.unit_id == cast.units["A"].id).values(holders=7))
    result = run(app, "recount", "--json")
    assert result.exit_code == 1
    assert "T A " in json.loads(result.output)["differences"][0]
    assert run(app, "recount", "--fix").exit_code == 1
    assert run(app, "recount").exit_code == 0
