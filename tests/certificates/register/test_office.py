"""The office: signers over time, books of a term, decisions, drafts, validity, blank forms."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update

from certificates.register import queries, services
from certificates.register.models import Certificate, Decision, Issuer, Signer
from certificates.register.services import offices
from certificates.verification.queries import status_of
from lms import clock
from lms.db import db, transaction
from lms.errors import Refused
from tests.certificates.conftest import Completed, all_certificates, the_certificate

SignedIn = Callable[[str], FlaskClient]


def change(issuer: int, **values: object) -> None:
    with transaction() as session:
        session.execute(update(Issuer).where(Issuer.id == issuer).values(**values))


def test_the_signer_of_the_day_signs_and_issued_papers_keep_theirs(issuer: int, completed: Completed) -> None:
    services.issue([completed("an")], clock.now())
    offices.add_signer(issuer, name="Lê Văn Mới", authority=" K/T  TRƯỞNG BAN \n\nPHÓ TRƯỞNG BAN",
                       valid_from=clock.today(), valid_to=None, at=clock.now())  # fmt: skip
    services.issue([completed("binh")], clock.now())
    an, binh = all_certificates()
    assert an.facts["signer"] == "Bùi Thị Mẫu" and binh.facts["signer"] == "Lê Văn Mới"
    assert binh.facts["authority"] == ["K/T TRƯỞNG BAN", "PHÓ TRƯỞNG BAN"]


def test_without_a_signer_nothing_is_issued_and_no_number_moves(issuer: int, completed: Completed) -> None:
    signer = db.session.scalar(select(Signer.id))
    assert signer is not None
    offices.withdraw_signer(signer, clock.now())
    (problem,) = services.issue([completed("an")], clock.now())
    assert "Đảng ủy Khối thử nghiệm" in problem.sentence and all_certificates() == []


def test_a_term_has_one_book_that_goes_on_where_the_paper_one_stands(issuer: int, completed: Completed) -> None:
    change(issuer, book_period="term")
    (problem,) = services.issue([completed("an")], clock.now())
    assert clock.today().strftime("%d/%m/%Y") in problem.sentence
    year = clock.today().year
    term = {"name": "nhiệm kỳ này", "starts_on": date(year - 1, 6, 1), "ends_on": date(year + 4, 5, 31)}
    offices.open_book(issuer, number_pattern="{number}/{year}-GCN", first_number=121, **term)
    services.issue([completed("an"), completed("binh")], clock.now())
    an, binh = all_certificates()
    assert (an.number, an.number_text, an.facts["book"]) == (121, f"121/{year}-GCN", "121/nhiệm kỳ này")
    assert binh.number == 122
    with pytest.raises(Refused):
        offices.open_book(issuer, number_pattern="{number}", **term | {"starts_on": date(year, 1, 1)})


@pytest.mark.parametrize("pattern", ["GCN", "{number", "{so}", "{number.real.x}", "{0}", "{number:zz}"])
def test_a_pattern_that_makes_no_numbers_is_refused(issuer: int, pattern: str) -> None:
    with pytest.raises(Refused):
        offices.change_issuer(issuer, number_pattern=pattern)


def test_drafts_wait_for_a_decision_that_is_printed_in_the_book(issuer: int, completed: Completed) -> None:
    change(issuer, drafts_first=True)
    for _time in range(2):
        services.issue([completed("an"), completed("binh"), completed("giang")], clock.now())
    drafts = all_certificates()
    assert [(d.status, d.number, d.book_id) for d in drafts] == [("draft", None, None)] * 3
    assert queries.by_code(drafts[0].code) is None and status_of(drafts[0]) == "unknown"
    by = services.ruling("15-QĐ/ĐUK", clock.today())
    assert services.issue_drafts([draft.id for draft in drafts[:2]], clock.now(), by) == 2
    assert services.issue_drafts([draft.id for draft in drafts[:2]], clock.now(), by) == 0
    assert services.discard_drafts([draft.id for draft in drafts]) == 1
    an, binh = all_certificates()
    assert [c.number for c in (an, binh)] == [1, 2]
    words = f"15-QĐ/ĐUK, {clock.today():%d/%m/%Y}"
    assert an.facts["decision"] == words and len(db.session.scalars(select(Decision)).all()) == 1
    assert an.book is not None
    assert [line.decision for line in queries.lines(an.book)] == [words, words]
    (problem,) = services.issue([completed("giang")], clock.now(), services.ruling("16", clock.today())) or [None]
    assert problem is None and all_certificates()[2].number == 3


def test_half_a_decision_is_refused() -> None:
    assert services.ruling(" ", None) is None
    for number, day in (("15-QĐ", None), ("", date(2026, 1, 1))):
        with pytest.raises(Refused):
            services.ruling(number, day)


def test_a_certificate_expires_after_its_last_day(issuer: int, completed: Completed) -> None:
    change(issuer, valid_years=2)
    services.issue([completed("an")], clock.now())
    certificate = the_certificate()
    assert certificate.valid_to == clock.today().replace(year=clock.today().year + 2) - timedelta(days=1)
    assert certificate.status_on(certificate.valid_to) == "issued"
    assert certificate.status_on(certificate.valid_to + timedelta(days=1)) == "expired"
    with transaction() as session:
        session.execute(update(Certificate).values(valid_to=clock.today() - timedelta(days=1)))
    assert status_of(the_certificate()) == "expired"


def test_a_voided_certificate_keeps_its_number_and_its_completion_is_issued_again(
    certificate: Certificate, completed: Completed
) -> None:
    services.void(certificate.id, reason="In hỏng phôi", at=clock.now())
    assert services.issue([completed("an")], clock.now()) == []
    old, new = all_certificates()
    assert [(old.status, old.number), (new.status, new.number)] == [("voided", 1), ("issued", 2)]
    with pytest.raises(Refused):
        services.void(old.id, reason="lần nữa", at=clock.now())


def test_blank_forms_are_counted_and_never_fewer_than_none(issuer: int) -> None:
    def move(kind: str, quantity: int) -> None:
        offices.move_stock(issuer, kind=kind, quantity=quantity, moved_on=clock.today(), account_id=None,
                           at=clock.now())  # fmt: skip

    move("received", 100)
    move("used", 60)
    move("spoiled", 3)
    found = db.session.get_one(Issuer, issuer)
    assert queries.office(found).left == 37
    with pytest.raises(Refused, match="37"):
        move("used", 38)
    with pytest.raises(Refused):
        offices.withdraw_stock(queries.office(found).stock[-1].id, clock.now())
    offices.withdraw_stock(queries.office(found).stock[0].id, clock.now())
    assert queries.office(found).left == 40


def test_an_administrator_keeps_the_office_and_an_issuer_its_decisions_and_forms(
    issuer: int, signed_in: SignedIn
) -> None:
    page = "/register/issuers/DUK"
    admin, em, dung = signed_in("hoa"), signed_in("em"), signed_in("dung")
    signer = {"name": "Lê Văn Mới", "authority": "T/L BAN THƯỜNG VỤ", "valid_from": clock.today().isoformat()}
    book = {"name": "cũ", "starts_on": "2001-01-01", "ends_on": "2001-12-31", "number_pattern": "{number}",
            "first_number": "1"}  # fmt: skip
    managed = {"signers/new": signer, "books/new": book}
    served = {
        "decisions/new": {"decision": "7-QĐ/ĐUK", "decided_on": "2026-01-05", "text": "Công nhận kết quả"},
        "stock/new": {"kind": "received", "quantity": "50", "moved_on": clock.today().isoformat()},
    }
    for path, form in managed.items():
        assert em.post(f"{page}/{path}", data=form).status_code == 403
        assert admin.post(f"{page}/{path}", data=form).location == page
        assert admin.post(f"{page}/{path}", data={}).status_code == 422
    for path, form in served.items():
        assert dung.post(f"{page}/{path}", data=form).status_code == 403
        assert em.post(f"{page}/{path}", data=form).location == page
    text = dung.get(page).text
    for shown in ("Lê Văn Mới", "cũ (01/01/2001", "7-QĐ/ĐUK, 05/01/2026", ">50 "):
        assert shown in text
    assert "/signers/new" not in text and "/signers/new" in admin.get(page).text


def test_an_administrator_adds_and_changes_an_issuer(cast: object, signed_in: SignedIn) -> None:
    form = {
        "code": "CD-A", "unit": "A", "name": "Công đoàn Bộ A", "superior": "", "heading": "union", "place": "Hà Nội",
        "number_pattern": "{number:03d}/GCN-CĐ", "book_period": "year", "valid_years": "0", "signing": "unsigned",
        "signer": "Lê Thị Chủ", "authority": "TM. BAN CHẤP HÀNH\r\nCHỦ TỊCH",
    }  # fmt: skip
    admin = signed_in("hoa")
    assert admin.post("/register/issuers/new", data=form | {"number_pattern": "GCN"}).status_code == 409
    assert admin.post("/register/issuers/new", data=form).location == "/register/issuers/CD-A"
    edited = form | {"place": "Huế", "drafts_first": "y"}
    assert admin.post("/register/issuers/CD-A/edit", data=edited).status_code == 302
    issuer = queries.issuer_by_code("CD-A")
    assert issuer is not None and (issuer.place, issuer.drafts_first, issuer.heading) == ("Huế", True, "union")
    assert queries.office(issuer).signers[0].authority == "TM. BAN CHẤP HÀNH\nCHỦ TỊCH"
    assert signed_in("cuong").get("/register/issuers/CD-A").status_code == 200
    assert signed_in("cuong").get("/register/issuers/CD-A/edit").status_code == 403
