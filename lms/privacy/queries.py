"""All that is kept of a person: what every plugin says of its tables, as it says it."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime

from flask import current_app
from flask_babel import gettext
from sqlalchemy import select

from lms.clock import local
from lms.db import db
from lms.organisation.models import Person
from lms.plugins import Kept, installed
from lms.text import short_date


def all_of(person_id: int) -> list[Kept]:
    """What every plugin keeps of the person, table by table; records that were merged into theirs are included."""
    merged = select(Person.id).where(Person.merged_into_id == person_id).order_by(Person.id)
    found: dict[str, Kept] = {}
    for number in (person_id, *db.session.scalars(merged).all()):
        for plugin in installed(current_app):
            for kept in plugin.personal_data(number):
                rows = [*found[kept.name].rows, *kept.rows] if kept.name in found else kept.rows
                found[kept.name] = replace(kept, rows=rows)
    return list(found.values())


def as_json(kept: Iterable[Kept], told_at: datetime) -> str:
    """The same for a machine: a list for each table, moments in UTC."""
    tables = {table.name: [dict(zip(table.columns, row, strict=True)) for row in table.rows] for table in kept}
    return json.dumps({"told_at": told_at, **tables}, ensure_ascii=False, indent=1, default=_iso)


def _iso(value: object) -> str:
    return value.isoformat() if isinstance(value, date | datetime) else str(value)


def words_of(kept: Iterable[Kept]) -> dict[str, object]:
    """What the codes of all these tables mean."""
    return {code: word for table in kept for code, word in table.words.items()}


def readable(value: object, words: Mapping[str, object]) -> str:
    """One value for a person: days and moments as written here, yes and no, codes in words, lists in a line."""
    match value:
        case None:
            return ""
        case bool():
            return str(gettext("yes") if value else gettext("no"))
        case datetime():
            return f"{local(value):%d/%m/%Y %H:%M}"
        case date():
            return short_date(value)
        case str():
            return str(words.get(value, value))
        case Mapping():
            return "; ".join(f"{key}: {readable(part, words)}" for key, part in value.items() if part not in (None, ""))
        case Sequence():
            return "; ".join(readable(part, words) for part in value)
    return str(value)
