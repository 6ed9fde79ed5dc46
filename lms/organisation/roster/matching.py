"""Who a row of a list is: somebody we know, somebody new, or a question. By person, never by name alone.

What makes two the same: name and full day of birth within the office's reach, unless the phones differ too; name and
year of birth and the unit; name and post where nobody knows the birth; name and phone or mail. What only looks alike -
another tone, another unit, a birth that differs by a slip - is asked.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import ColumnElement, exists, select

from lms.db import db
from lms.organisation.models import Appointment, Person, Post, Unit
from lms.organisation.queries import in_any
from lms.organisation.roster.records import Record
from lms.text import fold, tone_neutral

CHUNK = 400


@dataclass(slots=True)
class Known:
    """A person we know, with the posts they hold or held."""

    id: int
    code: str
    name: str
    birth_on: date | None
    birth_year: int | None
    gender: str
    phone: str
    email: str
    neutral: str
    held: list[tuple[int, int, str, bool]] = field(default_factory=list)  # unit, kind, path of the unit, in force


@dataclass(slots=True)
class Seat:
    """What a record asks for, resolved: the units and kinds of its posts, and its own unit."""

    unit_id: int | None
    posts: tuple[tuple[int | None, int], ...]


def known_people(records: Iterable[Record], scopes: Sequence[str] | None, on: date) -> dict[str, list[Known]]:
    """People who could be meant by these records, by their folded name; `scopes` bounds whom one may see."""
    records = list(records)
    folds = sorted({record.fold for record in records})
    codes = sorted({record.code for record in records if record.code})
    found: dict[int, tuple[str, Known]] = {}
    seen = _visible(scopes)
    for values, column in ((folds, Person.fold), (codes, Person.code)):
        for start in range(0, len(values), CHUNK):
            query = select(
                Person.id, Person.code, Person.name, Person.birth_on, Person.birth_year, Person.gender, Person.phone,
                Person.email, Person.fold,
            ).where(column.in_(values[start : start + CHUNK]), Person.merged_into_id.is_(None), *seen)  # fmt: skip
            for row in db.session.execute(query):
                person = Known(
                    row.id, row.code, row.name, row.birth_on, row.birth_year, row.gender, row.phone, row.email,
                    tone_neutral(row.name),
                )  # fmt: skip
                found[row.id] = (row.fold, person)
    ids = sorted(found)
    for start in range(0, len(ids), CHUNK):
        posts = (
            select(Appointment.person_id, Unit.id, Post.kind_id, Unit.path, Appointment.valid_from,
                   Appointment.valid_to, Appointment.withdrawn_at)
            .join(Post, Post.id == Appointment.post_id)
            .join(Unit, Unit.id == Post.unit_id)
            .where(Appointment.person_id.in_(ids[start : start + CHUNK]))
        )  # fmt: skip
        for person_id, unit, kind, path, begins, end, withdrawn in db.session.execute(posts):
            current = withdrawn is None and begins <= on and (end is None or end >= on)
            found[person_id][1].held.append((unit, kind, path, current))
    by_fold: dict[str, list[Known]] = {}
    for folded, person in found.values():
        by_fold.setdefault(folded, []).append(person)
        by_fold.setdefault(person.code, []).append(person)
    return by_fold


def _visible(scopes: Sequence[str] | None) -> list[ColumnElement[bool]]:
    """People with a post inside the scopes, or with none anywhere; everybody for the command line."""
    if scopes is None:
        return []
    held = select(Appointment.id).join(Post, Post.id == Appointment.post_id).where(Appointment.person_id == Person.id)
    inside = held.join(Unit, Unit.id == Post.unit_id).where(in_any(scopes))
    return [exists(inside) | ~exists(held)]


def judge(record: Record, seat: Seat, known: dict[str, list[Known]], base: str) -> tuple[Known | None, list[Known]]:
    """(the person, those to choose from): at most one of the two; neither for somebody new."""
    if record.code:
        named = [person for person in known.get(record.code, ()) if person.code == record.code]
        if named:
            person = named[0]
            same = fold(person.name) == record.fold or _birth(record, person) == "same"
            return (person, []) if same else (None, [person])
    sure: list[Known] = []
    doubtful: list[Known] = []
    for person in known.get(record.fold, ()):
        verdict = _verdict(record, seat, person, base)
        if verdict:
            (sure if verdict == "sure" else doubtful).append(person)
    if len(sure) == 1:
        return sure[0], []
    return None, sure or doubtful


def _verdict(record: Record, seat: Seat, person: Known, base: str) -> str:
    birth, place = _birth(record, person), _place(seat, person, base)
    contact = bool((record.phone and record.phone == person.phone) or (record.email and record.email == person.email))
    near = place in ("post", "unit")
    if person.neutral != record.neutral:
        return "doubtful" if contact or (birth in ("same", "year") and place != "elsewhere") or place == "post" else ""
    if birth == "same":
        other_phone = bool(record.phone and person.phone) and not contact
        return "sure" if contact or near or (place != "elsewhere" and not other_phone) else "doubtful"
    if birth == "year":
        return "sure" if contact or near else "doubtful"
    if birth == "unknown":
        return "sure" if contact or place == "post" else "doubtful" if near or place == "free" else ""
    return "doubtful" if contact or place == "post" else ""


def _birth(record: Record, person: Known) -> str:
    if record.birth_year is None or person.birth_year is None:
        return "unknown"
    if record.birth_on and person.birth_on:
        return "same" if record.birth_on == person.birth_on else "differs"
    return "year" if record.birth_year == person.birth_year else "differs"


def _place(seat: Seat, person: Known, base: str) -> str:
    current = [held for held in person.held if held[3]]
    if any((unit, kind) in seat.posts for unit, kind, _path, _now in current):
        return "post"
    if any(unit == seat.unit_id for unit, _kind, _path, _now in person.held):
        return "unit"
    if any(path.startswith(base) for _unit, _kind, path, _now in current):
        return "office"
    return "elsewhere" if current else "free"
