"""The pages of targets: who sees which unit, what they say, the files."""

import json
import re
from collections.abc import Callable
from datetime import date, timedelta
from io import BytesIO

import pytest
import python_calamine
from flask import Flask
from flask.testing import FlaskClient

from certificates.targets import services
from certificates.targets.comparing import places
from certificates.targets.counting import Figures
from certificates.targets.models import Target
from certificates.targets.queries import Line, by_code
from lms import clock
from lms.db import db, transaction
from lms.messages.models import Message
from lms.organisation.models import Appointment
from lms.organisation.posts.services import relieve
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
    """By those who set the target, and by a unit's manager: of that the one who answers for the target is told."""
    an, giang = cast.people["an"], cast.people["giang"]
    form = {"reason": "Nghỉ hưu trước tuổi", "document": "QĐ 12-QĐ/ĐU", "approver": "Bùi Thị Duyệt"}
    cuong, hoa = signed_in("cuong"), signed_in("hoa")
    assert signed_in("dung").post(f"/targets/T/people/{an.id}/exempt", data=form).status_code == 403
    assert cuong.post(f"/targets/T/people/{giang.id}/exempt", data=form).status_code == 404
    assert cuong.post(f"/targets/T/people/{an.id}/exempt", data=form | {"approver": ""}).status_code == 422
    assert cuong.post(f"/targets/T/people/{an.id}/exempt", data=form).status_code == 302
    assert hoa.post(f"/targets/T/people/{giang.id}/exempt", data=form).status_code == 302
    page = hoa.get("/targets/T?unit=A").text
    assert "Nghỉ hưu trước tuổi" in page and "QĐ 12-QĐ/ĐU" in page
    (notice,) = db.session.query(Message)
    assert notice.person_id == cast.people["hoa"].id and "Trần Văn An" in notice.subject
    assert "Bùi Thị Duyệt" in notice.body


def test_what_is_due_says_why_and_by_when(cast: Cast, target: Target, signed_in: SignIn) -> None:
    page = signed_in("an").get("/").text
    assert "100% được bồi dưỡng" in page
    assert "Chi bộ Vụ Tổ chức" in page
    assert f"{target.ends_on:%d/%m/%Y}" in page


def test_why_a_person_is_counted_says_post_proof_and_who_changed_what(
    app: Flask, cast: Cast, target: Target, today: date, signed_in: SignIn
) -> None:
    an = cast.people["an"]
    with transaction():
        certify(an, today - timedelta(days=3))
    refresh(an)
    page = signed_in("cuong").get(f"/targets/T/people/{an.id}")
    assert page.status_code == 200
    assert "Chi bộ Vụ Tổ chức" in page.text
    assert signed_in("cuong").get(f"/targets/T/people/{cast.people['giang'].id}").status_code == 404
    result = app.test_cli_runner().invoke(args=["targets", "why", "T", an.code, "--json"])
    found = json.loads(result.output)
    assert (found["counted"], found["verdict"]) == (True, "trained")
    assert [proof["verdict"] for proof in found["proofs"]] == ["counts"]
    assert [post["verdict"] for post in found["posts"]] == ["trained"]
    before = ["--on", (today - timedelta(days=4)).isoformat()]
    result = app.test_cli_runner().invoke(args=["targets", "why", "T", an.code, *before, "--json"])
    assert json.loads(result.output)["verdict"] == "never"


def test_both_clocks_are_in_the_addresses_of_the_page(target: Target, today: date, signed_in: SignIn) -> None:
    yesterday = today - timedelta(days=1)
    page = signed_in("dung").get(f"/targets/T?on={today}&known={yesterday}").text
    file = re.search(r'href="([^"]*missing.xlsx[^"]*)"', page)
    assert file and f"on={today}" in file[1] and f"known={yesterday}" in file[1]


def test_units_of_one_kind_stand_side_by_side(cast: Cast, target: Target, today: date, signed_in: SignIn) -> None:
    with transaction():
        certify(cast.people["giang"], today)
    refresh(cast.people["giang"])
    page = signed_in("dung").get("/targets/T/league?level=chi_bo&least=1").text
    assert page.index("Chi bộ Vụ Kế hoạch") < page.index("Chi bộ Vụ Tổ chức")
    assert "Chi bộ Văn phòng" not in page  # nobody is due there
    assert "Chi bộ Vụ Kế hoạch: 1/1" in page


def test_a_manager_plans_for_their_unit_beneath_a_target(cast: Cast, target: Target, signed_in: SignIn) -> None:
    cuong = signed_in("cuong")
    assert cuong.get("/targets/new").status_code == 403
    page = cuong.get("/targets/new?parent=T&unit=A")
    assert page.status_code == 200
    assert 'value="A"' in page.text


def test_the_table_of_units_is_sorted_as_asked(cast: Cast, target: Target, today: date, signed_in: SignIn) -> None:
    with transaction():
        certify(cast.people["giang"], today)
    refresh(cast.people["giang"])
    dung = signed_in("dung")
    for sort, first, second in (("-rate", "Bộ B", "Bộ A"), ("rate", "Bộ A", "Bộ B"), ("-missing", "Bộ A", "Bộ B")):
        table = dung.get(f"/targets/T?sort={sort}").text.partition('id="units"')[2]
        assert table.index(f"Đảng bộ {first}") < table.index(f"Đảng bộ {second}")


def test_people_to_commend_are_trained_and_stand_with_their_facts(
    cast: Cast, target: Target, today: date, signed_in: SignIn
) -> None:
    """Giang was better; Bình's paper names a grade in words, An's score is too low; Cường holds no post."""
    scores = {"giang": "10", "an": "8,5", "binh": "Giỏi", "cuong": "10"}
    with transaction():
        for number, (who, score) in enumerate(scores.items(), start=1):
            paper = certify(cast.people[who], today - timedelta(days=number))
            paper.facts, paper.number_text = {"score": score}, f"{number:02d}-GCN"
    refresh(*cast.people.values())

    def named(query: str, reader: str = "dung") -> list[str]:
        file = signed_in(reader).get(f"/targets/T/commended.xlsx?{query}")
        rows = python_calamine.CalamineWorkbook.from_filelike(BytesIO(file.data)).get_sheet_by_index(0).to_python()
        return [str(row[1]) for row in rows[1:]]

    page = signed_in("dung").get("/targets/T/league?level=chi_bo").text
    assert "Đỗ Trường Giang" in page and "01-GCN" in page and "201 ngày trước hạn" in page
    assert "Lê Thanh Bình" not in page and "Phạm Quốc Cường" not in page
    assert named("score=9") == ["Đỗ Trường Giang"] and named("score=8,5") == ["Đỗ Trường Giang", "Trần Văn An"]
    assert named("score=8", "cuong") == ["Trần Văn An"], "Cường reads unit A only"
    assert named(f"score=0&on={today - timedelta(days=2)}") == ["Trần Văn An"], "Giang completed a day later"
    assert signed_in("dung").get("/targets/T/league?score=hay").status_code == 409


def test_a_person_s_page_says_of_each_target_how_they_count_and_leads_to_why(
    target: Target, cast: Cast, signed_in: SignIn, today: date
) -> None:
    an = cast.people["an"].id
    page = signed_in("cuong").get(f"/organisation/people/{an}").text
    assert target.title in page and "Chưa bồi dưỡng" in page and f"/targets/T/people/{an}" in page
    own = signed_in("an").get(f"/organisation/people/{an}").text
    assert target.title in own and "/targets/T/people/" not in own, "the way to «why» is for those who may ask"
    held = db.session.query(Appointment.id).filter_by(person_id=an).scalar()
    relieve(held, last_day=today - timedelta(days=1), document="", at=cast.now)
    assert "không giữ chức danh" in signed_in("cuong").get(f"/organisation/people/{an}").text


def test_a_draft_says_what_becomes_due_in_each_unit_and_who_would_turn_red(
    cast: Cast, today: date, signed_in: SignIn
) -> None:
    """Before it is published: the same figures and names as the target has once it counts."""
    with transaction():
        certify(cast.people["an"], today)
    hoa, month = signed_in("hoa"), timedelta(days=30)
    plan = services.Plan(
        "MOI", "Chỉ tiêu mới", cast.units["BLOC"].id, ["bi-thu-chi-bo"], [ACTIVITY], today - month, today + month
    )
    services.draft(plan, clock.now())
    told = hoa.get("/targets/MOI").text
    assert "2 chức danh phải bồi dưỡng, trong đó 1" in told and "Đỗ Trường Giang" in told and "Trần Văn An" not in told

    def of_units(page: str) -> list[tuple[str, str]]:
        page = page.partition('id="units"')[2]
        return re.findall(r'unit=(\w+)[^>]*>[^<]*</a></td><td class="num" data-label="[^"]*">([^<]*)<', page)

    drafted = of_units(told)
    assert drafted == [("A", "1"), ("B", "1")]
    hoa.post("/targets/MOI/publish")
    target = by_code("MOI")
    assert target is not None
    services.rebuild(target.id, clock.now())
    counted = hoa.get("/targets/MOI").text
    assert of_units(counted) == drafted and "Đỗ Trường Giang" in counted


def test_equal_rates_share_a_place() -> None:
    def line(trained: int, due: int) -> Line:
        return Line(1, "", "", "", Figures(holders=due, trained=trained))

    assert places([line(2, 2), line(9, 9), line(1, 2), line(3, 6), line(0, 1)]) == [1, 1, 3, 3, 5]
