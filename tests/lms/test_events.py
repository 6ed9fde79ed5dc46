"""The outbox: nothing published is lost, nothing unpublished is told."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from threading import Thread

import pytest
from flask import Flask

from lms import clock, events
from lms.db import db, transaction
from lms.events import ActivityCompleted, Event, handler_name, publish


@dataclass(frozen=True)
class Rung(Event):
    """A bell rang; only for these tests."""

    bell: str
    on: date
    at: datetime


RUNG = Rung("chuông", date(2026, 2, 5), datetime(2026, 2, 5, 1, 2, 3, tzinfo=UTC))


@pytest.fixture
def heard(app: Flask) -> Iterator[list[Rung]]:
    heard: list[Rung] = []

    def listen(event: Rung) -> None:
        heard.append(event)
        if len(heard) == 1 and event.bell == "nứt":
            raise ValueError("the first time goes wrong")

    app.extensions["lms_subscriptions"][Rung] = {handler_name(listen): listen}
    yield heard
    del app.extensions["lms_subscriptions"][Rung]


def test_an_event_survives_its_journey_as_json() -> None:
    assert Event.from_json("Rung", RUNG.to_json()) == RUNG
    done = ActivityCompleted("courses:X", "Khóa X", 24, 7, RUNG.at, RUNG.at, "8,5")
    assert Event.from_json("ActivityCompleted", done.to_json()) == done


def test_a_handler_hears_after_the_commit(heard: list[Rung]) -> None:
    with transaction():
        publish(RUNG)
        assert heard == []
    assert heard == [RUNG]
    assert events.undelivered() == 0


def test_nothing_is_heard_of_what_was_rolled_back(heard: list[Rung]) -> None:
    with pytest.raises(ZeroDivisionError), transaction():
        publish(RUNG)
        raise ZeroDivisionError
    assert heard == [] and events.deliver_due(clock.now() + timedelta(days=1)) == 0


def test_a_crash_between_commit_and_delivery_loses_nothing(heard: list[Rung], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(events, "_deliver_event", lambda event_id: None)
    with transaction():
        publish(RUNG)
    assert heard == [] and events.undelivered() == 1
    assert events.deliver_due(clock.now()) == 0  # the publisher has half a minute
    assert events.deliver_due(clock.now() + timedelta(minutes=1)) == 1
    assert heard == [RUNG] and events.undelivered() == 0


def test_a_failing_handler_is_tried_again_later(heard: list[Rung]) -> None:
    cracked = Rung("nứt", RUNG.on, RUNG.at)
    with transaction():
        publish(cracked)
    assert events.undelivered() == 1
    assert events.deliver_due(clock.now() + timedelta(minutes=5)) == 1
    assert heard == [cracked, cracked] and events.undelivered() == 0


def test_in_a_rush_one_thread_delivers_and_the_worker_does_the_rest(
    heard: list[Rung], app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(events._Desk, "rush_until", 0.0)
    listen = next(iter(app.extensions["lms_subscriptions"][Rung].values()))
    left: list[int] = []

    def someone_else() -> None:
        with app.app_context():
            with transaction():
                publish(RUNG)
            left.append(events.undelivered())
            db.session.remove()

    def hear_while_another_publishes(event: Rung) -> None:
        listen(event)
        if event.bell == "vang":
            thread = Thread(target=someone_else)
            thread.start()
            thread.join()

    name = handler_name(listen)
    app.extensions["lms_subscriptions"][Rung] = {name: hear_while_another_publishes}
    loud = replace(RUNG, bell="vang")
    with transaction():
        publish(loud)
    assert heard == [loud] and left == [2] and events.undelivered() == 1
    with transaction():
        publish(RUNG)  # the rush is not over
    assert events.deliver_due(clock.now()) == 2  # at once, not after half a minute
    assert heard == [loud, RUNG, RUNG] and events.undelivered() == 0
    monkeypatch.setattr(events._Desk, "rush_until", 0.0)
    with transaction():
        publish(RUNG)
    assert events.undelivered() == 0
