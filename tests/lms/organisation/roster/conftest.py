"""Lists on their way in, step by step, as the pages and the command do it."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from lms import clock
from lms.db import db
from lms.organisation.models import Appointment, Person, Post, Unit
from lms.organisation.queries import in_force, root_unit
from lms.organisation.roster import services
from lms.organisation.roster.models import RosterChange, RosterImport
from tests.conftest import Cast

Sent = Callable[..., "Import"]


class Import:
    """One list: read again and again, applied, undone."""

    def __init__(self, data: bytes, **settings: Any) -> None:
        self.today = clock.today()
        root = root_unit()
        self.id = services.take(
            data, "danh-sach.xlsx", root.id if root else None, None, on=self.today, at=clock.now(), settings=settings
        )
        self.read()

    def read(self) -> "Import":
        services.prepare(self.id, today=self.today, at=clock.now())
        return self

    def answer(self, remembered: dict[tuple[str, str], str] | None = None, **settings: Any) -> "Import":
        services.answer(self.id, remembered=remembered or {}, settings=settings, at=clock.now())
        return self.read()

    def apply(self, typed: int | None = None) -> "Import":
        services.apply(self.id, typed=typed, at=clock.now())
        return self

    def undo(self) -> None:
        services.undo(self.id, at=clock.now())

    @property
    def row(self) -> RosterImport:
        db.session.rollback()
        return db.session.get_one(RosterImport, self.id, populate_existing=True)

    @property
    def counts(self) -> dict[str, int]:
        return {kind: count for kind, count in self.row.summary["counts"].items() if count}

    def lines(self, kind: str) -> list[RosterChange]:
        query = select(RosterChange).where(RosterChange.import_id == self.id, RosterChange.kind == kind)
        return list(db.session.scalars(query.order_by(RosterChange.position)))


@pytest.fixture
def sent(cast: Cast) -> Sent:
    """`sent(data, whole=True)`: a list that was sent and read."""
    return Import


def as_it_is(on: date | None = None) -> dict[str, set[Any]]:
    """Everything that is true now: units, posts and appointments in force, and people with what is known of them."""
    day = on or clock.today()
    posts = select(Post.id, Post.unit_id, Post.kind_id, Post.valid_from).where(in_force(Post, day))
    held = select(Appointment.post_id, Appointment.person_id, Appointment.capacity, Appointment.valid_from,
                  Appointment.valid_to).where(Appointment.withdrawn_at.is_(None))  # fmt: skip
    people = select(Person.id, Person.name, Person.fold, Person.sort_key, Person.birth_on, Person.birth_year,
                    Person.gender, Person.phone, Person.email)  # fmt: skip
    units = select(Unit.id, Unit.name, Unit.path).where(in_force(Unit, day))
    queries = {"posts": posts, "appointments": held, "people": people, "units": units}
    db.session.rollback()
    return {name: {tuple(row) for row in db.session.execute(query)} for name, query in queries.items()}
