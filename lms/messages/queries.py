"""Reading notices."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from flask import current_app
from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select
from sqlalchemy.orm import aliased

from lms.clock import day_of, start_of
from lms.db import db
from lms.messages.letters import Notice
from lms.messages.models import Message
from lms.organisation.models import Person
from lms.plugins import Channel, installed

# A channel that is set up later does not send what is long past; the page showed it.
FRESH = timedelta(days=14)


def unread(person_id: int) -> list[Message]:
    """What the person has not read yet, the newest first."""
    query = messages_of(person_id).where(Message.read_at.is_(None))
    return list(db.session.scalars(query))


def messages_of(person_id: int) -> Select[Any]:
    """Every notice to the person, the newest first."""
    return select(Message).where(Message.person_id == person_id).order_by(Message.id.desc())


def channels() -> list[Channel]:
    """The channels that are set up, in the order in which they are tried."""
    return [channel for plugin in installed(current_app) for channel in plugin.channels if channel.ready()]


def addresses(people: Iterable[int], ways: Sequence[Channel]) -> dict[int, tuple[str, tuple[str, ...]]]:
    """The name of each person, and where each of these channels reaches them."""
    query = select(Person.id, Person.name, *_addresses(ways)).where(Person.id.in_(list(people)))
    return {person: (name, tuple(found)) for person, name, *found in db.session.execute(query)}


def _addresses(ways: Sequence[Channel]) -> list[ColumnElement[str]]:
    return [func.coalesce(channel.address, "") for channel in ways]


def people_waiting(at: datetime, ways: Sequence[Channel], limit: int) -> list[int]:
    """People to whom a letter is due, the longest waiting first."""
    query = _due(at, ways, select(Message.person_id))
    return list(db.session.scalars(query.group_by(Message.person_id).order_by(func.min(Message.id)).limit(limit)))


def waiting(at: datetime, ways: Sequence[Channel], people: Sequence[int] | None = None) -> list[Notice]:
    """The notices that letters would take at that moment, to these people or to all."""
    columns: list[Any] = [
        Message.person_id, Person.name, Message.key, Message.subject, Message.body, Message.reason, Message.id,
        Message.attempts,
    ]  # fmt: skip
    query = _due(at, ways, select(*columns, *_addresses(ways)))
    query = query if people is None else query.where(Message.person_id.in_(people))
    rows: Iterable[Any] = db.session.execute(query.order_by(Message.id))
    return [Notice(tuple(row[8:]), *row[:8]) for row in rows]


def _due(at: datetime, ways: Sequence[Channel], query: Select[Any]) -> Select[Any]:
    """Notices that are due to people whom a channel reaches, who had no letter today and have none on its way.

    A letter that failed waits for its next try, and what came since waits with it.
    """
    other = aliased(Message)
    today = start_of(day_of(at))
    held_back = exists().where(
        other.person_id == Message.person_id,
        or_(other.sent_at >= today, and_(other.sent_at.is_(None), other.due_at > at)),
    )
    reached = or_(*(address != "" for address in _addresses(ways)))
    return (
        query.join(Person, Person.id == Message.person_id)
        .where(Message.sent_at.is_(None), Message.due_at <= at, Message.created_at > at - FRESH, reached, ~held_back)
    )  # fmt: skip
