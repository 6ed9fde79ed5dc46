"""A change set as it is kept: plain values, so that it can be looked at, applied and undone another day."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from sqlalchemy import select

from lms.db import db
from lms.organisation.models import Unit
from lms.organisation.roster import cells
from lms.organisation.roster.layout import Column, Table
from lms.organisation.roster.matching import Known
from lms.organisation.roster.models import AMBIGUOUS, NEW, UNCHANGED
from lms.organisation.roster.planning import Change, Plan
from lms.organisation.roster.records import Record, Roster
from lms.organisation.roster.units import Place
from lms.text import short_date


def rows(plan: Plan, import_id: int, kind_names: dict[int, str]) -> Iterator[dict[str, Any]]:
    """The lines of a change set, for a bulk insert."""
    names = _unit_names(plan)
    codes = {code: name for code, name in kind_names.items()}
    for change in plan.changes:
        yield {
            "import_id": import_id, "position": change.position, "kind": change.kind, "sheet": change.sheet,
            "row": change.row, "name": change.name, "person_id": change.person.id if change.person else None,
            "data": _data(change, plan, names, codes),
        }  # fmt: skip


def _data(change: Change, plan: Plan, unit_names: dict[int, str], kinds: dict[int, str]) -> dict[str, Any]:
    data: dict[str, Any] = {}
    record = change.record
    if record is not None and change.kind != UNCHANGED:
        data |= {"birth_text": record.birth_text or born(record), "post_text": record.post_text, "born": born(record)}
        data["unit"] = change.place.name if change.place else " / ".join(record.units)
        if change.kind == NEW or change.kind == AMBIGUOUS:
            data["fold"] = record.fold
            data["person"] = {"gender": record.gender, "phone": record.phone, "email": record.email,
                              "birth_year": record.birth_year,
                              "birth_on": record.birth_on.isoformat() if record.birth_on else None}  # fmt: skip
    if change.sets:
        data["sets"] = {name: [plain(before), plain(after)] for name, (before, after) in change.sets.items()}
    if change.seats:
        data["seats"] = [
            {"unit": place.id, "place": place.key, "kind": kind_id, "post": seat.post_id, "capacity": seat.capacity,
             "since": plain(seat.since), "ends": [held.id for held in seat.ends], "held": seat.held,
             "beside": seat.beside, "from": [held.person for held in seat.ends],
             "text": f"{kinds[kind_id]}, {place.name}"}
            for place, kind_id, seat in change.seats
        ]  # fmt: skip
    if change.fixes:
        data["fixes"] = [
            {"id": fix.held.id, "capacity": [fix.held.capacity, fix.capacity],
             "since": [plain(fix.held.since), plain(fix.since)]}
            for fix in change.fixes
        ]  # fmt: skip
    if change.ends:
        data["ends"] = [{"id": held.id, "text": text} for held, text in change.ends]
    if change.choose:
        data["choose"] = [_candidate(candidate, plan, unit_names, kinds) for candidate in change.choose]
    notes = [*(record.notes if record else ()), *change.notes]
    extra = {"same_as": change.same_as, "column": change.column, "reason": change.reason, "notes": notes}
    return data | {name: value for name, value in extra.items() if value not in ("", None, [])}


def _candidate(candidate: Known | int, plan: Plan, units: dict[int, str], kinds: dict[int, str]) -> dict[str, Any]:
    """Somebody to choose: a person we know, or an earlier row of the file."""
    if isinstance(candidate, int):
        other = plan.changes[candidate]
        record = other.record
        return {
            "choice": f"row:{other.sheet}!{other.row}", "row": other.row, "name": other.name, "code": "",
            "born": born(record) if record else "", "phone": record.phone if record else "",
            "posts": [other.place.name if other.place else ""],
        }  # fmt: skip
    posts = [f"{kinds.get(kind, '')}, {units.get(unit, '')}" for unit, kind, _path, now in candidate.held if now]
    return {"choice": f"person:{candidate.id}", "row": None, "name": candidate.name, "code": candidate.code,
            "born": born(candidate), "phone": candidate.phone, "posts": posts}  # fmt: skip


def _unit_names(plan: Plan) -> dict[int, str]:
    ids = sorted(
        {
            unit
            for c in plan.changes
            for k in c.choose
            if isinstance(k, Known)
            for unit, _kind, _path, now in k.held
            if now
        }
    )
    found: dict[int, str] = {}
    for start in range(0, len(ids), 500):
        query = select(Unit.id, Unit.name).where(Unit.id.in_(ids[start : start + 500]))
        found |= {unit_id: name for unit_id, name in db.session.execute(query)}
    return found


def born(person: Record | Known) -> str:
    """A birth as people read it."""
    return short_date(person.birth_on) if person.birth_on else str(person.birth_year or "")


def plain(value: Any) -> Any:
    """A value that JSON can keep."""
    return value.isoformat() if isinstance(value, date) else value


def summary(roster: Roster, plan: Plan, last_person: int, last_unit: int, in_scope: int, today: date) -> dict[str, Any]:
    """What was understood of the file and what the change set comes to."""
    kinds = sorted({code for record in roster.records for code, _capacity in record.posts})
    return {
        "format": roster.format, "encoding": roster.encoding, "hidden": roster.hidden, "rows": roster.rows,
        "problem": roster.problem,
        "tables": [
            {"sheet": table.sheet.name, "header_row": table.last_header, "title_kind": table.title_kind,
             "columns": [
                 {"index": c.index, "label": c.label, "key": c.key, "meaning": c.meaning, "kind": c.kind,
                  "encoding": c.encoding, "order": c.order, "swapped": c.swapped,
                  "samples": [[_shown(sample), read_sample(table, c, sample, today)] for sample in c.samples]}
                 for c in table.columns]}
            for table in roster.tables
        ],
        "unsure": dict(sorted(roster.unsure.items(), key=lambda pair: -pair[1])[:60]),
        "kinds": kinds,
        "counts": plan.counts, "ending": plan.ending, "in_scope": in_scope,
        "base": {"id": plan.base.id, "name": plan.base.name, "code": plan.base.code},
        "new_units": [_new_unit(place) for place in plan.new_units],
        "handed_over": [f"{what}: {held.person} → {name}" for what, held, name in plan.handed_over[:500]],
        "last_person": last_person, "last_unit": last_unit,
    }  # fmt: skip


def read_sample(table: Table, column: Column, sample: Any, today: date) -> str:
    """What a cell of that column is read as."""
    text = table.text(table.last_header + 1, column.index, sample)
    if column.meaning.startswith("birth") and column.meaning not in ("birth_day", "birth_month", "birth_year"):
        try:
            day, year = cells.birth(text if isinstance(sample, str) else sample, today, column.order, column.swapped)
        except ValueError:
            return text
        return short_date(day) if day else str(year or "")
    if column.meaning == "phone":
        return cells.phone(sample)[0] or text
    return text


def _new_unit(place: Place) -> dict[str, Any]:
    parent = place.parent
    return {"key": place.key, "name": place.name, "parent": parent.id if parent else None,
            "parent_key": parent.key if parent else "", "parent_name": parent.name if parent else ""}  # fmt: skip


def _shown(sample: Any) -> str:
    if isinstance(sample, tuple):
        return cells.text_of(sample)
    return "".join(c if c.isprintable() else "\u00b7" for c in str(sample))[:80]
