"""What plugins tell each other: frozen facts, kept in an outbox until every handler has them.

An event is written in its publisher's own transaction. After the commit each handler runs in a transaction of its
own and must be idempotent: after a crash it may hear the same event again.
"""

import json
import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, fields
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any, ClassVar, cast, get_type_hints

from flask import current_app
from sqlalchemy import ForeignKey, Index, UniqueConstraint, select, update
from sqlalchemy.orm import Mapped, mapped_column

from lms import clock
from lms.db import Code, Model, after_commit, db, transaction

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Activity:
    """Something a person can complete: `key` is `<plugin>:<code>`; `hours` are periods (tiết) of 45 minutes.

    `edition` is the content in force now ("Bản 2026"); a later edition has higher numbers.
    """

    key: str
    title: str
    hours: int
    edition: str = ""


@dataclass(frozen=True)
class Event:
    """A fact of the past. Fields are strings, numbers, dates and aware datetimes: they travel as JSON."""

    kinds: ClassVar[dict[str, type["Event"]]] = {}

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        Event.kinds[cls.__name__] = cls

    def to_json(self) -> str:
        return json.dumps({f.name: getattr(self, f.name) for f in fields(self)}, default=_iso, ensure_ascii=False)

    @staticmethod
    def from_json(kind: str, text: str) -> "Event":
        cls = Event.kinds[kind]
        hints = get_type_hints(cls)
        return cls(**{name: _typed(hints[name], value) for name, value in json.loads(text).items()})


def _iso(value: object) -> str:
    return cast(date, value).isoformat()


def _typed(hint: Any, value: Any) -> Any:
    if not isinstance(value, str):
        return value
    if hint is datetime:
        return datetime.fromisoformat(value)
    return date.fromisoformat(value) if hint in (date, date | None) else value


@dataclass(frozen=True)
class ActivityStarted(Event):
    """A person began an activity, as far as its plugin knows of a beginning."""

    activity: str
    person_id: int
    started_at: datetime


@dataclass(frozen=True)
class ActivityCompleted(Event):
    """A person completed an activity: `score` is the printed one ("8,5") or empty, `edition` that of the content."""

    activity: str
    title: str
    hours: int
    person_id: int
    started_at: datetime
    completed_at: datetime
    score: str = ""
    edition: str = ""


@dataclass(frozen=True)
class ActivityWithdrawn(Event):
    """A completion no longer stands, by a decision: what was given for it falls. `completed_at` says which one."""

    activity: str
    person_id: int
    completed_at: datetime
    decision: str
    reason: str
    withdrawn_at: datetime


@dataclass(frozen=True)
class CertificatesIssued(Event):
    """People received certificates for an activity, in one transaction."""

    activity: str
    people: list[int]


@dataclass(frozen=True)
class CertificateEnded(Event):
    """A certificate was revoked, replaced or voided: what counted it recounts."""

    activity: str
    person_id: int
    code: str


@dataclass(frozen=True)
class AppointmentsChanged(Event):
    """Posts or their holders changed in these units, in one transaction; what counts people recounts them."""

    units: list[int]


@dataclass(frozen=True)
class PersonAnonymised(Event):
    """Who this person was is to be forgotten, by a decision: take out what tells it, leave what is counted."""

    person_id: int
    anonymised_at: datetime


Handler = Callable[[Any], None]


class OutboxEvent(Model):
    """An event as it was published."""

    __tablename__ = "lms_outbox_event"

    kind: Mapped[str] = mapped_column(Code)
    payload: Mapped[str]
    published_at: Mapped[datetime]


class OutboxDelivery(Model):
    """One handler's copy of an event; undelivered until `delivered_at`."""

    __tablename__ = "lms_outbox_delivery"
    __table_args__ = (
        UniqueConstraint("event_id", "handler"),
        Index("ix_lms_outbox_delivery_due", "delivered_at", "due_at"),
    )

    event_id: Mapped[int] = mapped_column(ForeignKey("lms_outbox_event.id"))
    handler: Mapped[str] = mapped_column(Code)
    due_at: Mapped[datetime]
    delivered_at: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    error: Mapped[str] = mapped_column(default="")


def handler_name(handler: Handler) -> str:
    """The name under which a handler's deliveries are kept: it must not change while some are open."""
    return f"{handler.__module__}.{handler.__qualname__}"


def subscriptions() -> dict[type[Event], dict[str, Handler]]:
    """Who listens to what in this installation; filled by `lms.plugins.install`."""
    found: dict[type[Event], dict[str, Handler]] = current_app.extensions["lms_subscriptions"]
    return found


def publish(event: Event) -> None:
    """Tells every subscriber after the open transaction commits; rolled back with it."""
    at = clock.now()
    handlers = subscriptions().get(type(event), {})
    if not handlers:
        return
    row = OutboxEvent(kind=type(event).__name__, payload=event.to_json(), published_at=at)
    db.session.add(row)
    db.session.flush()
    # The sweep leaves the first half minute to the publisher, which delivers right after its commit.
    due = at + timedelta(seconds=30)
    db.session.add_all(OutboxDelivery(event_id=row.id, handler=name, due_at=due) for name in handlers)
    after_commit(partial(_deliver_event, row.id))


# After two threads wanted to deliver at once, so many seconds of publishing are left to the worker.
RUSH_SECONDS = 3.0


class _Desk:
    """Who delivers in this process: one thread at a time, and nobody in a rush.

    When hundreds pass an exam in one minute, nobody's answer waits for other people's certificates.
    """

    lock = threading.RLock()
    rush_until = 0.0


def _deliver_event(event_id: int) -> None:
    mine = (OutboxDelivery.event_id == event_id, OutboxDelivery.delivered_at.is_(None))
    free = time.monotonic() >= _Desk.rush_until
    if not free or not _Desk.lock.acquire(blocking=False):
        _Desk.rush_until = time.monotonic() + RUSH_SECONDS if free else _Desk.rush_until
        with transaction() as session:
            session.execute(update(OutboxDelivery).where(*mine).values(due_at=clock.now()))
        return
    try:
        for delivery_id in db.session.scalars(select(OutboxDelivery.id).where(*mine).order_by(OutboxDelivery.id)).all():
            _deliver(delivery_id)
    finally:
        _Desk.lock.release()


def deliver_due(at: datetime, limit: int = 200, *, gently: bool = False) -> int:
    """The sweep: delivers what a rush, a crash or a failing handler left behind; returns how many went well.

    `gently` rests after each delivery for as long as it took: who only has one writer at a time lets others in.
    """
    ids = db.session.scalars(
        select(OutboxDelivery.id)
        .where(OutboxDelivery.delivered_at.is_(None), OutboxDelivery.due_at <= at)
        .order_by(OutboxDelivery.id)
        .limit(limit)
    ).all()
    delivered = 0
    for delivery_id in ids:
        begun = time.monotonic()
        delivered += _deliver(delivery_id)
        if gently:
            time.sleep(min(time.monotonic() - begun, 0.2))
    return delivered


def undelivered() -> int:
    """How many deliveries are open, for the health page and tests."""
    return len(db.session.scalars(select(OutboxDelivery.id).where(OutboxDelivery.delivered_at.is_(None))).all())


def _deliver(delivery_id: int) -> bool:
    delivery, event = db.session.execute(
        select(OutboxDelivery, OutboxEvent).join(OutboxEvent).where(OutboxDelivery.id == delivery_id)
    ).one()
    kind, payload, name, attempts = event.kind, event.payload, delivery.handler, delivery.attempts
    handler = subscriptions().get(Event.kinds.get(kind, Event), {}).get(name)
    if handler is None:  # its plugin is not installed now: wait for it
        return False
    try:
        handler(Event.from_json(kind, payload))
    except Exception as error:
        log.exception("handler %s failed on %s", name, payload)
        retry = clock.now() + timedelta(seconds=min(30 * 2**attempts, 3600))
        values = {"attempts": attempts + 1, "error": repr(error)[:500], "due_at": retry}
    else:
        values = {"attempts": attempts + 1, "error": "", "delivered_at": clock.now()}
    with transaction() as session:
        session.execute(update(OutboxDelivery).where(OutboxDelivery.id == delivery_id).values(**values))
    return "delivered_at" in values
