"""Notices: kept with their cause, shown until read, sent once a server takes them."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import default
from socket import socket
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from flask import Flask
from flask.testing import FlaskClient

from lms import clock
from lms.db import db, transaction
from lms.messages import notify
from lms.messages.models import Message
from lms.messages.services import send_due
from lms.organisation.models import Person
from tests.conftest import Cast


class Postbox:
    """What a real mail server took; `refusing` says how it answers meanwhile."""

    def __init__(self) -> None:
        self.letters: list[EmailMessage] = []
        self.refusing = ""

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802 - the server's word
        if self.refusing:
            return self.refusing
        self.letters.append(BytesParser(EmailMessage, policy=default).parsebytes(envelope.content))
        return "250 OK"


def free_port() -> int:
    with socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@pytest.fixture
def postbox(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[Postbox]:
    """A mail server on this machine, and an installation that knows it."""
    postbox, port = Postbox(), free_port()
    server = Controller(postbox, hostname="127.0.0.1", port=port)
    server.start()
    for name, value in {"HOST": "127.0.0.1", "PORT": port, "TLS": False, "USER": ""}.items():
        monkeypatch.setitem(app.config, f"SMTP_{name}", value)
    yield postbox
    server.stop()


def tell(cast: Cast, who: str = "an", key: str = "test:1", subject: str = "Giấy chứng nhận bị thu hồi") -> None:
    with transaction():
        notify(cast.people[who].id, subject, "Nội dung.", reason="Vì đồng chí giữ giấy này.", key=key, at=clock.now())


def address(cast: Cast, email: str, who: str = "an") -> None:
    with transaction() as session:
        session.get_one(Person, cast.people[who].id).email = email


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
    assert [send_due(clock.now()), send_due(clock.now())] == [1, 0]
    (letter,) = postbox.letters
    assert letter["Subject"] == "Giấy chứng nhận bị thu hồi"
    assert letter["To"].addresses[0].addr_spec == "an@example.vn"
    assert letter["Message-ID"] == "<test%3A1@localhost>"
    assert "Vì đồng chí giữ giấy này." in letter.get_content()


def test_without_a_mail_server_or_an_address_nothing_is_sent_and_nothing_is_lost(cast: Cast, app: Flask) -> None:
    address(cast, "an@example.vn")
    tell(cast)
    assert send_due(clock.now()) == 0 and kept().emailed_at is None


def test_a_letter_that_the_server_refuses_is_tried_again_later(cast: Cast, postbox: Postbox) -> None:
    address(cast, "an@example.vn")
    tell(cast)
    at, postbox.refusing = clock.now(), "451 later"
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
    assert send_due(clock.now()) == 0
    assert "ConnectionRefused" in kept().error and kept().due_at > clock.now()


@pytest.mark.parametrize("bad", ["an@example.vn\nBcc: all@example.vn", "không có", "a@b@c"])
def test_an_address_that_is_none_harms_no_other_letter(cast: Cast, postbox: Postbox, bad: str) -> None:
    address(cast, bad)
    address(cast, "binh@example.vn", "binh")
    tell(cast)
    tell(cast, "binh", "test:2", "Hai\r\nBcc: all@example.vn")
    assert send_due(clock.now()) == 1
    (letter,) = postbox.letters
    assert letter["Subject"] == "Hai Bcc: all@example.vn" and letter["Bcc"] is None
