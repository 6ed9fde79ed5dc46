"""What of certificates and targets waits in the inbox: drafts, and what expires within 30 days."""

from collections.abc import Callable
from datetime import date, timedelta

from flask.testing import FlaskClient

from certificates.register import services
from certificates.register.models import Issuer
from lms import clock
from lms.db import db, transaction
from tests.certificates.conftest import Completed
from tests.certificates.targets.worlds import add_target, certify, refresh
from tests.conftest import Cast

SignIn = Callable[[str], FlaskClient]


def test_drafts_wait_for_whoever_issues(cast: Cast, issuer: int, completed: Completed, signed_in: SignIn) -> None:
    with transaction() as session:
        session.get_one(Issuer, issuer).drafts_first = True
    services.issue([completed("an")], clock.now())
    assert "Giấy chứng nhận chờ cấp" in signed_in("em").get("/inbox").text
    assert "Giấy chứng nhận chờ cấp" not in signed_in("cuong").get("/inbox").text, "Cường issues nothing"


def test_papers_wait_for_their_leader_s_signature(
    cast: Cast, issuer: int, completed: Completed, signed_in: SignIn
) -> None:
    with transaction() as session:
        session.get_one(Issuer, issuer).signing = "token"
    services.issue([completed("an")], clock.now())
    page = signed_in("em").get("/inbox").text
    assert "Giấy chứng nhận chờ ký: Đảng ủy Khối thử nghiệm" in page and "/register/signing/DUK" in page


def test_what_expires_within_30_days_waits_in_its_scope(cast: Cast, today: date, signed_in: SignIn) -> None:
    add_target(cast, today, validity_months=12, renewal_days=60)
    for who, days in {"an": 10, "binh": 45, "giang": 10}.items():
        ends = today + timedelta(days=days)
        with transaction():
            paper = certify(cast.people[who], (ends + timedelta(days=1)).replace(year=ends.year - 1))
            paper.facts, paper.valid_to = {"name": cast.people[who].name}, ends
        refresh(cast.people[who])
    page = signed_in("cuong").get("/inbox").text
    assert page.count("Trần Văn An") == 2, "once for the target, once for the paper"
    assert "Lê Thanh Bình" not in page and "Đỗ Trường Giang" not in page
    db.session.rollback()
