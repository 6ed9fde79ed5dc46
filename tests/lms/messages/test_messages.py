"""Notices: kept with their cause, shown until read, sent once a server takes them, in one letter a day."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from lms import clock
from lms.db import db, transaction
from lms.messages import notify
from lms.messages.models import Message
from lms.messages.services import send_due
from lms.organisation.models import Person
from tests.conftest import Cast
from tests.postbox import Postbox, free_port, open_postbox

# Wednesday noon in Vietnam, a working day with a holiday the day before.
NOON = datetime(2026, 11, 25, 5, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.fixture
def postbox(app: Flask) -> Iterator[Postbox]:
    with open_postbox(app.config) as opened:
        yield opened


def tell(cast: Cast, who: str = "an", key: str = "test:1", subject: str = "Giấy chứng nhận bị thu hồi",
         at: datetime = NOON) -> None:  # fmt: skip
    with transaction():
        notify(cast.people[who].id, subject, "Nội dung.", reason="Vì đồng chí giữ giấy này.", key=key, at=at)


def address(cast: Cast, email: str, who: str = "an", phone: str = "") -> None:
    with transaction() as session:
        person = session.get_one(Person, cast.people[who].id)
        person.email, person.phone = email, phone


def kept() -> Message:
    db.session.expire_all()
    return db.session.query(Message).one()


def test_a_notice_is_written_once_and_only_with_its_cause(cast: Cast) -> None:
    tell(cast)
    tell(cast)
    with pytest.raises(ZeroDivisionError), transaction():
        notify(cast.people["an"].id, "x", "x", reason="x", key="test:2", at=clock.now())
        raise ZeroDivisionError
    assert kept().key == "test:1"
    with pytest.raises(RuntimeError, match="transaction of its cause"):
        notify(cast.people["an"].id, "x", "x", reason="x", key="test:3", at=clock.now())


def test_the_first_page_shows_a_notice_until_it_is_read(cast: Cast, signed_in: Callable[[str], FlaskClient]) -> None:
    tell(cast)
    an, giang = signed_in("an"), signed_in("giang")
    assert "thu hồi" in an.get("/").text and "thu hồi" not in giang.get("/").text
    path = f"/messages/{kept().id}/read"
    assert giang.post(path).status_code == 404
    assert an.post(path).status_code == 302
    assert "thu hồi" not in an.get("/").text
    assert "thu hồi" in an.get("/messages").text and "thu hồi" not in giang.get("/messages").text


def test_a_letter_goes_out_once_and_says_why(cast: Cast, postbox: Postbox) -> None:
    address(cast, "an@example.vn")
    tell(cast)
    assert [send_due(NOON), send_due(NOON)] == [1, 0]
    (letter,) = postbox.letters
    assert letter["Subject"] == "Giấy chứng nhận bị thu hồi"
    assert letter["To"].addresses[0].addr_spec == "an@example.vn"
    assert letter["Message-ID"] == "<test%3A1@localhost>"
    assert "Vì đồng chí giữ giấy này." in letter.get_content()


def test_without_a_mail_server_or_an_address_nothing_is_sent_and_nothing_is_lost(cast: Cast, app: Flask) -> None:
    address(cast, "an@example.vn")
    tell(cast)
    assert send_due(NOON) == 0 and kept().sent_at is None


def test_a_letter_that_the_server_refuses_is_tried_again_later(cast: Cast, postbox: Postbox) -> None:
    address(cast, "an@example.vn")
    tell(cast)
    at, postbox.refusing = NOON, "451 later"
    assert send_due(at) == 0
    assert kept().error and kept().attempts == 1
    postbox.refusing = ""
    assert send_due(at + timedelta(minutes=4)) == 0
    assert send_due(at + timedelta(minutes=6)) == 1
    assert kept().error == "" and len(postbox.letters) == 1


def test_a_server_that_is_away_keeps_nobody_waiting(cast: Cast, app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    address(cast, "an@example.vn")
    tell(cast)
    monkeypatch.setitem(app.config, "SMTP_HOST", "127.0.0.1")
    monkeypatch.setitem(app.config, "SMTP_PORT", free_port())
    assert send_due(NOON) == 0
    assert "ConnectionRefused" in kept().error and kept().due_at > NOON


@pytest.mark.parametrize("bad", ["an@example.vn\nBcc: all@example.vn", "không có", "a@b@c"])
def test_an_address_that_is_none_harms_no_other_letter(cast: Cast, postbox: Postbox, bad: str) -> None:
    address(cast, bad)
    address(cast, "binh@example.vn", "binh")
    tell(cast)
    tell(cast, "binh", "test:2", "Hai\r\nBcc: all@example.vn")
    assert send_due(NOON) == 1
    (letter,) = postbox.letters
    assert letter["Subject"] == "Hai Bcc: all@example.vn" and letter["Bcc"] is None


def test_a_day_brings_one_letter_with_everything_in_it(cast: Cast, postbox: Postbox) -> None:
    address(cast, "an@example.vn")
    tell(cast)
    tell(cast, key="test:2", subject="Lớp khai giảng")
    assert send_due(NOON) == 1
    tell(cast, key="test:3", subject="Việc sau", at=NOON + HOUR)
    assert send_due(NOON + 2 * HOUR) == 0, "the day's letter has gone"
    assert send_due(NOON + 20 * HOUR) == 1
    first, second = postbox.letters
    assert first["Subject"] == "Có 2 thông báo gửi đồng chí"
    body = first.get_content()
    assert "thu hồi" in body and "Lớp khai giảng" in body and body.count("Vì đồng chí giữ giấy này.") == 2
    assert second["Subject"] == "Việc sau"


def test_what_comes_while_a_letter_waits_for_its_next_try_waits_with_it(cast: Cast, postbox: Postbox) -> None:
    address(cast, "an@example.vn")
    tell(cast)
    postbox.refusing = "451 later"
    assert send_due(NOON) == 0
    postbox.refusing = ""
    tell(cast, key="test:2", at=NOON + timedelta(minutes=1))
    assert send_due(NOON + timedelta(minutes=2)) == 0
    assert send_due(NOON + timedelta(minutes=6)) == 1 and len(postbox.letters) == 1


@pytest.mark.parametrize(
    ("at", "open_"),
    [
        (NOON, True),
        (NOON - 5 * HOUR, True),  # 7:00
        (NOON - 5 * HOUR - timedelta(minutes=1), False),
        (NOON + 8 * HOUR, False),  # 20:00
        (NOON + timedelta(days=3), False),  # Saturday
        (NOON - timedelta(days=1), False),  # the day of culture
        (datetime(2026, 8, 22, 5, tzinfo=UTC), True),  # a Saturday, worked for the Monday of the week after next
        (datetime(2026, 8, 31, 5, tzinfo=UTC), False),
    ],
)
def test_letters_wait_for_working_hours(cast: Cast, postbox: Postbox, at: datetime, open_: bool) -> None:
    address(cast, "an@example.vn")
    tell(cast, at=at - timedelta(minutes=5))
    assert send_due(at) == open_


def test_the_office_swaps_days(cast: Cast, postbox: Postbox, signed_in: Callable[[str], FlaskClient]) -> None:
    hoa, saturday = signed_in("hoa"), date(2026, 11, 28)
    address(cast, "an@example.vn")
    tell(cast)
    hoa.post("/messages/days", data={"day": "2026-11-25", "works": "", "name": "nghỉ hoán đổi"})
    hoa.post("/messages/days", data={"day": saturday.isoformat(), "works": "1", "name": "làm bù"})
    page = hoa.get("/messages/days?year=2026").text
    assert "làm bù" in page and "Tết Nguyên Đán" in page
    assert send_due(NOON) == 0 and send_due(NOON + timedelta(days=3)) == 1
    assert hoa.post("/messages/days/clear", data={"day": "2026-11-25"}).status_code == 302
    assert "nghỉ hoán đổi" not in hoa.get("/messages/days?year=2026").text
    assert hoa.post("/messages/days/clear", data={"day": "2026-11-25"}).status_code == 409


def test_whom_mail_does_not_reach_a_plugin_s_channel_does(
    cast: Cast, postbox: Postbox, app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.config, "EXAMPLE_PLUGIN_BOARD", str(tmp_path))
    address(cast, "an@example.vn", phone="0900")
    address(cast, "", "binh", phone="0901")
    for number, who in enumerate(("an", "binh", "giang")):
        tell(cast, who, f"test:{number}")
    assert send_due(NOON) == 2
    assert [file.name for file in tmp_path.iterdir()] == ["0901.txt"] and len(postbox.letters) == 1
    sent = {m.person_id: m.channel for m in db.session.query(Message) if m.sent_at}
    assert sent == {cast.people["an"].id: "mail", cast.people["binh"].id: "board"}


def test_a_worker_that_dies_while_sending_leaves_the_letter_to_the_next(
    cast: Cast, postbox: Postbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    address(cast, "an@example.vn")
    tell(cast)

    class Killed(BaseException):
        pass

    def die(*_: object) -> None:
        raise Killed

    with monkeypatch.context() as patch, pytest.raises(Killed):
        patch.setattr("smtplib.SMTP.connect", die)
        send_due(NOON)
    assert send_due(NOON + timedelta(minutes=9)) == 0, "another worker may be at it"
    assert send_due(NOON + timedelta(minutes=11)) == 1 and len(postbox.letters) == 1
