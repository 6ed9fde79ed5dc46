"""Reading notices."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, select

from lms.db import db
from lms.messages.models import Message
from lms.organisation.models import Person

# A mail server that is configured later does not send what is long past; the page showed it.
FRESH = timedelta(days=14)


def unread(person_id: int) -> list[Message]:
    """What the person has not read yet, the newest first."""
    query = messages_of(person_id).where(Message.read_at.is_(None))
    return list(db.session.scalars(query))


def messages_of(person_id: int) -> Select[Any]:
    """Every notice to the person, the newest first."""
    return select(Message).where(Message.person_id == person_id).order_by(Message.id.desc())


@dataclass(frozen=True)
class Due:
    """A letter to be sent."""

    id: int
    key: str
    subject: str
    body: str
    reason: str
    attempts: int
    name: str
    email: str


def due(at: datetime, limit: int) -> list[Due]:
    """The notices whose mail is due, to people who have an address, the oldest first."""
    query = (
        select(
            Message.id, Message.key, Message.subject, Message.body, Message.reason, Message.attempts, Person.name,
            Person.email,
        )
        .join(Person, Person.id == Message.person_id)
        .where(Message.emailed_at.is_(None), Message.due_at <= at, Message.created_at > at - FRESH, Person.email != "")
        .order_by(Message.id)
        .limit(limit)
    )  # fmt: skip
    return [Due(*row) for row in db.session.execute(query)]
