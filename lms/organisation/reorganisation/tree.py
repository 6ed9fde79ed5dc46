"""The part of the tree that a decision touches, from its day on: read at once, changed in memory, written at once."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime, timedelta

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, and_, insert, or_, select, update
from sqlalchemy.orm import Session

from lms.errors import Refused
from lms.organisation.models import Unit, UnitState
from lms.organisation.queries import held_true, in_any
from lms.organisation.reorganisation.timeline import FIRST, LAST, Loose, Stay, cut, joined, with_paths
from lms.text import fold, short_date


class Branch:
    """Units by id, with their stays before the day (`before`) and from it on (`after`)."""

    def __init__(self, session: Session, day: date) -> None:
        self.session, self.day = session, day
        self.before: dict[int, list[Stay]] = {}
        self.after: dict[int, list[Stay]] = {}
        self.units: dict[int, Unit] = {}
        self._rows: dict[int, list[UnitState]] = {}
        # Units of which everything beneath is read as well.
        self._whole: set[int] = set()

    def unit(self, code: str) -> Unit:
        """The unit with that code. Raises Refused when there is none."""
        unit = self.session.scalar(select(Unit).where(Unit.code == code))
        if unit is None:
            raise Refused(_("There is no unit with the code %(code)s.", code=code))
        return unit

    def take(self, unit: Unit) -> Stay:
        """Reads a unit and all beneath it; returns its stay from the day on. Raises Refused where there is not one."""
        if unit.id not in self._whole:
            self._read([unit.id])
            self._read_beneath(unit.id)
        return self._stay(unit)

    def there(self, unit: Unit) -> None:
        """Raises Refused when the unit is not there on the day."""
        self._read([unit.id])
        self._stay(unit)

    def _stay(self, unit: Unit) -> Stay:
        stays = joined([replace(stay, path="") for stay in self.after.get(unit.id, ())])
        if not stays or stays[0].first > self.day:
            raise Refused(_("%(name)s is not there on %(day)s.", name=unit.name, day=short_date(self.day)))
        if len(stays) > 1:
            sentence = _("%(name)s was changed by a later decision from %(day)s on: undo that first.",
                         name=unit.name, day=short_date(stays[1].first))  # fmt: skip
            raise Refused(sentence)
        return stays[0]

    def beneath(self, unit_id: int) -> list[int]:
        """The units that report straight to this one from the day on, as far as they are read."""
        return [other for other, stays in self.after.items() if any(stay.above == unit_id for stay in stays)]

    def subtree(self, unit_id: int) -> list[int]:
        """The unit and everything beneath it on the day, by the paths as they were read."""
        paths = [stay.path for stay in self.after.get(unit_id, ())[:1]]
        inside = [u for u, stays in self.after.items() if stays and paths and stays[0].path.startswith(paths[0])]
        return inside if paths and paths[0] else [unit_id]

    def strangers(self, unit_id: int) -> list[int]:
        """Units of mass organisations whose own parent this is, though they report to a Party unit."""
        query = select(UnitState.unit_id).where(
            UnitState.parent_id == unit_id, UnitState.party_unit_id.is_not(None), self._from_the_day()
        )
        ids = sorted(set(self.session.scalars(query)) - self.after.keys())
        self._read(ids)
        return [u for u, stays in self.after.items() if any(s.parent_id == unit_id and s.party_unit_id for s in stays)]

    def write(self, at: datetime, decision_id: int, today: date) -> int:
        """Withdraws the states that are not so any more and adds those that are; returns how many were added."""
        withdrawn: list[int] = []
        added: list[dict[str, object]] = []
        for unit_id, stays in self._placed().items():
            wanted = set(joined([*self.before[unit_id], *stays]))
            for row in self._rows[unit_id]:
                if _stay(row) in wanted:
                    wanted.remove(_stay(row))
                else:
                    withdrawn.append(row.id)
            added += [_values(unit_id, stay) | {"recorded_at": at, "decision_id": decision_id} for stay in wanted]
        for start in range(0, len(withdrawn), 2000):
            part = withdrawn[start : start + 2000]
            self.session.execute(update(UnitState).where(UnitState.id.in_(part)).values(withdrawn_at=at))
        for start in range(0, len(added), 2000):
            self.session.execute(insert(UnitState), added[start : start + 2000])
        self.session.flush()
        self.session.expire_all()
        present(self.session, self.after, today)
        return len(added)

    def _placed(self) -> dict[int, list[Stay]]:
        above = {stay.above for stays in self.after.values() for stay in stays if stay.above is not None}
        outside: dict[int, list[Stay]] = {}
        query = select(UnitState).where(UnitState.unit_id.in_(above - self.after.keys()), self._from_the_day())
        for row in self.session.scalars(query):
            outside.setdefault(row.unit_id, []).append(_stay(row))
        try:
            return with_paths(self.after, outside)
        except Loose as loose:
            names = {
                u.id: u.name for u in self.session.scalars(select(Unit).where(Unit.id.in_([loose.unit, loose.above])))
            }
            sentence = _("%(unit)s would stand beneath %(above)s, which is not there on %(day)s.",
                         unit=names[loose.unit], above=names[loose.above], day=short_date(loose.day))  # fmt: skip
            raise Refused(sentence) from loose

    def _from_the_day(self) -> ColumnElement[bool]:
        return and_(held_true(UnitState), or_(UnitState.valid_to.is_(None), UnitState.valid_to >= self.day))

    def _read(self, ids: Iterable[int]) -> None:
        ids = [i for i in ids if i not in self.after]
        for start in range(0, len(ids), 2000):
            part = ids[start : start + 2000]
            states = select(UnitState).where(UnitState.unit_id.in_(part), held_true(UnitState))
            for row in self.session.scalars(states):
                self._rows.setdefault(row.unit_id, []).append(row)
            self.units |= {u.id: u for u in self.session.scalars(select(Unit).where(Unit.id.in_(part)))}
        for unit_id in ids:
            self._rows.setdefault(unit_id, [])
            self.before[unit_id], self.after[unit_id] = cut([_stay(row) for row in self._rows[unit_id]], self.day)

    def _read_beneath(self, unit_id: int) -> None:
        paths = {stay.path for stay in self.after[unit_id]}
        query = select(UnitState.unit_id).where(in_any(paths, UnitState.path), self._from_the_day())
        found = set(self.session.scalars(query))
        self._read(sorted(found))
        self._whole |= found | {unit_id}


def present(session: Session, ids: Iterable[int], today: date) -> int:
    """Makes units say what their states say of today; one that ended keeps its last name and place."""
    query = select(UnitState, Unit).join(Unit, Unit.id == UnitState.unit_id).where(held_true(UnitState))
    changed = 0
    listed = sorted(ids)
    for start in range(0, len(listed), 2000):
        states: dict[int, list[UnitState]] = {}
        units: dict[int, Unit] = {}
        for state, unit in session.execute(query.where(Unit.id.in_(listed[start : start + 2000]))):
            states.setdefault(unit.id, []).append(state)
            units[unit.id] = unit
        for unit in session.scalars(select(Unit).where(Unit.id.in_(set(listed[start : start + 2000]) - units.keys()))):
            # Nothing is held true of it any more: it was never there.
            unit.valid_to = (unit.valid_from or today) - timedelta(days=1)
        for unit_id, unit in units.items():
            changed += _show(unit, sorted(states[unit_id], key=lambda s: s.valid_from or FIRST), today)
    session.flush()
    return changed


def _show(unit: Unit, states: list[UnitState], today: date) -> bool:
    begun = [state for state in states if (state.valid_from or FIRST) <= today]
    state = begun[-1] if begun else states[0]
    before = (unit.name, unit.path, unit.parent_id, unit.party_unit_id, unit.valid_from, unit.valid_to)
    unit.name, unit.fold, unit.path = state.name, fold(state.name), state.path
    unit.parent_id, unit.party_unit_id = state.parent_id, state.party_unit_id
    unit.valid_from, unit.valid_to = states[0].valid_from, states[-1].valid_to
    return before != (unit.name, unit.path, unit.parent_id, unit.party_unit_id, unit.valid_from, unit.valid_to)


def _stay(row: UnitState) -> Stay:
    return Stay(row.name, row.parent_id, row.party_unit_id, row.valid_from or FIRST, row.valid_to or LAST, row.path)


def _values(unit_id: int, stay: Stay) -> dict[str, object]:
    return {
        "unit_id": unit_id, "name": stay.name, "parent_id": stay.parent_id, "party_unit_id": stay.party_unit_id,
        "path": stay.path, "valid_from": None if stay.first == FIRST else stay.first,
        "valid_to": None if stay.last == LAST else stay.last,
    }  # fmt: skip
