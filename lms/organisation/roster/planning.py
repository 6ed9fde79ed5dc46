"""From records to a change set: who is meant, what would change field by field, who would leave. Writes nothing."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import groupby
from types import MappingProxyType
from typing import Any

from flask_babel import gettext as _

from lms.organisation.models import PostKind
from lms.organisation.roster import matching, seats
from lms.organisation.roster.matching import Known
from lms.organisation.roster.models import AMBIGUOUS, CHANGED, KINDS, LEAVING, NEW, REFUSED, UNCHANGED
from lms.organisation.roster.records import Record, Roster
from lms.organisation.roster.seats import Fix, Held, Seat, Want
from lms.organisation.roster.units import Place, Units
from lms.text import fold

BATCH = 2000
# One empty value for the many lines that need none.
_NOTHING: Mapping[str, tuple[Any, Any]] = MappingProxyType({})


@dataclass(slots=True)
class Change:
    """One line of the change set. `same_as` is the position of the row that adds the person, where another one does."""

    kind: str
    position: int
    sheet: str
    row: int
    name: str
    record: Record | None = None
    place: Place | None = None
    person: Known | None = None
    same_as: int | None = None
    sets: Mapping[str, tuple[Any, Any]] = field(default_factory=lambda: _NOTHING)
    seats: tuple[tuple[Place, int, Seat], ...] = ()
    fixes: tuple[Fix, ...] = ()
    ends: tuple[tuple[Held, str], ...] = ()
    choose: tuple[Known | int, ...] = ()
    column: str = ""
    reason: str = ""
    notes: tuple[str, ...] = ()


@dataclass
class Plan:
    """A change set before it is kept."""

    changes: list[Change]
    new_units: list[Place]
    handed_over: list[tuple[str, Held, str]]
    base: Place

    @property
    def counts(self) -> dict[str, int]:
        found = Counter(change.kind for change in self.changes)
        return {kind: found[kind] for kind in KINDS}

    @property
    def ending(self) -> int:
        """How many appointments would end: of those who leave, and of those who hand over."""
        return len(self.handed_over) + sum(len(change.ends) for change in self.changes)


@dataclass
class Wishes:
    """What people decided about this change set: rows by `sheet!row`, and whose whole list it is."""

    choices: Mapping[str, str] = field(default_factory=dict)
    whole: bool = False
    whole_kinds: Sequence[str] = ()
    on: date = date.min
    scopes: Sequence[str] | None = None


def make_plan(roster: Roster, units: Units, kinds: Iterable[PostKind], wishes: Wishes) -> Plan:
    """The change set of a roster against what is known now."""
    planner = _Planner(roster, units, {kind.code: kind for kind in kinds}, wishes)
    planner.identify()
    planner.seat()
    return planner.finish()


class _Planner:
    """One change set in the making."""

    def __init__(self, roster: Roster, units: Units, kinds: dict[str, PostKind], wishes: Wishes) -> None:
        self.roster, self.units, self.kinds, self.wishes = roster, units, kinds, wishes
        self.kind_names = {kind.id: kind.name for kind in kinds.values()}
        names = roster.sheet_names
        self.changes = [Change(UNCHANGED, n, names[r.sheet], r.row, r.name, r) for n, r in enumerate(roster.records)]
        wanted = {choice[4:] for choice in wishes.choices.values() if choice.startswith("row:")}
        self.at = {key: c.position for c in self.changes if wanted and (key := f"{c.sheet}!{c.row}") in wanted}
        self.added: dict[str, list[int]] = {}  # folded name -> positions that add a person of that name
        self.handed_over: list[tuple[str, Held, str]] = []

    # Who is meant

    def identify(self) -> None:
        """Name by name, so that the namesakes of many rows are read once; rows of one name keep their order."""
        for change in self.changes:  # in the file's order: a new unit is called as its first row calls it
            if change.record:
                self.units.of(change.record)
        order = sorted(self.changes, key=lambda change: (change.record.fold if change.record else "", change.position))
        by_name = (list(rows) for _name, rows in groupby(order, key=lambda c: c.record.fold if c.record else ""))
        part: list[Change] = []
        for rows in (*by_name, []):
            part += rows
            if part and (len(part) >= BATCH or not rows):
                known = matching.known_people((c.record for c in part if c.record), self.wishes.scopes, self.wishes.on)
                for change in part:
                    self._identify(change, known)
                asked = {id(choice) for change in part for choice in change.choose}
                for change in part:  # their posts are asked for no more: a long list needs the room
                    if change.person is not None and id(change.person) not in asked:
                        change.person.held.clear()
                part = []

    def _identify(self, change: Change, known: dict[str, list[Known]]) -> None:
        record = change.record
        assert record is not None
        place = self.units.of(record)
        if isinstance(place, str):
            change.kind, change.column, change.reason = REFUSED, self._label(record, "unit", "unit_code"), place
            return
        change.place = place
        if not record.posts:
            change.kind = AMBIGUOUS
            change.column = self._label(record, "post")
            change.reason = _("what kind of post is «%(text)s»?", text=", ".join(record.unsure))
            return
        posts = tuple((self._post_place(record, place, code).id, self.kinds[code].id) for code in self._codes(record))
        choice = self.wishes.choices.get(f"{change.sheet}!{change.row}", "")
        person, doubtful = matching.judge(record, matching.Seat(place.id, posts), known, self.units.base.path)
        if choice.startswith("person:") and (chosen := self._chosen(record, known, choice)):
            change.person = chosen
        elif choice == "skip":
            change.kind, change.reason = REFUSED, _("left out on purpose")
            change.column = self._label(record, "name", "family")
        elif choice == "new":
            self._add(change)
        elif choice.startswith("row:") and (other := self.at.get(choice[4:])) is not None and other < change.position:
            change.same_as, change.person = self._owner(other), self.changes[other].person
        elif person is not None:
            change.person = person
        elif doubtful:
            change.kind, change.choose = AMBIGUOUS, tuple(doubtful)
        else:
            self._as_in_file(change, record)

    def _codes(self, record: Record) -> list[str]:
        return [code for code, _capacity in record.posts if code in self.kinds]

    def _post_place(self, record: Record, place: Place, code: str) -> Place:
        """The unit of a post: exactly the one whose code the row gives, else that of the post's own tree."""
        return place if record.unit_code else self.units.post_place(place, self.kinds[code].tree)

    def _label(self, record: Record, *meanings: str) -> str:
        columns = self.roster.tables[record.sheet].columns
        return next((c.short for m in meanings for c in columns if c.meaning == m), "")

    def _chosen(self, record: Record, known: dict[str, list[Known]], choice: str) -> Known | None:
        people = (*known.get(record.fold, ()), *known.get(record.code, ()))
        return next((person for person in people if f"person:{person.id}" == choice), None)

    def _owner(self, position: int) -> int:
        other = self.changes[position].same_as
        return position if other is None else other

    def _add(self, change: Change) -> None:
        change.kind = NEW
        self.added.setdefault(fold(change.name), []).append(change.position)

    def _as_in_file(self, change: Change, record: Record) -> None:
        """Somebody new, unless an earlier row added them; where rows only look alike, a question."""
        verdicts = {p: _alike(record, change, self.changes[p]) for p in self.added.get(record.fold, ())}
        same = [position for position, verdict in verdicts.items() if verdict == "same"]
        doubtful = [position for position, verdict in verdicts.items() if verdict == "doubtful"]
        if len(same) == 1:
            change.same_as = same[0]
        elif same or doubtful:
            change.kind, change.choose = AMBIGUOUS, tuple(same or doubtful)
        else:
            self._add(change)

    # Which post

    def seat(self) -> None:
        wants: dict[tuple[str, str], tuple[Place, list[Want]]] = {}
        for change in self.changes:
            if change.kind in (REFUSED, AMBIGUOUS) or change.record is None or change.place is None:
                continue
            who = change.person.id if change.person else -1 - (self._owner(change.position))
            for code, capacity in change.record.posts:
                if code in self.kinds:
                    place = self._post_place(change.record, change.place, code)
                    of = wants.setdefault((place.key, code), (place, []))[1]
                    of.append(Want(change.position, who, capacity, change.record.since))
        whole = self.units.base.path if self.wishes.whole and self.units.base.id is not None else ""
        asked = list(wants.items())
        size = max(len(asked), 1) if whole else BATCH  # who would leave is found among all posts
        for start in range(0, max(len(asked), 1), size):
            self._seat(asked[start : start + size], whole)

    def _seat(self, asked: list[tuple[tuple[str, str], tuple[Place, list[Want]]]], whole: str) -> None:
        ids = (place.id for _key, (place, _wants) in asked if place.id is not None)
        self.posts = seats.posts_in(ids, whole, self.wishes.on)
        for (_key, code), (place, of) in asked:
            kind = self.kinds[code]
            posts = self.posts.get((place.id, kind.id), []) if place.id is not None else []
            single = code not in seats.SEVERAL
            listed_whole = self.wishes.whole and code in self.wishes.whole_kinds
            for want, decision in zip(of, seats.seat(of, posts, single=single, whole=listed_whole), strict=True):
                self._decide(self.changes[want.position], place, kind, decision, of)

    def _decide(self, change: Change, place: Place, kind: PostKind, decision: seats.Decision, of: list[Want]) -> None:
        if isinstance(decision, Fix):
            change.fixes += (decision,)
        elif isinstance(decision, Seat):
            change.seats += ((place, kind.id, decision),)
        elif decision == "taken":
            others = ", ".join(f"{self.changes[w.position].row}" for w in of if w.position < change.position)
            change.kind, change.column = (
                REFUSED,
                self._label(change.record, "post", "post_mark") if change.record else "",
            )
            change.reason = _("%(unit)s has one %(post)s, and the list names another one in row %(rows)s",
                              unit=place.name, post=kind.name, rows=others)  # fmt: skip

    # What changes

    def finish(self) -> Plan:
        set_already: set[tuple[int, str]] = set()
        for change in self.changes:
            if change.kind == REFUSED:
                change.seats, change.fixes = (), ()
            elif change.person is not None and change.record is not None:
                sets = _differences(change.record, change.person)
                change.sets = {f: v for f, v in sets.items() if (change.person.id, f) not in set_already} or _NOTHING
                set_already |= {(change.person.id, f) for f in change.sets}
            if change.kind == UNCHANGED and (change.sets or change.seats or change.fixes):
                change.kind = CHANGED
            if change.same_as is not None:
                owner = self.changes[change.same_as]
                change.notes += (str(_("the same person as in row %(row)s", row=owner.row)),)
            for place, kind_id, seat in change.seats:
                self.handed_over += [(f"{self.kind_names[kind_id]}, {place.name}", h, change.name) for h in seat.ends]
        refused = [
            Change(REFUSED, 0, r.sheet, r.row, r.name, column=r.column, reason=r.reason) for r in self.roster.refused
        ]
        plan = Plan([*self.changes, *refused], list(self.units.new.values()), self.handed_over, self.units.base)
        plan.changes += self._leaving() if self.wishes.whole else []
        order = {name: number for number, name in enumerate(self.roster.sheet_names)}
        plan.changes.sort(key=lambda c: (c.kind == LEAVING, order.get(c.sheet, 0), c.row))
        places = {change.position: n for n, change in enumerate(plan.changes) if change.record is not None}
        for number, change in enumerate(plan.changes):
            change.same_as = None if change.same_as is None else places[change.same_as]
            change.choose = tuple(places[c] if isinstance(c, int) else c for c in change.choose)
            change.position = number
        self._drop_unused_units(plan)
        return plan

    def _leaving(self) -> list[Change]:
        """Who holds a post of the listed kinds within the unit and is not in its whole list.

        Somebody whose row was refused or is a question is in the list, whatever becomes of the row.
        """
        kept = {fix.held.id for change in self.changes for fix in change.fixes}
        replaced = {held.id for _what, held, _name in self.handed_over}
        present = {c.person.id for c in self.changes if c.person is not None}
        holding = {
            (c.person.id, self._post_place(c.record, c.place, code).id, self.kinds[code].id)
            for c in self.changes
            if c.person and c.place and c.record
            for code in self._codes(c.record)
        }
        unclear = {fold(c.name) for c in self.changes if c.kind in (AMBIGUOUS, REFUSED)}
        unclear |= {fold(refusal.name) for refusal in self.roster.refused}
        kinds = {self.kinds[code].id for code in self.wishes.whole_kinds if code in self.kinds}
        leaving: dict[int, Change] = {}
        for (unit_id, kind_id), posts in self.posts.items():
            for post, held in [(p, h) for p in posts for h in p.held if kind_id in kinds and h.id]:
                if held.id in kept | replaced or (held.person_id, unit_id, kind_id) in holding:
                    continue
                if fold(held.person) in unclear and held.person_id not in present:
                    continue
                person = Known(held.person_id, "", held.person, None, None, "", "", "", "")
                change = leaving.setdefault(held.person_id, Change(LEAVING, 0, "", 0, held.person, person=person))
                change.ends += ((held, f"{self.kind_names[kind_id]}, {post.unit}"),)
                if held.person_id in present and not change.notes:
                    change.notes += (str(_("is in the list with another post")),)
        return list(leaving.values())

    def _drop_unused_units(self, plan: Plan) -> None:
        used: set[str] = set()
        for change in plan.changes:
            for place, _kind, _seat in change.seats:
                at: Place | None = place
                while at is not None and at.id is None:
                    used.add(at.key)
                    at = at.parent
        plan.new_units = [place for place in plan.new_units if place.key in used]


def _alike(record: Record, change: Change, other: Change) -> str:
    """same, doubtful or nothing: whether a row is the person that an earlier row adds."""
    before = other.record
    assert before is not None
    if record.code and record.code == before.code:
        return "same"
    same_name = record.neutral == before.neutral
    same_unit = change.place == other.place
    same_phone = bool(record.phone) and record.phone == before.phone
    other_phone = bool(record.phone and before.phone) and not same_phone
    if record.birth_on and before.birth_on:
        if record.birth_on != before.birth_on:
            return ""
        return "same" if same_name and not other_phone else "doubtful"
    if record.birth_year and before.birth_year and record.birth_year != before.birth_year:
        return ""
    if not same_name:
        return "doubtful" if same_phone or (same_unit and record.birth_year and before.birth_year) else ""
    return "same" if same_phone or (same_unit and not other_phone) else "doubtful"


def _differences(record: Record, person: Known) -> dict[str, tuple[Any, Any]]:
    """Field by field, what the list knows that the record does not, or knows otherwise; an empty cell says nothing."""
    found: dict[str, tuple[Any, Any]] = {}
    if record.neutral != person.neutral:
        found["name"] = (person.name, record.name)
    if record.birth_on and record.birth_on != person.birth_on:
        found["birth_on"] = (person.birth_on, record.birth_on)
    if record.birth_year and record.birth_year != person.birth_year:
        found["birth_year"] = (person.birth_year, record.birth_year)
        if not record.birth_on and person.birth_on:
            found["birth_on"] = (person.birth_on, None)
    for name in ("gender", "phone", "email"):
        value, before = getattr(record, name), getattr(person, name)
        if value and value != before:
            found[name] = (before, value)
    return found
