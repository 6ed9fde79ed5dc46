"""How long lists are kept: the file and its rows are people's data; what is left afterwards is how many did what."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from flask import current_app
from flask_babel import gettext as _
from sqlalchemy import ColumnElement, delete, or_, select
from sqlalchemy.orm import Session

from lms import audit, clock, files
from lms.db import db, transaction
from lms.organisation.roster.models import RosterChange, RosterImport, RosterTrace

# What says nothing of anybody.
_LEFT = ("rows", "size", "counts", "ending", "in_scope", "base", "kinds")
_EMPTY: dict[str, Any] = {"problem": "", "tables": [], "unsure": {}, "new_units": [], "handed_over": [], "hidden": []}


def forget_old_lists() -> int:
    """The worker's round: one list, the oldest, whose time is over; cheap when there is none."""
    days, at = current_app.config["ROSTER_DAYS"], clock.now()
    return forget_list(at - timedelta(days=days), at) if days else 0


def forget_list(before: datetime, at: datetime) -> int:
    """Takes the oldest list that was sent before a moment away, file first; returns how many there were, 0 or 1."""
    old = select(RosterImport.id).where(RosterImport.file_key != "", RosterImport.created_at < before)
    ids = db.session.scalars(old.order_by(RosterImport.id).limit(1)).all()
    if not ids:
        return 0
    remove_files(ids)
    with transaction() as session:
        empty(session, ids)
        audit.record("lms.forget_roster", f"roster:{ids[0]}", actor="system")
    return 1


def naming(people: Sequence[int]) -> list[int]:
    """The lists in which these people stand, or which changed them."""
    in_rows = select(RosterChange.import_id).where(RosterChange.person_id.in_(people))
    traced = select(RosterTrace.import_id).where(RosterTrace.what.like("person%"), RosterTrace.row_id.in_(people))
    either: ColumnElement[bool] = or_(RosterImport.id.in_(in_rows), RosterImport.id.in_(traced))
    return list(db.session.scalars(select(RosterImport.id).where(either, RosterImport.file_key != "")))


def remove_files(ids: Sequence[int]) -> None:
    """The files of these lists; before the transaction, so that a crash leaves a row without a file and no stray."""
    for key in db.session.scalars(select(RosterImport.file_key).where(RosterImport.id.in_(ids))).all():
        files.remove(key)


def empty(session: Session, ids: Sequence[int]) -> None:
    """Their rows, as part of an open transaction. One that was not brought in cannot be any more."""
    session.execute(delete(RosterChange).where(RosterChange.import_id.in_(ids)))
    session.execute(delete(RosterTrace).where(RosterTrace.import_id.in_(ids)))
    for found in session.scalars(select(RosterImport).where(RosterImport.id.in_(ids))).all():
        found.file_key, found.settings = "", {}
        found.summary = {key: found.summary[key] for key in _LEFT if key in found.summary} | _EMPTY
        if found.state not in ("applied", "undone"):
            found.state, found.problem = "unreadable", _("The file was taken away after its time: send it again.")
    session.flush()
