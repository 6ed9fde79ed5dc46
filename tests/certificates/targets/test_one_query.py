"""Page, file, command and API say the same, because one query feeds them; and who did what is said beside why."""

import json
from collections.abc import Callable
from datetime import date, timedelta
from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from python_calamine import CalamineWorkbook

from certificates.register import services as register
from certificates.register.services.evidence import Completed as Paper
from certificates.register.services.evidence import accept
from certificates.targets.explaining import explanation
from certificates.targets.queries import Clocks, by_code
from lms import audit, clock
from lms.text import percent_vi
from tests.certificates.conftest import COURSE, Completed
from tests.certificates.targets.worlds import add_target, refresh
from tests.conftest import Cast

SignIn = Callable[[str], FlaskClient]


@pytest.fixture
def trained(issuer: int, cast: Cast, completed: Completed, today: date) -> None:
    """An has a certificate; of Bình a paper was accepted."""
    add_target(cast, today)
    with audit.acting_for(cast.accounts["em"].id, "em"):
        register.issue([completed("an", days_ago=3)], clock.now())
        paper = Paper(COURSE, "paper", "Lớp", "Trường", "số 7", today)
        accept(paper, [cast.people["binh"].id], account_id=None, accepted_by="Vũ Văn Em", at=clock.now())
    refresh(cast.people["an"], cast.people["binh"])


def test_page_file_command_and_api_say_the_same(trained: None, app: Flask, signed_in: SignIn, today: date) -> None:
    dung, cuong = signed_in("dung"), signed_in("cuong")
    yesterday = (today - timedelta(days=1)).isoformat()
    for asked in ({}, {"unit": "A"}, {"on": yesterday}, {"unit": "A", "known": yesterday}):
        words = [word for name, value in asked.items() for word in (f"--{name}", value)]
        told = app.test_cli_runner().invoke(args=["targets", "coverage", "T", *words, "--json"])
        figures: dict[str, Any] = json.loads(told.output)
        answer = dung.get("/targets/T/figures.json", query_string=asked).get_json()
        assert answer.pop("over_time") == [] if "known" in asked else answer.pop("over_time")[-1]["trained"] >= 1
        assert answer == figures
        page = dung.get("/targets/T", query_string=asked).text
        assert percent_vi(figures["rate"]) in page
        file = CalamineWorkbook.from_filelike(BytesIO(dung.get("/targets/T/figures.xlsx", query_string=asked).data))
        _header, *rows = file.get_sheet_by_index(0).to_python()
        names = ("posts", "vacant", "exempt", "holders", "grace", "due", "trained", "in_progress", "never_started",
                 "expiring", "people", "rate")  # fmt: skip
        assert rows[-1][3:] == ["" if figures[name] is None else figures[name] for name in names]
        lines = {code: [line[name] for name in names] for code, line in figures["units"].items()}
        assert {row[1]: row[3:] for row in rows[:-1]} == {
            code: ["" if value is None else value for value in line] for code, line in lines.items()
        }
    assert cuong.get("/targets/T/figures.json").get_json()["unit"] == "A"
    for kind in ("json", "xlsx"):
        assert cuong.get(f"/targets/T/figures.{kind}?unit=BLOC").status_code == 404


def test_one_kind_of_post_over_time(trained: None, signed_in: SignIn) -> None:
    answer = signed_in("dung").get("/targets/T/figures.json?kind=bi-thu-chi-bo").get_json()
    assert answer["over_time"][-1]["posts"] == answer["by_kind"]["bi-thu-chi-bo"]["posts"] == 3
    assert answer["units"]["A"]["posts"] == 2 and answer["by_kind"]["bi-thu-doan"]["rate"] is None


def test_why_says_who_issued_and_who_accepted(trained: None, cast: Cast, signed_in: SignIn, today: date) -> None:
    target = by_code("T")
    assert target is not None
    for who, deed in (("an", "certificates.issue"), ("binh", "certificates.accept_evidence")):
        found = explanation(target, cast.people[who], Clocks(today)).changes
        assert [(line.actor, line.action) for line in found] == [("em", deed)]
    page = signed_in("dung").get(f"/targets/T/people/{cast.people['an'].id}").text
    assert "em, cấp giấy chứng nhận" in page and "/register/" in page
