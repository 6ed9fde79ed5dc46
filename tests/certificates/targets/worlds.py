"""Small worlds for the figures: helpers that write raw rows, as other parts of the system would."""

import secrets
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import text

from certificates.register.models import Book, Certificate, Issuer
from certificates.targets import services
from certificates.targets.models import Target
from certificates.targets.queries import by_code
from certificates.targets.services import Plan
from lms import clock
from lms.db import Model, db, transaction
from lms.organisation.models import Appointment, Person, Post, Unit
from lms.organisation.queries import root_unit
from tests.conftest import Cast

ACTIVITY = "courses:DV-NV"
KINDS = ("bi-thu-chi-bo", "can-bo-dan-van", "chu-tich-cong-doan", "bi-thu-doan")


@dataclass(frozen=True)
class Period:
    """A drive of 300 days around a day."""

    today: date

    @property
    def starts_on(self) -> date:
        return self.today - timedelta(days=100)

    @property
    def ends_on(self) -> date:
        return self.today + timedelta(days=200)


def set_target(plan: Plan) -> int:
    """A target that is published and counted."""
    target_id = services.draft(plan, clock.now())
    services.publish(target_id, clock.now())
    services.rebuild(target_id, clock.now())
    return target_id


def add_target(cast: Cast, today: date, code: str = "T", unit: str = "BLOC", **more: Any) -> Target:
    """A target over a unit and all kinds, begun a hundred days ago."""
    period = Period(today)
    set_target(
        Plan(
            code, "100% được bồi dưỡng", unit_id=cast.units[unit].id, post_kinds=list(KINDS),
            starts_on=period.starts_on, ends_on=period.ends_on, **{"activities": [ACTIVITY]} | more,
        )
    )  # fmt: skip
    target = by_code(code)
    assert target is not None
    return target


def appoint(post: Post, person: Person, since: date, until: date | None = None, capacity: str = "holder") -> None:
    """An appointment in the open transaction."""
    db.session.add(
        Appointment(
            post_id=post.id, person_id=person.id, capacity=capacity, valid_from=since, valid_to=until,
            recorded_at=clock.now(),
        )
    )  # fmt: skip
    db.session.flush()


def certify(person: Person, on: date, *, ended: date | None = None, activity: str = ACTIVITY) -> Certificate:
    """A line of the register in the open transaction, without the paper."""
    at = clock.start_of(on)
    row = Certificate(
        code=secrets.token_hex(6), issuer_id=_book().issuer_id, book_id=_book().id, number_text="", fold="",
        number=secrets.randbelow(2**31),
        status="issued" if ended is None else "revoked", person_id=person.id, activity=activity, facts={},
        completed_on=on, issued_on=on, issued_at=at, ended_on=ended, ended_at=clock.start_of(ended) if ended else None,
    )  # fmt: skip
    db.session.add(row)
    db.session.flush()
    return row


def _book() -> Book:
    book = db.session.query(Book).first()
    if book is None:
        root = root_unit()
        assert root is not None
        issuer = Issuer(code="T", name="T", place="", number_pattern="{number}", unit_id=root.id)  # fmt: skip
        db.session.add(issuer)
        db.session.flush()
        book = Book(
            issuer_id=issuer.id, name="2026", starts_on=date(2026, 1, 1), ends_on=date(2026, 12, 31), number_pattern=""
        )
        db.session.add(book)
        db.session.flush()
    return book


def refresh(*people: Person, units: tuple[Unit, ...] = ()) -> None:
    """What the handlers do after an event."""
    services.refresh(None, people=[p.id for p in people], units=[u.id for u in units])


def wipe() -> None:
    """Empties the tables that a world fills, for the next example of one test."""
    with transaction() as session:
        if session.get_bind().dialect.name == "sqlite":
            session.execute(text("PRAGMA defer_foreign_keys=ON"))
            for table in reversed(Model.metadata.sorted_tables):
                session.execute(table.delete())
        else:
            names = ", ".join(table.name for table in Model.metadata.sorted_tables)
            session.execute(text(f"TRUNCATE {names} CASCADE"))
    db.session.remove()


def moment(day: date) -> datetime:
    """The middle of a Vietnamese day."""
    return clock.start_of(day) + timedelta(hours=12)
