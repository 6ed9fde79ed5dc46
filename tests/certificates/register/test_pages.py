"""Pages of the register: who may see, issue, end and take away."""

from collections.abc import Callable
from io import BytesIO

import pypdfium2
import pytest
from flask.testing import FlaskClient
from python_calamine import CalamineWorkbook
from sqlalchemy import select

from certificates.register import services
from certificates.register.models import Certificate
from lms import clock
from lms.audit.models import AuditEntry
from lms.db import db
from lms.events import ActivityCompleted
from lms.jobs import run_pending
from tests.certificates.conftest import Completed, all_certificates, the_certificate

SignedIn = Callable[[str], FlaskClient]


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
    form = {"decision": "12-QĐ/ĐUK", "reason": "Gian lận", "on": clock.today().isoformat()}
    assert signed_in("dung").get(page).status_code == 200
    assert "/revoke" not in signed_in("dung").get(page).text
    assert signed_in("dung").post(f"{page}/revoke", data=form).status_code == 403
    assert signed_in("an").post(f"{page}/revoke", data=form).status_code == 403
    assert the_certificate().status == "issued"
    assert signed_in("em").post(f"{page}/revoke", data=form, follow_redirects=True).status_code == 200
    assert the_certificate().status == "revoked"
    assert "12-QĐ/ĐUK" in signed_in("dung").get(page).text


def test_an_issuer_replaces_and_lands_on_the_new_one(certificate: Certificate, signed_in: SignedIn) -> None:
    form = {"decision": "12-QĐ/ĐUK", "reason": "Sai năm sinh"}
    answer = signed_in("em").post(f"/register/{certificate.code}/replace", data=form)
    new = all_certificates()[1]
    assert answer.location == f"/register/{new.code}"
    assert f"/register/{certificate.code}" in signed_in("em").get(answer.location).text


def test_an_incomplete_form_is_refused_with_a_sentence_and_changes_nothing(
    certificate: Certificate, signed_in: SignedIn
) -> None:
    answer = signed_in("em").post(f"/register/{certificate.code}/revoke", data={"decision": "", "reason": "x"})
    assert answer.status_code == 409 and 'role="alert"' in answer.text
    assert the_certificate().status == "issued"


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
    assert [(row[0], row[2]) for row in rows[1:]] == [(1, "Trần Văn An"), (2, "Lê Thanh Bình")]
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
    answer = client.post("/register/issue-missing")
    assert run_pending() == 1
    assert client.get(f"{answer.location}/state").json["state"] == "done"
    assert the_certificate().facts["name"] == "Trần Văn An"
    assert signed_in("dung").post("/register/issue-missing").status_code == 403
