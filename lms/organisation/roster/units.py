"""Which unit a row means: by its code, by its name beneath the unit that the heading or section names, or a new one."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select

from lms.db import db
from lms.errors import Refused
from lms.organisation.models import Unit
from lms.organisation.queries import below, in_force, root_unit
from lms.organisation.roster.records import Record, Roster
from lms.organisation.roster.synonyms import names_a_unit, unit_key
from lms.text import fold


@dataclass(frozen=True, slots=True)
class Place:
    """A unit as a row means it: `id` is None for one that the import would add beneath `parent`."""

    key: str
    id: int | None
    code: str
    name: str
    tree: str
    path: str
    parent: "Place | None" = None


@dataclass
class Units:
    """The units in reach, by key and code, and those that would be added."""

    top: Place
    by_key: dict[str, list[Place]] = field(default_factory=dict)
    by_code: dict[str, Place] = field(default_factory=dict)
    linked: dict[tuple[int, str], Place] = field(default_factory=dict)
    new: dict[str, Place] = field(default_factory=dict)
    base_of: list[Place] = field(default_factory=list)
    named: list[bool] = field(default_factory=list)
    aliases: Mapping[str, str] = field(default_factory=dict)
    cache: dict[tuple[int, tuple[str, ...], str], Place | str] = field(default_factory=dict)

    @property
    def base(self) -> Place:
        """The unit whose list this is: what all sheets' headings agree on, else the top."""
        bases = set(self.base_of)
        return bases.pop() if len(bases) == 1 else self.top

    def of(self, record: Record) -> Place | str:
        """The unit of a record, or the sentence that says why there is none."""
        key = (record.sheet, record.units, record.unit_code)
        if key not in self.cache:
            try:
                self.cache[key] = self._resolve(record)
            except Refused as refusal:
                self.cache[key] = str(refusal)
        return self.cache[key]

    def post_place(self, place: Place, tree: str) -> Place:
        """Where a post of that tree stands: in the union or youth unit at the unit's level, where there is one."""
        if tree == "party" or place.id is None or place.tree == tree:
            return place
        return self.linked.get((place.id, tree), place)

    def _resolve(self, record: Record) -> Place:
        if record.unit_code:
            found = self.by_code.get(record.unit_code.lower())
            if found is None:
                raise Refused(_("there is no unit with the code %(code)s here", code=record.unit_code))
            return found
        place = base = self.base_of[record.sheet]
        found = None
        for number, text in enumerate(record.units):
            if unit_key(place.name).startswith("chi bo ") and names_a_unit(text):
                place = base  # a branch has no branches: the column corrects the section
            found = self._beneath(text, place) or (None if names_a_unit(text) else self._beneath(text, base))
            if found is None and names_a_unit(text):
                found = self._add(text, place)
            if found is None and number == len(record.units) - 1 and place is base:
                raise Refused(_("there is no unit «%(name)s» beneath %(base)s", name=text, base=base.name))
            place = found or place  # what names no unit stands beside one that does: a department, a heading
        if not record.units and not self.named[record.sheet] and base.path.count("/") == 2:
            raise Refused(_("neither the row nor the heading of the list names a unit"))
        return place

    def _beneath(self, text: str, place: Place) -> Place | None:
        if alias := self.aliases.get(fold(text)):
            return self._add(text, place) if alias == "new" else self.by_code.get(alias.lower())
        key = unit_key(text)
        if place.id is not None and key == unit_key(place.name):
            return place
        code = self.by_code.get(text.lower())
        if code is not None and code.path.startswith(place.path):
            return code
        for wanted in (key, f"chi bo {key}", f"dang bo {key}", f"{unit_key(place.name)}:{key}"):
            found = [unit for unit in self.by_key.get(wanted, ()) if unit.path.startswith(place.path)]
            nearest = [unit for unit in found if unit.path.count("/") == min(u.path.count("/") for u in found)]
            if len(nearest) > 1:
                raise Refused(
                    _("there are %(count)s units called «%(name)s»: write the unit's code", count=len(found), name=text)
                )
            if nearest:
                return nearest[0]
        return self.new.get(f"{place.key}/{key}")

    def _add(self, name: str, parent: Place) -> Place:
        key = f"{parent.key}/{unit_key(name)}"
        if key not in self.new:
            self.new[key] = Place(key, None, "", name, "party", f"{parent.path}{unit_key(name)}/", parent)
        return self.new[key]


def find_units(roster: Roster, unit: Unit | None, aliases: Mapping[str, str], on: date) -> Units:
    """Looks up every unit that a roster may mean, beneath the given one (or the root)."""
    top = unit or root_unit()
    headings = [[unit_key(text) for text in table.headings] for table in roster.tables]
    if top is None:
        first = next((text for table in roster.tables for text in table.headings), "Đảng bộ")
        root = Place("new", None, "", first.capitalize(), "party", "/new/")
        units = Units(root, new={"new": root}, base_of=[root] * len(roster.tables), aliases=aliases)
        units.named = [True] * len(roster.tables)
        return units
    units = Units(_place(top), aliases=aliases)
    texts = {text for record in roster.records for text in record.units} | set(roster.sheet_names)
    wanted = {key for of in headings for key in of} | {unit_key(text) for text in texts}
    codes = (
        {text.lower() for text in texts}
        | {r.unit_code.lower() for r in roster.records}
        | {alias.lower() for alias in aliases.values()}
    )
    prefixes = ("chi bo ", "dang bo ")
    query = select(Unit.id, Unit.code, Unit.name, Unit.fold, Unit.tree, Unit.path, Unit.party_unit_id)
    for row in db.session.execute(query.where(below(top.path), in_force(Unit, on)).order_by(Unit.path)):
        key = unit_key(row.fold)
        short = next((key[len(p) :] for p in prefixes if key.startswith(p)), key)
        is_code = row.code.lower() in codes
        if row.party_unit_id is not None:
            units.linked.setdefault((row.party_unit_id, row.tree), _place(row))
        if not (is_code or key in wanted or short in wanted):
            continue
        place = _place(row)
        units.by_key.setdefault(key, []).append(place)
        if is_code:
            units.by_code[row.code.lower()] = place
    if top.code.lower() in codes:
        units.by_code[top.code.lower()] = units.top
    units.named = [any(key in units.by_key for key in of) for of in headings]
    units.base_of = [
        _base(units, of, name, len(headings)) for of, name in zip(headings, roster.sheet_names, strict=True)
    ]
    return units


def _base(units: Units, headings: Iterable[str], sheet: str, sheets: int) -> Place:
    """The deepest unit that a sheet's heading names, then the one that the sheet itself is called after."""
    named = [place for key in headings for place in units.by_key.get(key, ()) if place.tree == "party"]
    base = max(named, key=lambda place: place.path.count("/"), default=units.top)
    called = [p for p in units.by_key.get(unit_key(sheet), ()) if p.path.startswith(base.path)] or [
        p for p in (units.by_code.get(sheet.lower()),) if p and p.path.startswith(base.path)
    ]
    if len(called) == 1:
        return called[0]
    return units._add(sheet, base) if sheets > 1 and names_a_unit(sheet) else base


def _place(unit: Unit | Any) -> Place:
    return Place(f"{unit.id}", unit.id, unit.code, unit.name, unit.tree, unit.path)
