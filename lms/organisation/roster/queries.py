"""Questions about imports and their change sets, and the roster of a unit as it is now."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from sqlalchemy import Select, or_, select

from lms.db import db
from lms.organisation.models import Appointment, Person, Post, PostKind, Unit
from lms.organisation.queries import below, in_any, in_force
from lms.organisation.roster.models import RosterChange, RosterImport


def imports(account_id: int, paths: Iterable[str]) -> Select[RosterImport]:
    """The imports that somebody made or that concern units in their scope, the newest first."""
    mine = or_(RosterImport.account_id == account_id, in_any(paths))
    query = select(RosterImport).join(Unit, Unit.id == RosterImport.unit_id).where(mine)
    return query.order_by(RosterImport.id.desc())


def changes(import_id: int, kind: str) -> Select[RosterChange]:
    """The lines of one kind, in the order of the file."""
    mine = RosterChange.import_id == import_id, RosterChange.kind == kind
    return select(RosterChange).where(*mine).order_by(RosterChange.position)


def places(import_id: int, kind: str) -> list[tuple[str, int, str, str]]:
    """Sheet, row, column and reason of the lines of one kind."""
    rows = db.session.scalars(changes(import_id, kind))
    return [(c.sheet, c.row, c.data.get("column", ""), c.data.get("reason", c.name)) for c in rows]


def outcomes(import_id: int) -> dict[tuple[str, int], tuple[str, dict[str, Any]]]:
    """What became of each row of the file, by sheet and row."""
    columns = (RosterChange.sheet, RosterChange.row, RosterChange.kind, RosterChange.data)
    query = select(*columns).where(RosterChange.import_id == import_id, RosterChange.row > 0)
    return {(sheet, row): (kind, data) for sheet, row, kind, data in db.session.execute(query)}


def roster_rows(unit: Unit, on: date) -> list[Any]:
    """Who holds which post on a day in a unit and beneath it: one row an appointment, in the order of the tree."""
    query = (
        select(Person.code, Person.name, Person.birth_on, Person.birth_year, Person.gender, PostKind.name.label("post"),
               Unit.code.label("unit_code"), Unit.name.label("unit"), Appointment.capacity, Appointment.valid_from,
               Person.phone, Person.email)
        .join_from(Appointment, Post, Post.id == Appointment.post_id)
        .join(Person, Person.id == Appointment.person_id)
        .join(PostKind, PostKind.id == Post.kind_id)
        .join(Unit, Unit.id == Post.unit_id)
        .where(below(unit.path), in_force(Appointment, on), in_force(Post, on))
        .order_by(Unit.path, PostKind.position, Post.id, Appointment.id)
    )  # fmt: skip
    return list(db.session.execute(query))
