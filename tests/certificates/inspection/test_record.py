"""The end of an inspection: findings, the frozen record as papers, and the pack that is read without us."""

import csv
import hashlib
import re
import subprocess
from collections.abc import Callable
from datetime import date
from io import BytesIO, StringIO
from pathlib import Path
from zipfile import ZipFile

import docx
import pypdfium2
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update

from certificates.inspection import papers, queries, services
from certificates.inspection.models import Finding, Inspection
from certificates.inspection.services import Wish
from certificates.register.models import Evidence
from certificates.register.queries import by_code, font_folder, pdf_of
from certificates.register.services.evidence import Completed, accept, keep_scan
from certificates.register.services.roots import make_day_root
from certificates.reports.content import digest
from certificates.reports.models import Report
from certificates.reports.services import freeze
from certificates.targets.models import Target
from certificates.targets.queries import Clocks
from lms import audit, clock, files
from lms.audit.models import AuditEntry
from lms.db import db, transaction
from lms.errors import Refused
from lms.jobs.models import Job
from lms.jobs.services import run_pending
from lms.organisation.models import Person
from tests.certificates.conftest import COURSE
from tests.certificates.inspection.conftest import Open, place_of, the, the_certificate
from tests.conftest import Cast

SignIn = Callable[[str], FlaskClient]
SCAN = b"%PDF-1.4 scanned"


def found_in_all(inspection: Inspection, cast: Cast) -> None:
    """A finding for every post: Bình's papers are missing, all else is right."""
    for item in queries.items_of(inspection.id):
        kind = "incomplete" if item.person_name == "Lê Thanh Bình" else "right"
        services.note(item.id, kind, "thiếu quyết định", cast.accounts["dung"].id, "Hoàng Thị Dung", clock.now())


def taken(browser: FlaskClient, path: str) -> bytes:
    """The bytes of a file that is downloaded."""
    with browser.get(path) as answer:
        return answer.data


@pytest.fixture
def closed(app: Flask, drawn: Inspection, cast: Cast) -> Inspection:
    found_in_all(drawn, cast)
    with app.test_request_context():
        services.close(drawn.id, "Đơn vị thực hiện tốt.\nKiến nghị bổ sung hồ sơ.", clock.now())
    return the(drawn.id)


def test_an_inspection_is_closed_when_every_post_has_a_finding_and_then_stays(
    app: Flask, drawn: Inspection, cast: Cast, signed_in: SignIn
) -> None:
    dung, page = signed_in("dung"), f"/inspections/{drawn.id}"
    post = f"{page}/posts/{place_of(drawn, 'Lê Thanh Bình')}"
    assert dung.post(post, data={"kind": "wrong", "text": ""}).status_code == 409  # wrong, but how?
    assert dung.post(post, data={"kind": "wrong", "text": "ghi nhầm ngày"}).status_code == 302
    finding = db.session.query(Finding).one()
    dung.post(f"/inspections/findings/{finding.id}/withdraw")
    assert dung.post(f"{page}/close", data={"conclusion": "Tốt."}).status_code == 409
    assert dung.get(f"{page}/record.pdf").status_code == 404 and dung.post(f"{page}/pack").status_code == 404
    found_in_all(drawn, cast)
    assert dung.post(f"{page}/close", data={"conclusion": "Tốt."}).status_code == 302
    kept = the(drawn.id)
    before = dict(kept.content)
    assert digest(before) == kept.sha256
    assert "ghi nhầm ngày" not in str(before) and "thiếu quyết định" in str(before)
    with transaction() as session:
        session.execute(update(Person).values(name="Tên Khác"))
    for deed in (
        lambda: services.note(queries.items_of(drawn.id)[0].id, "right", "", 1, "Ai", clock.now()),
        lambda: services.withdraw_finding(db.session.query(Finding.id).limit(1).scalar(), clock.now()),
        lambda: services.close(drawn.id, "Lần nữa.", clock.now()),
    ):
        with pytest.raises(Refused):
            deed()
    assert the(drawn.id).content == before and kept.sha256 in dung.get(page).text
    deeds = db.session.scalars(select(AuditEntry.action).where(AuditEntry.subject == f"inspection:{drawn.id}")).all()
    assert {"certificates.note_finding", "certificates.withdraw_finding", "certificates.close_inspection"} <= set(deeds)
    assert audit.verify()[1] is None


@pytest.mark.parametrize("form", ["party", "state"])
def test_the_record_follows_the_form_of_its_family_and_says_everything(closed: Inspection, form: str) -> None:
    content = closed.content
    document = docx.Document(BytesIO(papers.docx(content, closed.sha256, form)))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    text = "\n".join([*(paragraph.text for paragraph in document.paragraphs), *cells])
    assert ("ĐẢNG CỘNG SẢN VIỆT NAM" in text) == (form == "party") == ("Số        -BB/DUK" in text)
    assert ("Độc lập - Tự do - Hạnh phúc" in text) == (form == "state") == ("./." in text)
    for word in ("Quyết định 12-QĐ/UBKT", "Hoàng Thị Dung, Trưởng đoàn", closed.seed, closed.stamp, closed.sha256,
                 "3 đúng, 0 sai lệch, 1 thiếu hồ sơ", "Kiến nghị bổ sung hồ sơ.",
                 "Lê Thanh Bình", "01-GCN/ĐUK"):  # fmt: skip
        assert word in text
    data = papers.pdf(content, closed.sha256, form, font_folder())
    assert data == papers.pdf(content, closed.sha256, form, font_folder())
    pages = pypdfium2.PdfDocument(data)
    printed = " ".join(" ".join(page.get_textpage().get_text_range() for page in pages).split())
    assert "BIÊN BẢN" in printed and "Trang 1" in printed and "thiếu quyết định" in printed


def test_the_pack_is_read_checked_and_drawn_again_without_us(
    target: Target, opened: Open, cast: Cast, signed_in: SignIn, tmp_path: Path, today: date
) -> None:
    evidence = Completed(COURSE, "paper", "=HYPERLINK(1)", "Trường khác", "số 1", today, keep_scan(SCAN))
    accept(evidence, [cast.people["binh"].id], account_id=None, accepted_by="Em", at=clock.now())
    make_day_root(today, clock.now())
    freeze(target.id, cast.units["BLOC"].id, Clocks(today), account_id=None, at=clock.now())
    report, dung = db.session.query(Report).one(), signed_in("dung")
    number = opened(report_id=report.id)
    services.draw(number, Wish(today, "all", 10, "sáu con xúc xắc"), clock.now())
    inspection, page = the(number), f"/inspections/{number}"
    binh = place_of(inspection, "Lê Thanh Bình")
    scan = db.session.scalar(select(Evidence.scan))
    assert taken(dung, f"{page}/posts/{binh}/scans/{scan}") == SCAN
    assert dung.get(f"{page}/posts/{place_of(inspection, 'Trần Văn An')}/scans/{scan}").status_code == 404
    found_in_all(inspection, cast)
    dung.post(f"{page}/close", data={"conclusion": "Tốt."})
    made = []
    for _time in range(2):
        answer = dung.post(f"{page}/pack")
        assert run_pending() == 1
        made.append(taken(dung, f"{answer.location}/file"))
    assert made[0] == made[1]  # the same inspection gives the same bytes
    with ZipFile(BytesIO(made[0])) as archive:
        archive.extractall(tmp_path)
        names = set(archive.namelist())
    subprocess.run(["sha256sum", "--quiet", "--strict", "-c", "SHA256SUMS"], cwd=tmp_path, check=True)
    assert len((tmp_path / "SHA256SUMS").read_text().splitlines()) == len(names) - 1
    for name in names:
        if name.endswith(".html"):
            text = (tmp_path / name).read_text(encoding="utf-8")
            links = re.findall(r'(?:href|src)="([^"#]+)"', text)
            assert links and "<script" not in text and all(
                ((tmp_path / name).parent / link).resolve().is_relative_to(tmp_path.resolve())
                and ((tmp_path / name).parent / link).is_file() for link in links
            )  # fmt: skip
    code = the_certificate(cast.people["an"].id).code
    certificate = by_code(code)
    assert certificate is not None
    assert (tmp_path / f"giay-chung-nhan/{code}.pdf").read_bytes() == pdf_of(certificate)
    assert (tmp_path / f"minh-chung/{scan}").read_bytes() == SCAN
    for path, right in (("noi-dung-bien-ban.json", the(number).sha256), ("bao-cao/bao-cao.json", report.sha256),
                        ("mau/danh-sach-rut-mau.csv", inspection.population_sha256)):  # fmt: skip
        assert hashlib.sha256((tmp_path / path).read_bytes()).hexdigest() == right
    rows = list(csv.reader(StringIO((tmp_path / "mau/mau.csv").read_text("utf-8-sig"))))
    assert len(rows) == 5 and any(row[4].startswith("'=HYPERLINK") for row in rows)
    assert code in (tmp_path / "so-cap/chuoi-bam.json").read_text() and db.session.query(Job).count() == 2
    deeds = db.session.scalars(select(AuditEntry.action)).all()
    assert deeds.count("certificates.export_evidence_pack") == 2 and deeds.count("certificates.inspect_scan") == 1


def test_a_scan_is_a_picture_or_a_pdf_and_no_larger_than_it_may_be(app: Flask) -> None:
    assert files.read(keep_scan(SCAN)) == SCAN
    for bad in (b"MZ\x90", b"<script>", b"%PDF-" + bytes(10 * 1024 * 1024)):
        with pytest.raises(Refused):
            keep_scan(bad)
