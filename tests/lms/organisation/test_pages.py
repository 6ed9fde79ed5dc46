"""Pages of units and decisions: entered, put right, reorganised, each for those who may."""

import json
from collections.abc import Callable
from datetime import date, timedelta
from io import BytesIO

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from lms import files
from lms.db import db
from lms.organisation.models import Decision, Unit
from lms.organisation.queries import children, tree_on
from lms.organisation.reorganisation.changes import Move, Plan, Rename
from lms.organisation.reorganisation.services import reorganise
from tests.conftest import Cast

SignIn = Callable[[str], FlaskClient]
UNIT = {"code": "A3", "name": "Chi bộ Vụ Pháp chế", "kind": "chi_bo", "tree": "party"}


def test_a_unit_is_entered_beneath_another_and_a_union_at_its_level(cast: Cast, signed_in: SignIn) -> None:
    client = signed_in("hoa")
    assert client.post("/organisation/units/A/new", data=UNIT).status_code == 302
    union = UNIT | {"code": "A3-CD", "name": "Công đoàn Vụ Pháp chế", "kind": "cong_doan", "tree": "union"}
    assert client.post("/organisation/units/A3/new", data=union).status_code == 302
    found = db.session.scalars(select(Unit).where(Unit.code == "A3-CD")).one()
    assert found.path.startswith(cast.units["A"].path) and found.depth == 3
    assert "Vụ Pháp chế" in client.get("/organisation?unit=A").text
    taken = client.post("/organisation/units/A/new", data=UNIT)
    assert taken.status_code == 409 and "A3" in taken.text
    assert signed_in("cuong").get("/organisation/units/A/new").status_code == 403


def test_a_corrected_name_is_right_for_the_past_and_the_old_one_stays_known(cast: Cast, signed_in: SignIn) -> None:
    data = {"name": "Chi bộ Vụ Tổ chức Cán bộ", "kind": "chi_bo", "doubt": ""}
    signed_in("hoa").post("/organisation/units/A1/correct", data=data)
    tree = tree_on(date(2020, 1, 1))
    assert db.session.scalar(select(tree.c.name).where(tree.c.unit_id == cast.units["A1"].id)) == data["name"]


def test_a_decision_is_seen_before_it_is_carried_out(cast: Cast, signed_in: SignIn, today: date) -> None:
    client, address = signed_in("hoa"), "/organisation/decisions/new"
    paper = {"number": "12-QĐ/ĐU", "issued_on": str(today), "effective_on": str(today), "kind": "chi_bo", "carry": "y"}
    seen = client.post(
        address, data=paper | {"changes": "[]", "action": "merge", "unit": "A", "other": "B", "add": "1"}
    )
    assert seen.status_code == 200 and "Lê Thanh Bình" in seen.text
    assert db.session.scalar(select(Decision.id)) is None
    changes = json.dumps([{"do": "merge", "unit": "A", "into": "B", "carry": True}])
    done = client.post(address, data=paper | {"changes": changes, "action": "move", "unit": "", "carry_out": "1"})
    assert done.status_code == 302
    assert {u.code for u in children(cast.units["B"], today)} == {"A1", "A2", "A-CD", "A-DTN", "B1"}
    page = client.get("/organisation?unit=A").text
    assert "Đảng bộ Bộ B" in page and "12-QĐ/ĐU" in client.get("/organisation/decisions").text
    decision = db.session.scalars(select(Decision)).one()
    client.post(f"/organisation/decisions/{decision.id}/undo")
    assert {u.code for u in children(cast.units["BLOC"], today)} == {"A", "B"}
    assert client.post(f"/organisation/decisions/{decision.id}/undo").status_code == 404


def test_a_decision_that_cannot_be_is_told_on_the_page(cast: Cast, signed_in: SignIn, today: date) -> None:
    paper = {"number": "1", "issued_on": str(today), "effective_on": str(today), "kind": "chi_bo", "changes": "[]"}
    client, address = signed_in("hoa"), "/organisation/decisions/new"
    answer = client.post(address, data=paper | {"action": "dissolve", "unit": "A", "other": ""})
    assert answer.status_code == 422 and "Chi bộ Vụ Tổ chức" in answer.text
    tampered = client.post(address, data=paper | {"changes": '[{"do": "x"}]', "action": "move", "unit": ""})
    assert tampered.status_code in (409, 422)


def test_only_those_who_reorganise_see_decisions(cast: Cast, signed_in: SignIn) -> None:
    for who in ("cuong", "dung", "an"):
        assert signed_in(who).get("/organisation/decisions").status_code == 403
    assert signed_in("hoa").get("/organisation/decisions").status_code == 200


def test_a_unit_page_shows_vacancies_and_only_the_own_scope(cast: Cast, signed_in: SignIn, today: date) -> None:
    manager = signed_in("cuong")
    assert (
        "còn khuyết" in manager.get("/organisation?unit=A2").text
        or "khuyết" in manager.get("/organisation?unit=A2").text
    )
    assert manager.get("/organisation?unit=B").status_code == 404
    assert manager.get("/organisation").status_code == 200  # the highest of the scope
    assert signed_in("an").get("/organisation").status_code == 403
    assert today - timedelta(days=1) < today


def test_a_unit_is_shown_as_it_stood_on_another_day(cast: Cast, signed_in: SignIn, today: date) -> None:
    plan = Plan("3-QĐ/ĐU", today, today, [Rename("A2", "Chi bộ Văn phòng mới"), Move("A1", "B")])
    reorganise([plan], at=cast.now, today=today)
    hoa, before = signed_in("hoa"), (today - timedelta(days=1)).isoformat()
    page = hoa.get(f"/organisation?unit=A&on={before}").text
    assert "Chi bộ Vụ Tổ chức" in page and "Chi bộ Văn phòng mới" not in page and "Bàn giao" not in page
    page = hoa.get("/organisation?unit=A").text
    assert "Chi bộ Vụ Tổ chức" not in page and "Chi bộ Văn phòng mới" in page
    assert "Trần Văn An" in hoa.get(f"/organisation?unit=A1&on={before}").text
    assert "không còn đơn vị này" not in hoa.get(f"/organisation?unit=A1&on={before}").text
    assert hoa.get("/organisation?unit=A&on=hôm-qua").status_code == 409


def test_decisions_come_from_a_table_seen_first_and_carried_out_then(
    cast: Cast, signed_in: SignIn, today: date
) -> None:
    hoa, address = signed_in("hoa"), "/organisation/decisions/file"
    table = f"old_code,event_date,event,new_parent_or_successor\nA1,{today},reparent,BLOC\n"
    sent = {"number": "9-QĐ/ĐU", "table": (BytesIO(table.encode()), "bang.csv")}
    page = hoa.post(address, data=sent, content_type="multipart/form-data").text
    assert "Chi bộ Vụ Tổ chức" in page and "Chưa ghi gì" in page
    assert not db.session.query(Decision).count()
    kept = page.split('name="kept"')[1].split('value="')[1].split('"')[0]
    assert hoa.post(address, data={"number": "9-QĐ/ĐU", "kept": kept, "carry_out": "1"}).status_code == 302
    assert db.session.query(Decision).one().number == "9-QĐ/ĐU" and not files.exists(kept)
    assert "Chi bộ Vụ Tổ chức" in hoa.get("/organisation?unit=BLOC").text


@pytest.mark.parametrize(
    ("data", "sentence"),
    [(b"a,b\n", "thiếu cột old_code"), ("Họ tên".encode("utf-16"), "CSV UTF-8"), (b"", "chọn bảng thay đổi")],
)
def test_a_table_that_cannot_be_read_says_why(cast: Cast, signed_in: SignIn, data: bytes, sentence: str) -> None:
    sent = {"number": "9", "table": (BytesIO(data), "bang.csv" if data else "")}
    answer = signed_in("hoa").post("/organisation/decisions/file", data=sent, content_type="multipart/form-data")
    assert answer.status_code == 422 and sentence in answer.text
