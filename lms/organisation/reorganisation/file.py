"""Reading a reorganisation from a table: `old_code, event_date, event, new_parent_or_successor, confidence, note`.

A second table names the units that begin: `code, name, parent_code, kind`. What the table leaves open is decided here
in one way, and said in the notes of the plan.
"""

import calendar
import csv
import io
import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from flask_babel import gettext as _

from lms.errors import Refused
from lms.organisation.models import Unit
from lms.organisation.queries import children, unit_by_code
from lms.organisation.reorganisation.changes import Begin, Change, Dissolve, Merge, Move, Plan
from lms.text import clean, fold, short_date

# What belongs to a committee itself and ends with it.
ORGANS = ("co_quan_tham_muu", "doan_khoi")


@dataclass(frozen=True)
class _Row:
    line: int
    code: str
    day: date
    event: str
    target: str


def read_plans(table: bytes, new_units: bytes | None, number: str, issued_on: date | None) -> list[Plan]:
    """The decisions of a table, one for each day, the earliest first. Raises Refused with the line that is wrong."""
    notes: list[str] = []
    rows = _rows(table, notes)
    new = {row["code"]: row for row in _table(new_units, ("code", "name", "parent_code", "kind"))} if new_units else {}
    reader = _Reader(rows, new, notes)
    days = sorted({row.day for row in rows})
    plans = [Plan(number, issued_on or day, day, reader.changes(day)) for day in days]
    return [
        *plans[:-1],
        Plan(number, issued_on or days[-1], days[-1], plans[-1].changes, notes=tuple(dict.fromkeys(notes))),
    ]


class _Reader:
    """Works through the days, with the places of units as the rows so far have left them."""

    def __init__(self, rows: list[_Row], new: dict[str, dict[str, str]], notes: list[str]) -> None:
        self.rows, self.new, self.notes = rows, new, notes
        self.begun: set[str] = set()
        self.ended: set[str] = set()
        self.parents: dict[str, str] = {}

    def changes(self, day: date) -> list[Change]:
        """Moves and merges of a day, then what becomes of the rest beneath units that end, then their end."""
        today = [row for row in self.rows if row.day == day]
        begin: list[Change] = []
        moved: list[Change] = []
        ends: list[Change] = []
        for row in today:
            targets = self._targets(row)
            begin += [change for code in targets for change in self._begin(code)]
            if row.event == "reparent":
                moved.append(Move(row.code, self._one(row, targets)))
                self.parents[row.code] = targets[0]
            elif "merge" in row.event:
                moved.append(Merge(row.code, self._one(row, targets)))
                self.ended.add(row.code)
            elif row.event == "dissolve":
                ends.append(Dissolve(row.code, tuple(targets), whole=not targets))
                self.ended.add(row.code)
            else:
                raise Refused(_("Line %(line)s: %(text)s is no kind of change.", line=row.line, text=row.event))
        left = [change for row in today if row.event == "dissolve" and row.target for change in self._left(row, day)]
        return [*begin, *moved, *left, *ends]

    def _left(self, row: _Row, day: date) -> Iterable[Change]:
        """What stands beneath a unit that ends and is not named for that day."""
        unit = unit_by_code(row.code)
        for below in children(unit, day) if unit else ():
            if below.code in self.parents or below.code in self.ended or below.tree != "party":
                continue
            if below.kind in ORGANS:
                self.ended.add(below.code)
                yield Dissolve(below.code, whole=True)
            else:
                yield self._kept(below, day)

    def _kept(self, unit: Unit, day: date) -> Move:
        """A unit without a place of its own: where its later successor stands, else by itself."""
        later = [row for row in self.rows if row.code == unit.code and row.day > day]
        parent = next((self._parent(code) for row in later for code in self._targets(row)), "")
        words = {"unit": unit.name, "day": short_date(day)}
        if parent:
            doubt = _("To be checked: from %(day)s placed where its successor stands.", **words)
            self.notes.append(_("%(unit)s: from %(day)s placed where its successor stands.", **words))
        else:
            doubt = _("To be checked: not known to which unit it belongs from %(day)s.", **words)
            self.notes.append(
                _("%(unit)s: not known to which unit it belongs from %(day)s; stands by itself.", **words)
            )
        self.parents[unit.code] = parent
        return Move(unit.code, parent, doubt=doubt)

    def _parent(self, code: str) -> str:
        return self.parents.get(code) or self.new.get(code, {}).get("parent_code", "")

    def _begin(self, code: str) -> Iterable[Change]:
        row = self.new.get(code)
        there = unit_by_code(code)
        # A unit whose decision was undone has an end before its beginning: it begins again.
        never = there and there.valid_from and there.valid_to and there.valid_to < there.valid_from
        if row is None or code in self.begun or (there and not never):
            return
        self.begun.add(code)
        if row["parent_code"]:
            yield from self._begin(row["parent_code"])
        yield Begin(code, row["name"], row["kind"], row["parent_code"])

    def _targets(self, row: _Row) -> list[str]:
        """The units that a cell names: by codes, by a code in brackets, or by their name."""
        return [self._target(row, part) for part in row.target.split("|") if part.strip()]

    def _target(self, row: _Row, text: str) -> str:
        head = text.split(" thuộc ")[0]
        codes = [str(code) for code in re.findall(r"[A-Z][A-Z_0-9-]+", head)]
        known = [code for code in codes if code in self.new or unit_by_code(code)]
        if known and head.startswith("giải thể"):
            self.notes.append(_("Line %(line)s: «%(text)s» is read as merged into %(code)s.",
                                line=row.line, text=text, code=known[0]))  # fmt: skip
        if known:
            return known[0]
        named = [code for code, unit in self.new.items() if fold(head) in fold(unit["name"])]
        if len(named) != 1:
            raise Refused(_("Line %(line)s: it is not clear which unit «%(text)s» is.", line=row.line, text=text))
        return named[0]

    def _one(self, row: _Row, targets: list[str]) -> str:
        if len(targets) != 1:
            raise Refused(_("Line %(line)s: it is not clear which unit «%(text)s» is.", line=row.line, text=row.target))
        return targets[0]


def _rows(table: bytes, notes: list[str]) -> list[_Row]:
    lines = _table(table, ("old_code", "event_date", "event", "new_parent_or_successor"))
    whole = [date.fromisoformat(row["event_date"]) for row in lines if len(row["event_date"]) == 10]
    found, guessed = [], defaultdict[tuple[str, date], list[str]](list)
    for number, row in enumerate(lines, start=2):
        written = row["event_date"]
        day = date.fromisoformat(written) if len(written) == 10 else _day(written, whole, number)
        if len(written) != 10:
            guessed[written, day].append(row["old_code"])
        found.append(_Row(number, row["old_code"], day, row["event"], row["new_parent_or_successor"]))
    for (written, day), codes in guessed.items():
        notes.append(_("%(codes)s: «%(written)s» has no day; %(day)s is assumed.", codes=", ".join(codes),
                       written=written, day=short_date(day)))  # fmt: skip
    return found


def _day(written: str, whole: list[date], line: int) -> date:
    """A year or a month: a day of the same table within it, else its last day."""
    if not re.fullmatch(r"\d{4}(-\d\d)?", written):
        raise Refused(_("Line %(line)s: «%(text)s» is no day.", line=line, text=written))
    inside = [day for day in whole if day.isoformat().startswith(written)]
    year, month = int(written[:4]), int(written[5:] or 12)
    return min(inside) if inside else date(year, month, calendar.monthrange(year, month)[1])


def _table(data: bytes, columns: tuple[str, ...]) -> list[dict[str, str]]:
    try:
        reader = csv.DictReader(io.StringIO(data.decode("utf-8-sig")))
    except UnicodeDecodeError as error:
        raise Refused(_("The table cannot be read: save it as CSV UTF-8.")) from error
    if missing := [column for column in columns if column not in (reader.fieldnames or ())]:
        raise Refused(_("The table has no column %(name)s.", name=missing[0]))
    return [{key: clean(value or "") for key, value in row.items() if key} for row in reader]
