"""What the offices do: the unit manager fetches who is missing; the administrator imports, issues and revokes.

And what anybody can do with the paper: check it, with a network and without.
"""

import re
from collections.abc import Callable
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pytest
import xlsxwriter
from playwright.sync_api import Page, expect
from python_calamine import CalamineWorkbook

from certificates.proofs.handlers import keep_key
from certificates.proofs.keys import pair_in
from certificates.proofs.models import SigningKey
from certificates.proofs.queries import key_file, key_folder
from certificates.proofs.services import make_key
from certificates.proofs.statement import read, signed
from certificates.register.models import Certificate
from certificates.register.services import issue
from courses.catalogue.models import Course
from courses.learning.models import Completion
from lms import clock
from lms.db import db, transaction
from lms.events import ActivityCompleted
from lms.organisation.models import Person
from tests.journeys.conftest import Site
from tests.journeys.hands import follow, press

Visit = Callable[..., Page]

LIST = (
    ("", "ĐẢNG BỘ BỘ B"),
    ("", "DANH SÁCH CÁN BỘ"),
    ("STT", "Họ và tên", "Ngày sinh", "Chức vụ", "Đơn vị"),
    ("1", "Đỗ Trường Giang", "1970", "Bí thư chi bộ", "Chi bộ Vụ Kế hoạch"),
    ("2", "Hoàng Thị Lựu", "02/09/1981", "Bí thư CB", "Chi bộ Vụ Pháp chế"),
)


@pytest.fixture
def roster(tmp_path: Path) -> Path:
    file = tmp_path / "danh-sach.xlsx"
    with xlsxwriter.Workbook(file) as book:
        sheet = book.add_worksheet()
        for number, row in enumerate(LIST):
            sheet.write_row(number, 0, row)
    return file


def completed_in_class(site: Site, name: str) -> None:
    """Somebody whose completion no certificate has answered yet."""
    assert site.app
    with site.app.app_context(), transaction() as session:
        person = session.scalars(db.select(Person).where(Person.name == name)).one()
        course = session.scalars(db.select(Course)).one()
        at = clock.now()
        session.add(Completion(course_id=course.id, person_id=person.id, started_at=at, completed_at=at, score="8,5"))


def test_the_unit_manager_fetches_the_list_of_who_is_missing(visit: Visit) -> None:
    page = visit("cuong")
    follow(page, "Ai chưa bồi dưỡng")
    expect(page.get_by_role("main")).to_contain_text("Trần Văn An")
    expect(page.get_by_role("main")).not_to_contain_text("Đỗ Trường Giang")
    with page.expect_download() as waiting:
        page.locator("a[href*='missing.xlsx']").click()  # the units above have a spreadsheet of their own
    rows = (
        CalamineWorkbook.from_filelike(BytesIO(Path(waiting.value.path()).read_bytes()))
        .get_sheet_by_index(0)
        .to_python()
    )
    assert {row[1] for row in rows[1:]} == {"Trần Văn An", "Lê Thanh Bình"}


def test_the_administrator_imports_a_roster_and_nobody_is_lost(visit: Visit, roster: Path) -> None:
    page = visit("hoa")
    page.goto("/organisation")
    follow(page, "Nhập danh sách")
    page.get_by_label("Tệp danh sách").set_input_files(roster)
    press(page, "Đọc danh sách")
    page.get_by_role("heading", name="Hệ thống hiểu tệp thế nào").wait_for(timeout=30000)
    page.get_by_role("main").get_by_role("button", name="Đúng rồi").first.click()
    page.get_by_role("heading", name="Sẽ thay đổi gì").wait_for(timeout=30000)
    expect(page.get_by_role("main")).to_contain_text("Chi bộ Vụ Pháp chế")
    press(page, re.compile(r"^Ghi \d+ thay đổi$"))
    expect(page.get_by_role("main")).to_contain_text("Đã nhập", timeout=30000)
    page.goto("/organisation/people")
    page.get_by_role("searchbox").fill("hoang luu")
    press(page, "Tìm")
    follow(page, "Hoàng Thị Lựu")
    expect(page.get_by_role("main")).to_contain_text("Chi bộ Vụ Pháp chế")
    page.goto("/targets/KH100?unit=B")
    expect(page.get_by_role("main")).to_contain_text("Hoàng Thị Lựu")


def test_a_certificate_is_issued_and_revoked_and_everybody_sees_it(visit: Visit, site: Site) -> None:
    completed_in_class(site, "Lê Thanh Bình")
    page = visit("em")
    page.goto("/register")
    press(page, "Cấp giấy còn thiếu")
    expect(page.get_by_role("main")).to_contain_text("Xong", timeout=30000)
    page.goto("/register")
    follow(page, "01-GCN/ĐUK")
    expect(page.get_by_role("main")).to_contain_text("Lê Thanh Bình")
    address = page.get_by_role("link", name=re.compile("verify")).get_attribute("href")
    follow(page, "Thu hồi giấy chứng nhận này")
    page.get_by_label("Số quyết định").fill("12-QĐ/ĐUK")
    for day in page.locator("main input[type=date]").all():
        day.fill(f"{clock.today():%Y-%m-%d}")
    page.get_by_label("Lý do", exact=True).fill("Gian lận trong kiểm tra")
    press(page, "Thu hồi")
    expect(page.get_by_role("main")).to_contain_text("đã thu hồi")
    anybody = visit()
    anybody.goto(str(address))
    expect(anybody.get_by_role("main")).to_contain_text("đã bị thu hồi")
    expect(anybody.get_by_role("main")).not_to_contain_text("Gian lận")


def issued_to(site: Site, name: str) -> tuple[str, str]:
    """The code and the signed words of somebody's new certificate."""
    assert site.app
    with site.app.app_context():
        keep_key()
        person = db.session.scalars(db.select(Person.id).where(Person.name == name)).one()
        at = clock.now()
        assert issue([ActivityCompleted("courses:QR", "Công tác dân vận", 8, person, at, at)], at) == []
        found = db.session.scalars(db.select(Certificate).where(Certificate.activity == "courses:QR")).one()
        return found.code, found.statement


def over(site: Site, code: str, statement: str) -> str:
    """The same words signed for a paper whose last day was yesterday."""
    assert site.app
    with site.app.app_context():
        said, kid, *_signed = read(code, statement)
        return signed(said._replace(valid_to=clock.today() - timedelta(days=1)), pair_in(key_file(kid)))


def test_a_scanned_code_is_checked_without_a_network_once_the_page_was_open(visit: Visit, site: Site) -> None:
    code, statement = issued_to(site, "Đỗ Trường Giang")
    page = visit()
    main = page.get_by_role("main")
    page.goto("/verify")
    expect(main).to_contain_text("cả khi không có mạng")
    page.goto(f"/verify/{code}#{statement}")
    expect(main).to_contain_text("Giấy chứng nhận này hợp lệ")
    expect(main).to_contain_text("Mã QR này là thật")
    assert site.app
    with site.app.app_context():
        make_key(key_folder(), clock.now(), stolen=True)
    page.reload()
    expect(main).to_contain_text("không còn được tin dùng")
    with site.app.app_context(), transaction() as session:
        session.execute(db.update(SigningKey).values(stolen_at=None))
    page.reload()
    expect(main).to_contain_text("Mã QR này là thật")
    page.context.set_offline(True)
    page.goto("about:blank")
    page.goto(f"/verify/{code}#{statement}")
    expect(main).to_contain_text("chưa biết tình trạng hôm nay")
    expect(main).to_contain_text("Mã QR này là thật")
    for fact in ("Đỗ Trường Giang", "Công tác dân vận", "Đảng ủy Khối thử nghiệm", f"{clock.today():%d/%m/%Y}"):
        expect(main).to_contain_text(fact)
    page.goto("about:blank")
    page.goto(f"/verify/{code}#{over(site, code, statement)}")
    expect(main).to_contain_text("đã hết thời hạn")
    page.goto("about:blank")
    page.goto(f"/verify/{code[::-1]}#{statement}")
    expect(main).to_contain_text("đã bị sửa")
    expect(main).not_to_contain_text("Đỗ Trường Giang")
    page.context.set_offline(False)
    page.get_by_role("link", name="Hỏi lại máy chủ").click()
    expect(main).to_contain_text("Không có giấy chứng nhận mang mã")
    expect(main).to_contain_text("đã bị sửa")
