"""Two records of one person become one, and two again.

Every row of every plugin that points to the one record is made to point to the other, and which they were is written
down; nothing is deleted. A row that would stand twice (two enrolments in one course) stays where it is. To merge is to
say that there always was one person: figures of the past are counted so from then on (docs/decisions).
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import Column, Table, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from lms import audit
from lms.accounts.models import Account
from lms.db import Model, transaction
from lms.errors import Refused
from lms.events import AppointmentsChanged, publish
from lms.organisation.models import Appointment, Person, PersonMerge, Post
from lms.organisation.words import PersonWord, index_people

_FILLED = ("birth_on", "birth_year", "gender", "phone", "email")


def merge(kept_id: int, merged_id: int, *, reason: str, at: datetime) -> int:
    """Merges the second record into the first; what the first does not say it takes from the second.

    Returns the id by which `undo_merge` finds it. Raises Refused for one record twice or one that was merged before.
    """
    with transaction() as session:
        kept, merged = (session.get_one(Person, i, with_for_update=True) for i in sorted((kept_id, merged_id)))
        kept, merged = (kept, merged) if kept.id == kept_id else (merged, kept)
        if kept_id == merged_id:
            raise Refused(_("This is one record: choose two."))
        if kept.merged_into_id or merged.merged_into_id:
            raise Refused(_("One of the two was merged before."))
        if kept.anonymised_at or merged.anonymised_at:
            raise Refused(_("This record was anonymised: nothing can be entered in it."))
        filled = [name for name in _FILLED if not getattr(kept, name) and getattr(merged, name)]
        for name in filled:
            setattr(kept, name, getattr(merged, name))
        closed = _close_second_account(session, kept_id, merged_id, at)
        rows = {}
        for column in _columns():
            if ids := _point(session, column, merged_id, kept_id):
                rows[_name(column)] = ids
        merged.merged_into_id = kept_id
        moved = {"rows": rows, "filled": filled, "closed": closed}
        entry = PersonMerge(kept_id=kept_id, merged_id=merged_id, reason=reason, moved=moved, recorded_at=at)
        session.add(entry)
        session.flush()
        index_people(session, [kept_id, merged_id])
        counts = {name: len(ids) for name, ids in rows.items()}
        audit.record("lms.merge_people", f"person:{kept_id}", merged=merged_id, reason=reason, moved=counts)
        _tell(session, kept_id)
        return entry.id


def undo_merge(merge_id: int, *, at: datetime) -> None:
    """Two records again, each with the rows it had; what was added since stays with the one that was kept."""
    with transaction() as session:
        entry = session.get_one(PersonMerge, merge_id, with_for_update=True)
        kept, merged = session.get_one(Person, entry.kept_id), session.get_one(Person, entry.merged_id)
        if entry.withdrawn_at is not None:
            raise Refused(_("This was undone already."))
        if kept.merged_into_id:
            raise Refused(_("The record was merged further since: undo that first."))
        _tell(session, kept.id)
        for column in _columns():
            ids = entry.moved["rows"].get(_name(column), [])
            table: Any = column.table
            for row_id in ids:
                session.execute(
                    update(table).where(table.c.id == row_id, column == kept.id).values({column: merged.id})
                )
        for name in entry.moved["filled"]:
            if getattr(kept, name) == getattr(merged, name):
                setattr(kept, name, None if name.startswith("birth") else "")
        session.execute(update(Account).where(Account.id.in_(entry.moved["closed"])).values(disabled_at=None))
        merged.merged_into_id, entry.withdrawn_at = None, at
        session.flush()
        session.expire_all()
        index_people(session, [kept.id, merged.id])
        audit.record("lms.undo_merge", f"person:{kept.id}", merged=merged.id)
        _tell(session, merged.id)


def _columns() -> Iterator[Column[Any]]:
    """Every column of every plugin that points to a person, but for what only describes records."""
    own: tuple[Table, ...] = (PersonMerge.__table__, PersonWord.__table__)  # type: ignore[assignment]
    for table in Model.metadata.sorted_tables:
        if table in own or "id" not in table.c:
            continue
        for column in table.c:
            if any(key.column.table.name == Person.__tablename__ for key in column.foreign_keys):
                yield column


def _name(column: Column[Any]) -> str:
    return f"{column.table.name}.{column.name}"


def _point(session: Session, column: Column[Any], old: int, new: int) -> list[int]:
    """Makes rows point to another person; returns which. One that would then stand twice is left alone."""
    table: Any = column.table
    moved = []
    for row_id in session.scalars(select(table.c.id).where(column == old)).all():
        try:
            with session.begin_nested():
                session.execute(update(table).where(table.c.id == row_id).values({column: new}))
        except IntegrityError:
            continue
        moved.append(row_id)
    return moved


def _close_second_account(session: Session, kept_id: int, merged_id: int, at: datetime) -> list[int]:
    """Nobody has two accounts: that of the merged record is closed where both have one."""
    accounts = session.scalars(select(Account).where(Account.person_id.in_([kept_id, merged_id]))).all()
    second = [account for account in accounts if account.person_id == merged_id and account.disabled_at is None]
    if len(accounts) < 2 or not second:
        return []
    second[0].disabled_at = at
    return [second[0].id]


def _tell(session: Session, person_id: int) -> None:
    units = select(Post.unit_id).join(Appointment).where(Appointment.person_id == person_id).distinct()
    if ids := sorted(session.scalars(units)):
        publish(AppointmentsChanged(list(ids)))
