"""Reports: frozen, hashed, told apart from the next one, and made into papers that offices can open."""

import re
from collections.abc import Callable
from datetime import date, timedelta
from io import BytesIO

import docx
import pypdfium2
import pytest
from flask import Flask
from flask.testing import FlaskClient
from python_calamine import CalamineWorkbook
from sqlalchemy import select, update

from certificates.register import services as register
from certificates.register.queries import font_folder, last_root
from certificates.register.services.roots import make_day_root
from certificates.reports import papers, queries, services
from certificates.reports.content import changes, digest
from certificates.reports.models import Report
from certificates.reports.office import FORMS
from certificates.reports.workbook import workbook
from certificates.targets.models import Target
from certificates.targets.queries import Clocks, coverage
from certificates.targets.services import Plan
from lms import clock
from lms.db import db, transaction
from lms.errors import Refused
from lms.organisation.models import Person
from lms.organisation.posts.services import close_post
from tests.certificates.conftest import COURSE, Completed
from tests.certificates.conftest import all_certificates as the_certificates
from tests.certificates.targets.worlds import set_target
from tests.conftest import Cast, make_person, make_post

SignIn = Callable[[str], FlaskClient]


@pytest.fixture
def target(issuer: int, cast: Cast, today: date) -> Target:
    set_target(
        Plan(
            "T100", "100% bí thư chi bộ, cán bộ dân vận được bồi dưỡng", cast.units["BLOC"].id,
            ["bi-thu-chi-bo", "can-bo-dan-van"], [COURSE], today - timedelta(days=300), today + timedelta(days=30),
        )
    )  # fmt: skip
    found = db.session.scalar(select(Target))
    assert found is not None
    return found


def freeze(target: Target, cast: Cast, unit: str = "BLOC", reason: str = "") -> Report:
    number = services.freeze(
        target.id, cast.units[unit].id, Clocks(clock.today()), reason=reason, account_id=None, at=clock.now()
    )
    found = queries.report(target.id, number)
    assert found is not None
    return found


def test_the_lines_of_a_report_sum_to_its_total(target: Target, cast: Cast, completed: Completed) -> None:
    register.issue([completed("an")], clock.now())
    content = freeze(target, cast).content
    assert content["total"]["all"] == [3, 1] and content["figures"]["vacant"] == 1
    for index in (0, 1):
        assert sum(line["all"][index] for line in content["lines"]) == content["total"]["all"][index]
        for code, pair in content["total"]["kinds"].items():
            assert sum(line["kinds"][code][index] for line in content["lines"]) == pair[index]
    assert {name[1] for name in content["missing"]} == {"Lê Thanh Bình", "Đỗ Trường Giang"}
    assert [name[1] for name in content["trained"]] == ["Trần Văn An"] and content["exempt"] == []
    below = freeze(target, cast, "A").content
    assert [line["name"] for line in below["lines"]] == ["Đảng bộ Bộ A", "Chi bộ Vụ Tổ chức", "Chi bộ Văn phòng"]


def test_a_frozen_report_stays_whatever_happens_afterwards(target: Target, cast: Cast, completed: Completed) -> None:
    first = freeze(target, cast)
    before = dict(first.content)
    with transaction() as session:
        session.execute(update(Person).values(name="Tên Khác"))
    register.issue([completed("an"), completed("giang")], clock.now())
    db.session.expire_all()
    kept = queries.report(target.id, 1)
    assert kept is not None and kept.content == before and digest(kept.content) == kept.sha256
    kept.content["total"]["all"][1] = 3
    assert digest(kept.content) != kept.sha256


def test_a_report_says_what_changed_since_the_last_one_of_an_earlier_day(
    target: Target, cast: Cast, completed: Completed, today: date
) -> None:
    unit, earlier = cast.units["BLOC"].id, Clocks(today - timedelta(days=9))
    services.freeze(target.id, unit, earlier, account_id=None, at=clock.now())
    register.issue([completed("an")], clock.now())
    second = freeze(target, cast)  # another day: no reason is asked
    assert second.previous is not None and second.previous.on == earlier.on
    assert changes(second.previous.content, second.content).total.now == (3, 1)


def test_a_frozen_report_is_drilled_into_as_it_was(
    target: Target, cast: Cast, completed: Completed, signed_in: SignIn
) -> None:
    register.issue([completed("an")], clock.now())
    report = freeze(target, cast)
    register.issue([completed("binh")], clock.now())
    register.revoke(the_certificates()[0].id, decision="2-QĐ", decided_on=report.on, reason="gian lận",
                    reason_class="fraud", on=report.on, at=clock.now())  # fmt: skip
    close_post(cast.posts["giang"].id, last_day=report.on - timedelta(days=1), at=clock.now())
    clocks = Clocks(report.on, report.frozen_at)
    lines = {line["code"]: line["all"] for line in report.content["lines"]}
    found = coverage(target, cast.units["BLOC"], clocks)
    assert {line.code: [line.figures.due, line.figures.trained] for line in found.children} == lines
    assert (
        found.all.as_json()
        == report.content["figures"]
        != coverage(target, found.unit, Clocks(report.on)).all.as_json()
    )
    page = signed_in("hoa").get("/targets/T100/reports/1").text
    link = re.search(r'href="(/targets/T100\?[^"]*unit=A&[^"]*)"', page.replace("&amp;", "&"))
    assert link is not None
    shown = signed_in("hoa").get(link[1]).text
    assert "50%" in shown and "Theo những gì đã biết lúc" in shown


def test_holders_in_grace_stand_apart_in_the_report_as_on_the_page(cast: Cast, issuer: int, today: date) -> None:
    with transaction():
        make_post(cast.units["B1"], "can-bo-dan-van", make_person("Mới Nhận"), since=today - timedelta(days=3))
    more = {"starts_on": today - timedelta(days=100), "ends_on": today + timedelta(days=30), "grace_days": 30}
    kinds = ["bi-thu-chi-bo", "can-bo-dan-van"]
    set_target(Plan("T100", "Chỉ tiêu", cast.units["BLOC"].id, kinds, [COURSE], **more))  # type: ignore[arg-type]
    target = db.session.query(Target).one()
    content = freeze(target, cast).content
    assert (
        content["figures"]["holders"] == 4
        and content["total"]["all"] == [3, 0]
        and content["total"]["apart"] == [1, 0, 1]
    )
    assert papers.rows_of(content)[-1][-1] == "khuyết 1; chưa đến hạn 1"


def test_a_new_version_says_why_and_what_changed(target: Target, cast: Cast, completed: Completed) -> None:
    freeze(target, cast)
    with pytest.raises(Refused):
        freeze(target, cast)  # it would say the same
    register.issue([completed("an")], clock.now())
    with pytest.raises(Refused):
        freeze(target, cast)  # without a reason
    second = freeze(target, cast, reason="bổ sung kết quả")
    assert second.number == 2 and second.previous is not None and second.previous.number == 1
    found = changes(second.previous.content, second.content)
    assert (found.total.before, found.total.now) == ((3, 0), (3, 1))
    assert [(line.name, line.before, line.now) for line in found.lines] == [("Đảng bộ Bộ A", (2, 0), (2, 1))]
    assert [name.split(" (")[0] for name in found.no_longer_missing] == ["Trần Văn An"] and not found.newly_missing


@pytest.mark.parametrize("form", FORMS)
def test_word_papers_follow_the_form_of_their_family(app: Flask, target: Target, cast: Cast, form: str) -> None:
    found = freeze(target, cast)
    mark = papers.Mark(found.number, found.sha256)
    office = queries.office_of(cast.units["BLOC"])
    for data in (
        papers.narrative(found.content, mark, office, form),
        papers.dispatch(found.content, office, form, ["Đảng ủy Bộ A", "Đảng ủy Bộ B"], "31/12/2026"),
    ):
        document = docx.Document(BytesIO(data))
        cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
        text = "\n".join([*(paragraph.text for paragraph in document.paragraphs), *cells])
        assert ("ĐẢNG CỘNG SẢN VIỆT NAM" in text) == (form == "party")
        assert ("Độc lập - Tự do - Hạnh phúc" in text) == (form == "state")
        assert ("./." in text) == (form == "state")
        assert "ĐẢNG ỦY KHỐI THỬ NGHIỆM" in text and "Lê Thanh Bình" in text and "T/M BAN THƯỜNG VỤ" in text
        section = document.sections[0]
        assert [round(side.mm) for side in (section.top_margin, section.left_margin, section.right_margin)] == [
            20,
            30,
            15,
        ]


@pytest.mark.parametrize("form", FORMS)
def test_the_spreadsheet_holds_numbers_and_never_a_formula(app: Flask, target: Target, cast: Cast, form: str) -> None:
    with transaction() as session:
        session.execute(update(Person).where(Person.name == "Lê Thanh Bình").values(name='=HYPERLINK("x")'))
    found = freeze(target, cast)
    office = queries.office_of(cast.units["BLOC"])
    data = workbook(found.content, papers.Mark(1, found.sha256), office, form)
    assert data == workbook(found.content, papers.Mark(1, found.sha256), office, form)
    book = CalamineWorkbook.from_filelike(BytesIO(data))
    rows = book.get_sheet_by_name("Biểu").to_python()
    text = str(rows)
    assert ("ĐẢNG CỘNG SẢN VIỆT NAM" in text) == (form == "party")
    assert ("Độc lập - Tự do - Hạnh phúc" in text) == (form == "state")
    assert "ĐẢNG ỦY KHỐI THỬ NGHIỆM" in text and "Người lập biểu" in text and "T/M BAN THƯỜNG VỤ" in text
    assert rows[8][2] == "Bí thư chi bộ" and rows[9][2:5] == ["Tổng số", "Đã xong", "Tỷ lệ %"]
    total = next(row for row in rows if row[1] == "Tổng cộng")
    assert total[-4:] == [3.0, 0.0, "0%", "khuyết 1"]
    assert any(found.sha256 in str(cell) for row in rows for cell in row)
    names = [row[2] for row in book.get_sheet_by_name("Chưa hoàn thành").to_python()]
    assert book.sheet_names == ["Biểu", "Chưa hoàn thành", "Đã hoàn thành", "Được miễn"]
    assert '=HYPERLINK("x")' in names


def test_the_pdf_is_the_same_each_time_and_carries_its_check_sum(app: Flask, target: Target, cast: Cast) -> None:
    found = freeze(target, cast)
    mark = papers.Mark(1, found.sha256)
    data = papers.pdf(found.content, mark, font_folder())
    assert data == papers.pdf(found.content, mark, font_folder())
    text = pypdfium2.PdfDocument(data)[0].get_textpage().get_text_range()
    assert "Đảng bộ Bộ A" in text and found.sha256[:40] in text.replace("\r\n", "")


def test_the_root_of_the_register_when_it_was_frozen_stands_on_its_papers(
    target: Target, cast: Cast, completed: Completed, signed_in: SignIn
) -> None:
    register.issue([completed("an")], clock.now())
    assert make_day_root(clock.today() - timedelta(days=2), clock.now())
    freeze(target, cast)
    root = last_root()
    assert root is not None
    hoa = signed_in("hoa")
    before = hoa.get("/targets/T100/reports/1.pdf").data
    assert root.root in pypdfium2.PdfDocument(before)[0].get_textpage().get_text_range().replace("\r\n", "")
    assert make_day_root(clock.today() - timedelta(days=1), clock.now())
    assert hoa.get("/targets/T100/reports/1.pdf").data == before
    text = docx.Document(BytesIO(hoa.get("/targets/T100/reports/1.docx").data))
    assert any(root.root in paragraph.text for paragraph in text.paragraphs)


def test_pages_and_files_are_for_the_scope(target: Target, cast: Cast, signed_in: SignIn) -> None:
    cuong, hoa, an = signed_in("cuong"), signed_in("hoa"), signed_in("an")
    sent = {"on": clock.today().isoformat(), "unit": "A"}
    assert an.post("/targets/T100/reports", data=sent).status_code == 403
    assert cuong.post("/targets/T100/reports", data=sent | {"unit": "BLOC"}).status_code == 404
    answer = cuong.post("/targets/T100/reports", data=sent)
    assert answer.location.endswith("/targets/T100/reports/1")
    hoa.post("/targets/T100/reports", data=sent | {"unit": "BLOC"})
    assert cuong.get("/targets/T100/reports/2").status_code == 404  # the Bloc's
    for path in ("", ".docx?form=state", ".xlsx", ".pdf"):
        assert cuong.get(f"/targets/T100/reports/1{path}").status_code == 200
    assert "/targets/T100/reports/1" in cuong.get("/targets/T100/reports").text
    assert cuong.get("/targets/T100/dispatch.docx?unit=A").status_code == 200
    assert cuong.get("/targets/T100/dispatch.docx?unit=B").status_code == 404
    assert cuong.get("/targets/T100/reports/1.docx?form=x").status_code == 404


def test_the_command_freezes_and_says_when_there_is_nothing_new(app: Flask, target: Target) -> None:
    run = app.test_cli_runner().invoke
    done = run(args=["targets", "freeze", "T100", "--unit", "A", "--json"])
    assert done.exit_code == 0 and '"number": 1' in done.output and '"posts": 3' in done.output
    assert run(args=["targets", "freeze", "T100", "--unit", "A", "--json"]).exit_code == 1
    assert run(args=["targets", "freeze", "NO"]).exit_code == 2
