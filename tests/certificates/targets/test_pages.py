"""The pages of targets: who sees which unit, what they say, the files."""

from collections.abc import Callable
from datetime import date, timedelta
from io import BytesIO

import pytest
import python_calamine
from flask.testing import FlaskClient

from certificates.targets.models import Target
from certificates.targets.queries import by_code
from lms.db import transaction
from tests.certificates.targets.worlds import ACTIVITY, add_target, certify, refresh
from tests.conftest import Cast

SignIn = Callable[[str], FlaskClient]


@pytest.fixture
def target(cast: Cast, today: date) -> Target:
    return add_target(cast, today)


def test_a_manager_sees_their_unit_and_no_other(target: Target, signed_in: SignIn) -> None:
    cuong = signed_in("cuong")
    page = cuong.get("/targets/T")
    assert page.status_code == 200
    assert "Đảng bộ Bộ A" in page.text
    assert cuong.get("/targets/T?unit=A1").status_code == 200
    for outside in ("B", "BLOC", "B1", "NONE"):
        assert cuong.get(f"/targets/T?unit={outside}").status_code == 404
        assert cuong.get(f"/targets/T/missing.xlsx?unit={outside}").status_code == 404


def test_a_learner_sees_no_target(target: Target, signed_in: SignIn) -> None:
    assert signed_in("an").get("/targets/T").status_code == 403


def test_the_page_of_a_day_shows_that_day(cast: Cast, target: Target, today: date, signed_in: SignIn) -> None:
    with transaction():
        certify(cast.people["an"], today)
    refresh(cast.people["an"])
    dung = signed_in("dung")
    assert "33,3%" in dung.get("/targets/T").text
    assert "33,3%" not in dung.get(f"/targets/T?on={today - timedelta(days=1)}").text


def test_a_day_that_is_none_is_said_so(target: Target, signed_in: SignIn) -> None:
    page = signed_in("dung").get("/targets/T?on=31-12")
    assert page.status_code == 409
    assert "31-12" in page.text


def test_the_missing_list_and_its_file_name_the_same_people(
    cast: Cast, target: Target, today: date, signed_in: SignIn
) -> None:
    with transaction():
        certify(cast.people["an"], today)
    refresh(cast.people["an"])
    dung = signed_in("dung")
    page = dung.get("/targets/T").text
    assert "Lê Thanh Bình" in page
    assert "Đỗ Trường Giang" in page
    assert "Trần Văn An" not in page
    file = dung.get("/targets/T/missing.xlsx")
    sheet = python_calamine.CalamineWorkbook.from_filelike(BytesIO(file.data)).get_sheet_by_index(0).to_python()
    assert sorted(row[1] for row in sheet[1:]) == ["Lê Thanh Bình", "Đỗ Trường Giang"]
    only = dung.get("/targets/T?kind=can-bo-dan-van").text
    assert "Lê Thanh Bình" in only
    assert "Đỗ Trường Giang" not in only


def test_an_administrator_sets_a_target_and_an_inspector_cannot(
    cast: Cast, today: date, signed_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    form = {
        "code": "DV-A", "title": "Bộ A", "unit": "A", "post_kinds": ["bi-thu-chi-bo"], "activities": [ACTIVITY],
        "starts_on": today.isoformat(), "ends_on": today.isoformat(),
    }  # fmt: skip
    assert signed_in("dung").post("/targets/new", data=form).status_code == 403
    assert by_code("DV-A") is None
    refused = signed_in("hoa").post("/targets/new", data=form)
    assert refused.status_code == 422  # nothing installed offers that course yet


def test_exempting_by_the_page(cast: Cast, target: Target, signed_in: SignIn) -> None:
    an = cast.people["an"]
    form = {"reason": "Nghỉ hưu trước tuổi", "document": "QĐ 12-QĐ/ĐU"}
    assert signed_in("cuong").post(f"/targets/T/people/{an.id}/exempt", data=form).status_code == 403
    hoa = signed_in("hoa")
    assert hoa.post(f"/targets/T/people/{an.id}/exempt", data={"reason": "x"}).status_code == 422
    assert hoa.post(f"/targets/T/people/{an.id}/exempt", data=form).status_code == 302
    page = hoa.get("/targets/T?unit=A").text
    assert "Nghỉ hưu trước tuổi" in page
    assert "QĐ 12-QĐ/ĐU" in page


def test_what_is_due_says_why_and_by_when(cast: Cast, target: Target, signed_in: SignIn) -> None:
    page = signed_in("an").get("/").text
    assert "100% được bồi dưỡng" in page
    assert "Chi bộ Vụ Tổ chức" in page
    assert f"{target.ends_on:%d/%m/%Y}" in page
