"""The inbox of those who manage: each kind in their scope only, the number beside it, and what it costs."""

from collections.abc import Callable
from datetime import date, timedelta

from flask.testing import FlaskClient
from sqlalchemy import event

from lms.db import db, transaction
from lms.organisation.corrections.services import ask
from tests.conftest import Cast, make_person, make_post

SignIn = Callable[[str], FlaskClient]


def newcomer(cast: Cast, name: str, unit: str, today: date, days: int = 5) -> None:
    with transaction():
        make_post(cast.units[unit], "can-bo-dan-van", make_person(name), since=today - timedelta(days=days))


def test_new_holders_without_an_account_wait_for_their_slip(cast: Cast, today: date, signed_in: SignIn) -> None:
    newcomer(cast, "Ngô Văn Mới", "A1", today)
    newcomer(cast, "Ngô Văn Lâu", "A1", today, days=200)
    newcomer(cast, "Ngô Văn Ngoài", "B1", today)
    page = signed_in("cuong").get("/inbox").text
    assert "Ngô Văn Mới" in page and "/accounts" in page
    assert "Ngô Văn Lâu" not in page and "Ngô Văn Ngoài" not in page
    with transaction() as session:
        session.add(cast_account(cast, "Ngô Văn Mới"))
    assert "Ngô Văn Mới" not in signed_in("cuong").get("/inbox").text


def cast_account(cast: Cast, name: str) -> object:
    from_person = db.session.query(type(cast.people["an"])).filter_by(name=name).one()
    account = type(cast.accounts["an"])
    return account(
        username="moi", name=name, person_id=from_person.id, password_hash="x", created_at=cast.now
    )  # fmt: skip


def test_requests_for_correction_wait_for_an_answer(cast: Cast, today: date, signed_in: SignIn) -> None:
    ask(cast.people["an"].id, "Sai ngày sinh", appointment_id=None, at=cast.now)
    ask(cast.people["giang"].id, "Sai họ tên", appointment_id=None, at=cast.now)
    page = signed_in("cuong").get("/inbox").text
    assert "Sai ngày sinh" in page and "Sai họ tên" not in page


def test_the_number_stands_in_the_navigation_and_learners_have_none(cast: Cast, today: date, signed_in: SignIn) -> None:
    newcomer(cast, "Ngô Văn Mới", "A1", today)
    cuong = signed_in("cuong")
    assert cuong.get("/inbox").status_code == 200
    assert 'Hộp việc <span class="badge warn">1</span>' in cuong.get("/").text
    newcomer(cast, "Ngô Thị Hai", "A1", today)
    cuong.post("/language", data={"locale": "vi"})
    assert 'Hộp việc <span class="badge warn">2</span>' in cuong.get("/").text, "sending something counts anew"
    assert "Hộp việc" not in signed_in("an").get("/").text
    assert signed_in("an").get("/inbox").status_code == 403


def test_a_page_between_costs_no_query_for_the_number(cast: Cast, today: date, signed_in: SignIn) -> None:
    """One query for each kind of task when the inbox is opened; none on the pages of the next minute."""
    newcomer(cast, "Ngô Văn Mới", "A1", today)
    cuong, heard = signed_in("cuong"), list[str]()

    def hear(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        heard.append(statement)

    cuong.get("/inbox")
    event.listen(db.engine, "before_cursor_execute", hear)
    try:
        cuong.get("/inbox")
        opened, heard = heard, []
        cuong.get("/messages")
    finally:
        event.remove(db.engine, "before_cursor_execute", hear)
    asked = [s for s in opened if s.startswith("SELECT")]
    assert 3 <= len(asked) <= 12, "sign-in, grants, and one for each kind"
    assert len([s for s in heard if "lms_appointment" in s]) == 0
