"""The units and people that a change set adds or changes, written in bulk."""

from collections.abc import Sequence
from datetime import date, datetime
from itertools import count
from operator import itemgetter
from typing import Any

from sqlalchemy import String, case, cast, func, literal, select, update
from sqlalchemy.orm import Session

from lms.organisation.history import begin_units
from lms.organisation.models import Person, Unit
from lms.organisation.roster.bulk import add, add_and_number, among
from lms.organisation.services import person_code
from lms.organisation.words import PersonWord, index_people, rows
from lms.text import fold, name_key

FIELDS = ("name", "birth_on", "birth_year", "gender", "phone", "email")


def add_units(session: Session, wanted: list[dict[str, Any]], last_seen: int, at: datetime) -> dict[str, int] | None:
    """Adds units, parents before children; their ids by key. None where one of that name was added by others since."""
    if not wanted:
        return {}
    newer = set(session.scalars(select(Unit.fold).where(Unit.id > last_seen)))
    if newer & {fold(unit["name"]) for unit in wanted}:
        return None
    parents = {unit["parent"] for unit in wanted if unit["parent"]}
    paths = {row.id: row.path for row in among(session, select(Unit.id, Unit.path), Unit.id, parents)}
    ids: dict[str, int] = {}
    while wanted:  # one level after another: whose parent is new waits for it
        level: list[dict[str, Any]] = []
        later: list[dict[str, Any]] = []
        for unit in wanted:
            (level if unit["parent"] or not unit["parent_key"] or unit["parent_key"] in ids else later).append(unit)
        for unit, unit_id in zip(level, _insert_units(session, level, ids), strict=True):
            ids[unit["key"]] = unit_id
            parent = unit["parent"] or ids.get(unit["parent_key"])
            paths[unit_id] = f"{paths[parent] if parent else '/'}{unit_id}/"
        wanted = later
    session.execute(update(Unit), [{"id": unit_id, "path": paths[unit_id]} for unit_id in ids.values()])
    begin_units(session, at)
    return ids


def _insert_units(session: Session, units: list[dict[str, Any]], ids: dict[str, int]) -> list[int]:
    taken = set(session.scalars(select(Unit.code).where(Unit.code.like("DV%"))))
    number = (session.scalar(select(func.max(Unit.id))) or 0) + 1
    codes = (code for n in count(number) if (code := f"DV{n:05d}") not in taken)
    values = [
        {"code": code, "name": unit["name"], "fold": fold(unit["name"]), "tree": "party", "doubt": "",
         "kind": "chi_bo" if fold(unit["name"]).startswith("chi bo") else "dang_bo_co_so", "path": f"new:{code}",
         "parent_id": unit["parent"] or ids.get(unit["parent_key"])}
        for unit, code in zip(units, codes, strict=False)
    ]  # fmt: skip
    return add_and_number(session, Unit, values)


def add_people(session: Session, import_id: int, changes: Sequence[Any], at: datetime) -> dict[int, int]:
    """Adds the people of these lines, with the words that find them; their ids by the position of the line."""
    values = []
    for change in changes:
        person = change.data["person"]
        birth = person["birth_on"]
        values.append(
            {"code": f"new:{import_id}:{change.position}", "name": change.name, "fold": change.data["fold"],
             "sort_key": name_key(change.name), "birth_on": date.fromisoformat(birth) if birth else None,
             "birth_year": person["birth_year"], "gender": person["gender"], "phone": person["phone"],
             "email": person["email"], "recorded_at": at}
        )  # fmt: skip
    ids = add_and_number(session, Person, values)
    words = [
        word
        for person_id, person in zip(ids, values, strict=True)
        for word in rows(person_id, person["name"], person["sort_key"], person["phone"], [person_code(person_id)])
    ]
    words.sort(key=itemgetter("word", "sort_key"))  # as the table is ordered: neighbours are written together
    add(session, PersonWord, words)
    return {change.position: person_id for change, person_id in zip(changes, ids, strict=True)}


def number_people(session: Session, import_id: int) -> None:
    """Gives those who were added their codes, as `person_code` makes them, in one statement."""
    digits = cast(Person.id, String)
    padded = func.substr(literal("000000").concat(digits), func.length(digits) + 1)
    code = literal("CB").concat(case((Person.id < 1_000_000, padded), else_=digits))
    mine = Person.code.like(f"new:{import_id}:%")
    session.execute(update(Person).where(mine).values(code=code), execution_options={"synchronize_session": False})


def change_people(session: Session, changes: Sequence[Any]) -> str | None:
    """Writes the fields that change. The name of the first person who is not as they were seen; then nothing counts."""
    columns = (Person.id, *(getattr(Person, name) for name in FIELDS))
    ids = [change.person_id for change in changes]
    known = {row.id: dict(row._mapping) for row in among(session, select(*columns), Person.id, ids)}
    for change in changes:
        person = known.get(change.person_id)
        sets = {name: (typed(name, old), typed(name, new)) for name, (old, new) in change.data["sets"].items()}
        if person is None or any(person[name] != old for name, (old, _new) in sets.items()):
            return str(change.name)
        person |= {name: new for name, (_old, new) in sets.items()}
    write_people(session, known)
    return None


def write_people(session: Session, people: dict[int, dict[str, Any]]) -> None:
    """Writes the fields of people, and what follows from the name."""
    values = [p | {"fold": fold(p["name"]), "sort_key": name_key(p["name"])} for p in people.values()]
    if values:
        session.execute(update(Person), values)
        index_people(session, list(people))


def typed(name: str, value: Any) -> Any:
    """A kept value as the database wants it."""
    return date.fromisoformat(value) if name == "birth_on" and value else value
