"""Pages of the register: who may see, issue, end and take away."""

from collections.abc import Callable
from io import BytesIO
from zipfile import ZipFile

import pypdfium2
import pytest
from flask.testing import FlaskClient
from python_calamine import CalamineWorkbook
from sqlalchemy import select, update

from certificates.register import queries, services
from certificates.register.models import Certificate, Issuer
from lms import clock
from lms.accounts.services import grant_role
from lms.audit.models import AuditEntry
from lms.db import db, transaction
from lms.events import ActivityCompleted
from lms.jobs import run_pending
from tests.certificates.conftest import COURSE, Completed, all_certificates, the_certificate
from tests.conftest import Cast

SignedIn = Callable[[str], FlaskClient]
DECISION = {"decision": "12-QĐ/ĐUK", "decided_on": "2026-02-05"}


@pytest.mark.parametrize(
    ("who", "code"), [("an", 200), ("giang", 404), ("binh", 404), ("cuong", 200), ("dung", 200), ("em", 200)]
)
def test_the_pdf_is_for_its_holder_and_the_readers_above(
    certificate: Certificate, signed_in: SignedIn, who: str, code: int
) -> None:
    answer = signed_in(who).get(f"/certificates/{certificate.code}.pdf")
    assert answer.status_code == code
    assert (answer.mimetype == "application/pdf") == (code == 200)


def test_the_holder_finds_the_certificate_on_their_first_page(certificate: Certificate, signed_in: SignedIn) -> None:
    for page in ("/", "/certificates"):
        assert f"/certificates/{certificate.code}.pdf" in signed_in("an").get(page).text
        assert f"/certificates/{certificate.code}.pdf" not in signed_in("giang").get(page).text


def test_the_register_is_searched_by_name_number_and_code(
    issuer: int, completed: Completed, signed_in: SignedIn
) -> None:
    services.issue([completed("an"), completed("binh")], clock.now())
    an, binh = all_certificates()
    client = signed_in("em")
    for search, found in (
        ("tran an", an),
        ("Trần", an),
        ("2", binh),
        (f"{binh.code[:4]}-{binh.code[4:].lower()}", binh),
    ):
        text = client.get("/register", query_string={"q": search}).text
        other = binh if found is an else an
        assert found.code in text and other.code not in text
    assert signed_in("an").get("/register").status_code == 403


def test_an_issuer_revokes_a_reader_may_not_and_a_stranger_finds_nothing(
    certificate: Certificate, signed_in: SignedIn
) -> None:
    page = f"/register/{certificate.code}"
    form = DECISION | {"reason": "Gian lận", "reason_class": "fraud", "on": clock.today().isoformat()}
    assert signed_in("dung").get(page).status_code == 200
    assert "/revoke" not in signed_in("dung").get(page).text
    assert signed_in("dung").post(f"{page}/revoke", data=form).status_code == 403
    assert signed_in("an").post(f"{page}/revoke", data=form).status_code == 403
    assert the_certificate().status == "issued"
    assert signed_in("em").post(f"{page}/revoke", data=form, follow_redirects=True).status_code == 200
    assert the_certificate().status == "revoked"
    assert "12-QĐ/ĐUK" in signed_in("dung").get(page).text


def test_an_issuer_replaces_and_lands_on_the_new_one(certificate: Certificate, signed_in: SignedIn) -> None:
    form = DECISION | {"reason": "Sai năm sinh"}
    answer = signed_in("em").post(f"/register/{certificate.code}/replace", data=form)
    new = all_certificates()[1]
    assert answer.location == f"/register/{new.code}"
    assert f"/register/{certificate.code}" in signed_in("em").get(answer.location).text


def test_an_incomplete_form_says_what_is_missing_and_changes_nothing(
    certificate: Certificate, signed_in: SignedIn
) -> None:
    client, page = signed_in("em"), f"/register/{certificate.code}"
    for action in ("revoke", "replace", "void"):
        answer = client.post(f"{page}/{action}", data={"decision": "", "reason": "", "decided_on": "31/31/2026"})
        assert answer.status_code == 422 and 'aria-invalid="true"' in answer.text
        assert client.get(f"{page}/{action}").status_code == 200
    assert the_certificate().status == "issued"


def test_certificates_of_a_range_are_one_file_of_pages_or_a_zip(
    issuer: int, completed: Completed, signed_in: SignedIn
) -> None:
    services.issue([completed("an"), completed("binh"), completed("giang")], clock.now())
    binh = all_certificates()[1]
    services.void(binh.id, reason="In hỏng", at=clock.now())
    client, page = signed_in("em"), f"/register/books/{binh.book_id}/papers"
    assert signed_in("dung").get(page).status_code == 403

    def made(kind: str) -> bytes:
        job = client.post(page, data={"first": "1", "last": "3", "kind": kind}).location
        assert run_pending() == 1
        with client.get(f"{job}/file") as answer:
            return bytes(answer.data)

    pages = pypdfium2.PdfDocument(made("pages"))
    assert ["Trần Văn An" in pages[0].get_textpage().get_text_range(), len(pages)] == [True, 2]
    archive = ZipFile(BytesIO(made("files")))
    assert archive.namelist() == ["00001 Trần Văn An.pdf", "00003 Đỗ Trường Giang.pdf"]
    assert archive.read("00001 Trần Văn An.pdf") == queries.pdf_of(all_certificates()[0])
    assert client.post(page, data={"first": "3", "last": "1", "kind": "files"}).status_code == 409


def test_drafts_are_issued_by_a_decision_on_their_page(issuer: int, completed: Completed, signed_in: SignedIn) -> None:
    with transaction() as session:
        session.execute(update(Issuer).values(drafts_first=True))
    services.issue([completed("an"), completed("binh"), completed("giang")], clock.now())
    an, binh, giang = (str(draft.id) for draft in all_certificates())
    client = signed_in("em")
    assert "Trần Văn An" in client.get("/register/drafts").text
    assert signed_in("dung").get("/register/drafts").status_code == 403
    assert client.post("/register/drafts", data=DECISION).status_code == 409
    client.post("/register/drafts", data={"draft": [an, binh], **DECISION})
    client.post("/register/drafts", data={"draft": [giang], "discard": "1"})
    assert [(c.number, c.facts["decision"]) for c in all_certificates()] == [
        (1, "12-QĐ/ĐUK, 05/02/2026"), (2, "12-QĐ/ĐUK, 05/02/2026"),
    ]  # fmt: skip


def test_one_of_those_who_are_due_is_issued(
    issuer: int, completed: Completed, told: list[ActivityCompleted], signed_in: SignedIn, cast: Cast
) -> None:
    told += [completed("an"), completed("binh", activity="classes:L1")]
    client = signed_in("em")
    assert "Lê Thanh Bình" in client.get("/register/due").text
    assert "Lê Thanh Bình" not in client.get("/register/due", query_string={"activity": COURSE}).text
    assert client.post("/register/due", data={"chosen": "1"}).status_code == 409
    client.post("/register/due", data={"activity": COURSE, "person": cast.people["an"].code, "chosen": "1", **DECISION})
    assert run_pending() == 1
    assert the_certificate().facts["name"] == "Trần Văn An"
    assert the_certificate().facts["decision"] == "12-QĐ/ĐUK, 05/02/2026"
    assert client.post("/register/due", data={"decision": "12"}).status_code == 409


def test_who_issues_for_one_unit_sees_and_issues_nothing_of_another(
    issuer: int, completed: Completed, told: list[ActivityCompleted], signed_in: SignedIn, cast: Cast
) -> None:
    told += [completed("an"), completed("giang")]
    for unit in ("A", "B"):
        services.add_issuer(
            unit, f"Đảng ủy Bộ {unit}", unit_id=cast.units[unit].id, place="Hà Nội", authority="T/M", signer="X",
            number_pattern="{number}",
        )  # fmt: skip
    grant_role(cast.accounts["cuong"].id, "issuer", cast.units["A"].id, clock.today(), None, clock.now())
    client = signed_in("cuong")
    page = client.get("/register/due").text
    assert "Trần Văn An" in page and cast.people["giang"].name not in page
    client.post("/register/due", data={"person": cast.people["giang"].code, "chosen": "1"})
    assert run_pending() == 1 and all_certificates() == []
    client.post("/register/due")
    run_pending()
    assert [(c.issuer.code, c.facts["name"]) for c in all_certificates()] == [("A", "Trần Văn An")]
    problems = services.issue([completed("giang")], clock.now(), None, [cast.units["A"].path])
    assert [p.person_id for p in problems] == [cast.people["giang"].id]


def test_the_book_is_taken_away_as_pdf_and_spreadsheet_and_the_log_says_by_whom(
    issuer: int, completed: Completed, signed_in: SignedIn
) -> None:
    services.issue([completed("an"), completed("binh")], clock.now())
    book = all_certificates()[0].book_id
    pdf = pypdfium2.PdfDocument(signed_in("dung").get(f"/register/books/{book}.pdf").data)
    text = pdf[0].get_textpage().get_text_range()
    assert "SỔ CẤP GIẤY CHỨNG NHẬN" in text and "Lê Thanh Bình" in text
    assert pdf[0].get_width() > pdf[0].get_height()
    sheet = signed_in("dung").get(f"/register/books/{book}.xlsx").data
    rows = CalamineWorkbook.from_filelike(BytesIO(sheet)).get_sheet_by_index(0).to_python()
    assert [(row[0], row[1]) for row in rows[1:3]] == [(1, "Trần Văn An"), (2, "Lê Thanh Bình")]
    entries = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "certificates.export_register")).all()
    assert [(entry.actor, entry.details["kind"]) for entry in entries] == [("dung", "pdf"), ("dung", "xlsx")]


def test_a_book_of_another_unit_does_not_exist_for_its_stranger(certificate: Certificate, signed_in: SignedIn) -> None:
    assert signed_in("cuong").get(f"/register/books/{certificate.book_id}.pdf").status_code == 404
    assert signed_in("an").get(f"/register/books/{certificate.book_id}.pdf").status_code == 403


def test_an_issuer_issues_what_is_missing_as_a_job(
    issuer: int, completed: Completed, told: list[ActivityCompleted], signed_in: SignedIn
) -> None:
    told.append(completed("an"))
    client = signed_in("em")
    answer = client.post("/register/due")
    assert run_pending() == 1
    assert client.get(f"{answer.location}/state").json["state"] == "done"
    assert the_certificate().facts["name"] == "Trần Văn An"
    assert signed_in("dung").post("/register/due").status_code == 403
