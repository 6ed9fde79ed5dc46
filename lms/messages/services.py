"""Writing notices, marking them read, and sending them by mail outside every transaction."""

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta
from email.errors import MessageError
from smtplib import SMTP, SMTPException

from flask import current_app
from sqlalchemy import select, update

from lms.db import db, in_transaction, transaction
from lms.messages.letters import letter
from lms.messages.models import Message
from lms.messages.queries import Due, due
from lms.text import clean

log = logging.getLogger(__name__)

# So many letters in one round of the worker; the next round goes on.
ROUND = 20


def notify(person_id: int, subject: str, body: str, *, reason: str, key: str, at: datetime) -> None:
    """Tells a person something, as part of the open transaction; the same `key` again changes nothing.

    `key` begins with the plugin's name; `reason` says why this person is told.
    """
    if not in_transaction():
        raise RuntimeError("a notice belongs to the transaction of its cause")
    if db.session.scalar(select(Message.id).where(Message.key == key)) is None:
        notice = Message(
            key=key, person_id=person_id, subject=clean(subject), body=body.strip(), reason=clean(reason),
            created_at=at, due_at=at,
        )  # fmt: skip
        db.session.add(notice)
        db.session.flush()


def mark_read(message_id: int, at: datetime) -> None:
    """The person has read it: it leaves the first page and stays in the list."""
    with transaction() as session:
        session.execute(update(Message).where(Message.id == message_id, Message.read_at.is_(None)).values(read_at=at))


def send_due(at: datetime) -> int:
    """Sends by mail what is due; returns how many letters went out. Without a mail server it does nothing.

    A letter that fails is tried again, later each time. A crash between sending and noting it sends a letter twice,
    with the same Message-ID.
    """
    waiting = due(at, ROUND) if current_app.config["SMTP_HOST"] else []
    if not waiting:
        return 0
    outcomes = _send(waiting)
    for notice, error in zip(waiting, outcomes, strict=True):
        _note(notice, error, at)
    return sum(not error for error in outcomes)


def _note(notice: Due, error: str, at: datetime) -> None:
    values: dict[str, object] = {"attempts": notice.attempts + 1, "error": error[:500]}
    if error:
        log.warning("mail for message %s failed: %s", notice.id, error)
        values["due_at"] = at + timedelta(minutes=min(5 * 2**notice.attempts, 360))
    else:
        values["emailed_at"] = at
    with transaction() as session:
        session.execute(update(Message).where(Message.id == notice.id).values(**values))


def _send(waiting: Sequence[Due]) -> list[str]:
    """What went wrong with each letter; empty where it went out."""
    conf = current_app.config
    try:
        with SMTP(conf["SMTP_HOST"], conf["SMTP_PORT"], timeout=20) as server:
            if conf["SMTP_TLS"]:
                server.starttls()
            if conf["SMTP_USER"]:
                server.login(conf["SMTP_USER"], conf["SMTP_PASSWORD"])
            return [_send_one(server, notice) for notice in waiting]
    except (OSError, SMTPException) as error:
        return [f"{type(error).__name__}: {error}"] * len(waiting)


def _send_one(server: SMTP, notice: Due) -> str:
    try:
        server.send_message(letter(notice))
    except (OSError, SMTPException, MessageError, ValueError) as error:
        return f"{type(error).__name__}: {error}"
    return ""
