"""An issuer for the cast's Bloc, and people who completed a course."""

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from certificates.register import services
from certificates.register.models import Certificate
from lms import clock
from lms.db import db
from lms.events import Activity, ActivityCompleted
from lms.plugins import Plugin
from tests.conftest import Cast

COURSE = "courses:DV-NV"
Completed = Callable[..., ActivityCompleted]


@pytest.fixture
def issuer(cast: Cast) -> int:
    """The Bloc's issuer: numbers like 01-GCN/ĐUK, signed T/M."""
    return services.add_issuer(
        "DUK", "Đảng ủy Khối thử nghiệm", unit_id=cast.units["BLOC"].id, place="Hà Nội",
        superior="Ban Chấp hành Trung ương", authority="T/M BAN THƯỜNG VỤ\nPHÓ BÍ THƯ", signer="Bùi Thị Mẫu",
        number_pattern="{number:02d}-GCN/ĐUK",
    )  # fmt: skip


@pytest.fixture
def completed(cast: Cast) -> Completed:
    """`completed("an")`: An completed the course yesterday; nothing is issued yet."""

    def complete(who: str, days_ago: int = 1, activity: str = COURSE) -> ActivityCompleted:
        at = cast.now - timedelta(days=days_ago)
        return ActivityCompleted(
            activity, "Bồi dưỡng nghiệp vụ công tác dân vận", 24, cast.people[who].id, at - timedelta(days=9), at, "8,5"
        )

    return complete


@pytest.fixture
def told(app: Flask) -> Iterator[list[ActivityCompleted]]:
    """What some other plugin's `history()` tells: completions that were never answered."""
    events: list[ActivityCompleted] = []

    class Teller(Plugin):
        name = "teller"

        def activities(self) -> list[Activity]:
            return [Activity(COURSE, "Bồi dưỡng nghiệp vụ công tác dân vận", 24)]

        def history(self) -> list[ActivityCompleted]:
            return events

    plugins = app.extensions["lms_plugins"]
    plugins.append(Teller())
    yield events
    plugins.pop()


@pytest.fixture
def certificate(issuer: int, completed: Completed) -> Certificate:
    """An's certificate, number 1 of the book."""
    assert services.issue([completed("an")], clock.now()) == []
    return the_certificate()


def all_certificates() -> list[Certificate]:
    """Every line of every book, in the order of the numbers, read afresh."""
    db.session.rollback()
    return list(db.session.scalars(select(Certificate).order_by(Certificate.book_id, Certificate.number)))


def the_certificate() -> Certificate:
    """The only certificate."""
    (certificate,) = all_certificates()
    return certificate
