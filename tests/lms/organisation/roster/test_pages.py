"""The pages of a list's way in, as an administrator walks them and as others do not."""

import re
from collections.abc import Callable
from datetime import date, timedelta
from io import BytesIO
from typing import Any

import pytest
from flask.testing import FlaskClient
from python_calamine import CalamineWorkbook
from sqlalchemy import select

from lms.audit.models import AuditEntry
from lms.db import db
from lms.jobs import run_pending
from lms.organisation.models import Appointment, Person
from lms.organisation.roster import jobs
from lms.organisation.roster.models import RosterImport
from tests.conftest import Cast
from tests.lms.organisation.roster.conftest import Sent
from tests.lms.organisation.roster.sheets import form, workbook

LAN = (1, "Nguyễn Thị Lan", "02.9.80", "Nữ", "Bí thư chi bộ", "Chi bộ Văn phòng", "0912345678")
SignedIn = Callable[[str], FlaskClient]


def send(client: FlaskClient, data: bytes, **fields: str) -> Any:
    upload = {"file": (BytesIO(data), "Danh sách.xlsx"), **fields}
    return client.post("/organisation/import", data=upload, content_type="multipart/form-data")


def names() -> list[str]:
    db.session.rollback()
    return list(db.session.scalars(select(Person.name)))


def test_from_the_file_to_the_people_and_back(cast: Cast, signed_in: SignedIn) -> None:
    hoa = signed_in("hoa")
    answer = send(hoa, workbook(form(LAN)))
    understood = hoa.get(answer.headers["Location"]).text
    assert "Đảng bộ Bộ A" in understood and "02/09/1980" in understood and "02.9.80" in understood
    answer = hoa.post(answer.headers["Location"], data={})
    page = hoa.get(answer.headers["Location"]).text
    assert "Nguyễn Thị Lan" in page and "Ghi 1 thay đổi" in page
    assert "Nguyễn Thị Lan" not in names()
    address = answer.headers["Location"]
    answer = hoa.post(f"{address}/apply", data={})
    assert "Nguyễn Thị Lan" in names()
    assert "Hoàn tác toàn bộ" in hoa.get(answer.headers["Location"]).text
    hoa.post(f"{address}/undo", data={})
    assert db.session.scalars(select(RosterImport.state)).one() == "undone"


def test_a_list_is_true_from_the_day_that_is_said_and_a_slip_of_the_finger_is_caught(
    cast: Cast, signed_in: SignedIn, today: date
) -> None:
    hoa, since = signed_in("hoa"), today - timedelta(days=40)
    assert send(hoa, workbook(form(LAN)), on=since.replace(year=since.year - 10).isoformat()).status_code == 422
    address = send(hoa, workbook(form(LAN)), on=since.isoformat()).headers["Location"].removesuffix("/understood")
    hoa.post(f"{address}/apply", data={})
    held = db.session.query(Appointment.valid_from).join(Person).filter(Person.name == "Nguyễn Thị Lan")
    assert held.scalar() == since


def test_a_file_that_cannot_be_read_says_why_on_its_page(cast: Cast, signed_in: SignedIn) -> None:
    hoa = signed_in("hoa")
    answer = send(hoa, b"%PDF-1.7")
    page = hoa.get(answer.headers["Location"])
    assert page.status_code == 200 and "không phải bảng tính" in page.text


def test_a_form_without_a_file_says_what_is_missing(cast: Cast, signed_in: SignedIn) -> None:
    answer = signed_in("hoa").post("/organisation/import", data={})
    assert answer.status_code == 422 and "chọn tệp danh sách" in answer.text


def test_what_nobody_knows_is_asked_and_the_answer_is_kept(cast: Cast, signed_in: SignedIn) -> None:
    hoa = signed_in("hoa")
    row = (1, "Nguyễn Thị Lan", 1980, "", "Nòng cốt phong trào", "Chi bộ Văn phòng")
    address = send(hoa, workbook(form(row))).headers["Location"]
    assert "«Nòng cốt phong trào»" in hoa.get(address).text
    hoa.post(address, data={"post:0": "can-bo-dan-van", "kind": ""})
    page = hoa.get(address.removesuffix("/understood")).text
    assert "Cán bộ phụ trách công tác dân vận, Chi bộ Văn phòng" in page


def test_an_open_row_is_shown_beside_whom_it_may_be_and_can_be_answered(cast: Cast, signed_in: SignedIn) -> None:
    hoa = signed_in("hoa")
    row = (1, "Đỗ Trường Giang", 1970, "", "Bí thư chi bộ", "Chi bộ Văn phòng")
    address = send(hoa, workbook(form(row))).headers["Location"].removesuffix("/understood")
    page = hoa.get(address).text
    assert "Bí thư chi bộ, Chi bộ Vụ Kế hoạch" in page  # where that Giang is
    field = re.search(r'name="(row:[^"]+)"', page)
    assert field is not None
    hoa.post(f"{address}/choices", data={field[1]: "new"})
    assert "Ghi 1 thay đổi" in hoa.get(address).text


def test_the_number_of_those_who_leave_is_typed(cast: Cast, signed_in: SignedIn) -> None:
    hoa = signed_in("hoa")
    address = send(hoa, workbook(form(LAN))).headers["Location"].removesuffix("/understood")
    hoa.post(f"{address}/choices", data={"whole_asked": "1", "whole": "1", "kinds": ["bi-thu-chi-bo"]})
    assert 'name="typed"' in hoa.get(address).text
    hoa.post(f"{address}/apply", data={"typed": "9"}, headers={"Referer": f"http://localhost{address}"})
    assert "Nguyễn Thị Lan" not in names()
    hoa.post(f"{address}/apply", data={"typed": "1"})
    assert "Nguyễn Thị Lan" in names()


def test_a_big_file_is_read_and_applied_as_jobs(
    cast: Cast, signed_in: SignedIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "SMALL_FILE", 0)
    monkeypatch.setattr(jobs, "SHORT_LIST", 0)
    hoa = signed_in("hoa")
    answer = send(hoa, workbook(form(LAN)))
    assert answer.headers["Location"].startswith("/jobs/")
    run_pending()
    page = hoa.get(answer.headers["Location"]).text
    address = re.search(r"/organisation/import/\d+", page)
    assert address is not None
    answer = hoa.post(f"{address[0]}/apply", data={})
    assert answer.headers["Location"].startswith("/jobs/")
    run_pending()
    assert "Nguyễn Thị Lan" in names()


def test_the_present_list_can_be_taken_and_that_is_on_the_record(cast: Cast, signed_in: SignedIn) -> None:
    answer = signed_in("cuong").get("/organisation/import/roster.xlsx?unit=A")
    rows = CalamineWorkbook.from_filelike(BytesIO(answer.data)).get_sheet_by_index(0).to_python()
    assert [row[2] for row in rows] == ["Họ và tên", "Lê Thanh Bình", "Trần Văn An"]
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "lms.export_roster")).one()
    assert (entry.subject, entry.details["rows"]) == ("unit:A", 2)
    assert signed_in("cuong").get("/organisation/import/roster.xlsx?unit=B").status_code == 404


def test_an_import_is_hidden_from_who_administers_another_unit(sent: Sent, cast: Cast, signed_in: SignedIn) -> None:
    found = sent(workbook(form(LAN)))  # of the whole Bloc
    assert signed_in("hoa").get(f"/organisation/import/{found.id}").status_code == 200
    assert signed_in("hoa").get("/organisation/import/99999").status_code == 404
    assert signed_in("cuong").get(f"/organisation/import/{found.id}").status_code == 403
