"""`flask roster import`: the office's form in, people in posts out, what cannot be read named with its place."""

import json
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from lms.audit.models import AuditEntry
from lms.db import db
from lms.events import OutboxEvent
from lms.organisation.models import Appointment, Person, Post, Unit
from lms.organisation.queries import holdings
from tests.conftest import Cast
from tests.lms.organisation.roster.sheets import form, workbook

Import = Callable[..., dict[str, Any]]


@pytest.fixture
def imported(app: Flask, cast: Cast, tmp_path: Path) -> Import:
    """`imported(data, "--dry-run")`: what the command says of a file."""

    def run(data: bytes, *options: str, name: str = "danh-sach.xlsx") -> dict[str, Any]:
        file = tmp_path / name
        file.write_bytes(data)
        result = app.test_cli_runner().invoke(args=["roster", "import", str(file), "--json", *options])
        assert not result.exception or isinstance(result.exception, SystemExit), result.output
        db.session.rollback()
        return dict(json.loads(result.output) | {"exit": result.exit_code})

    return run


def person(name: str) -> Person:
    return db.session.scalars(select(Person).where(Person.name == name)).one()


def held(name: str, on: date) -> list[tuple[str, str]]:
    return [(h.kind_code, h.unit_name) for h in holdings(person(name).id, on)]


def everything() -> list[Any]:
    models = (Unit, Person, Post, Appointment)
    return [tuple(row) for model in models for row in db.session.execute(select(*model.__table__.columns))]


LAN = (1, "Nguyễn Thị Lan", "02/09/1980", "Nữ", "Bí thư chi bộ", "Chi bộ Văn phòng", "0912 345 678", "lan@a.vn")
TAM = (2, "Trần Minh Tâm", 1975, "Nam", "CTCĐ", "", 987654321)


def test_the_form_of_an_office_brings_its_people_into_their_posts(imported: Import, today: date) -> None:
    done = imported(workbook(form(LAN, TAM)))
    assert (done["rows"], done["new"], done["refused"], done["exit"]) == (2, 2, [], 0)
    lan = person("Nguyễn Thị Lan")
    assert (lan.birth_on, lan.gender, lan.phone, lan.email) == (date(1980, 9, 2), "nữ", "0912345678", "lan@a.vn")
    assert (person("Trần Minh Tâm").birth_year, person("Trần Minh Tâm").phone) == (1975, "0987654321")
    assert held("Nguyễn Thị Lan", today) == [("bi-thu-chi-bo", "Chi bộ Văn phòng")]
    # The chair of the union stands in the union linked to the unit that the heading names.
    assert held("Trần Minh Tâm", today) == [("chu-tich-cong-doan", "Công đoàn Bộ A")]


def test_a_vacant_post_is_filled_and_no_second_post_is_made(imported: Import, cast: Cast) -> None:
    imported(workbook(form(LAN)))
    posts = db.session.scalars(select(Post.id).where(Post.unit_id == cast.units["A2"].id)).all()
    assert posts == [cast.posts["vacant"].id]


def test_section_rows_carry_the_unit_and_a_new_branch_is_added(imported: Import, cast: Cast, today: date) -> None:
    rows = form(("I", "Chi bộ Văn phòng"), (1, "Nguyễn Thị Lan", 1980, "", "Bí thư"),
                ("II", "Chi bộ Thanh tra"), (1, "Trần Minh Tâm", 1975, "", "Bí thư CB"))  # fmt: skip
    done = imported(workbook(rows))
    assert (done["new"], done["refused"], done["new_units"]) == (2, [], ["Chi bộ Thanh tra"])
    assert held("Nguyễn Thị Lan", today) == [("bi-thu-chi-bo", "Chi bộ Văn phòng")]
    unit = db.session.scalars(select(Unit).where(Unit.name == "Chi bộ Thanh tra")).one()
    assert unit.parent_id == cast.units["A"].id


def test_the_same_roster_twice_is_once(imported: Import) -> None:
    imported(workbook(form(LAN, TAM)))
    before = everything()
    done = imported(workbook(form(LAN, TAM)))
    assert (done["new"], done["changed"], done["unchanged"]) == (0, 0, 2)
    assert everything() == before


def test_a_dry_run_says_what_would_be_done_and_writes_nothing(imported: Import) -> None:
    before = everything()
    done = imported(workbook(form(LAN, TAM)), "--dry-run")
    assert (done["dry_run"], done["new"]) == (True, 2)
    assert everything() == before
    assert db.session.scalar(select(OutboxEvent.id)) is None


def test_a_successor_in_the_roster_takes_the_post_over(imported: Import, cast: Cast, today: date) -> None:
    done = imported(workbook(form((1, "Nguyễn Thị Lan", 1980, "Nữ", "BT chi bộ", "Chi bộ Vụ Tổ chức"))))
    assert done["handed_over"] == ["Bí thư chi bộ, Chi bộ Vụ Tổ chức: Trần Văn An → Nguyễn Thị Lan"]
    assert held("Nguyễn Thị Lan", today) == [("bi-thu-chi-bo", "Chi bộ Vụ Tổ chức")]
    assert held("Trần Văn An", today) == []
    assert held("Trần Văn An", today - timedelta(days=1)) == [("bi-thu-chi-bo", "Chi bộ Vụ Tổ chức")]


def test_what_was_known_before_a_hand_over_is_kept(imported: Import, cast: Cast, today: date) -> None:
    imported(workbook(form((1, "Nguyễn Thị Lan", 1980, "Nữ", "BT chi bộ", "Chi bộ Vụ Tổ chức"))))
    rows = select(Appointment.valid_to, Appointment.withdrawn_at).where(
        Appointment.person_id == cast.people["an"].id, Appointment.post_id == cast.posts["an"].id
    )
    open_end, ended = db.session.execute(rows.order_by(Appointment.id)).all()
    assert open_end.valid_to is None and open_end.withdrawn_at is not None
    assert ended.valid_to == today - timedelta(days=1) and ended.withdrawn_at is None


@pytest.mark.parametrize(
    ("row", "column", "words"),
    [
        ((1, "Nguyễn Thị Lan", "31/02/1980", "", "Bí thư chi bộ", "A2"), "Ngày sinh", "31/02/1980"),
        ((1, "", "02/09/1980", "", "Bí thư chi bộ", "A2"), "Họ và tên", ""),
        ((1, "Nguyễn Тhị Lan", 1980, "", "Bí thư chi bộ", "A2"), "Họ và tên", "Т"),  # a Cyrillic Т
        ((1, "Nguyễn Thị Lan", 1980, "", "Phó Bí thư chi bộ", "A2"), "Chức vụ", "Phó Bí thư"),
        ((1, "Nguyễn Thị Lan", 1980, "", "Bí thư chi bộ", "Vụ Không Có"), "Đơn vị", "Vụ Không Có"),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_place(
    imported: Import, row: tuple[Any, ...], column: str, words: str
) -> None:
    done = imported(workbook(form(row, (2, *TAM[1:])), names=["Danh sách"]), "--dry-run")
    (refusal,) = done["refused"]
    assert (refusal["sheet"], refusal["row"], refusal["column"]) == ("Danh sách", 8, column)
    assert words in refusal["reason"]
    assert (done["rows"], done["new"]) == (2, 1)


@pytest.mark.parametrize("data", [b"%PDF-1.7 no spreadsheet", b"", b"PK\x03\x04 half a zip"])
def test_a_file_that_is_no_spreadsheet_is_refused_in_a_sentence(imported: Import, data: bytes) -> None:
    done = imported(data)
    assert done["exit"] == 1
    assert len(done["problems"]) == 1


def test_a_spreadsheet_without_a_list_of_people_is_refused(imported: Import) -> None:
    done = imported(workbook([["Kế hoạch", "Quý I"], ["Ngân sách", 5]]))
    assert done["exit"] == 1 and "Họ và tên" in done["problems"][0]


def test_an_import_leaves_an_audit_line_and_tells_which_units_changed(imported: Import, cast: Cast) -> None:
    imported(workbook(form(LAN)))
    assert db.session.scalars(select(AuditEntry.action)).all().count("lms.import_roster") == 1
    (event,) = db.session.scalars(select(OutboxEvent.payload).where(OutboxEvent.kind == "AppointmentsChanged"))
    assert json.loads(event)["units"] == [cast.units["A2"].id]
