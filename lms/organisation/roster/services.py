"""Bringing a roster into the organisation: people, posts and who holds them, in one transaction, twice is once."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms import audit
from lms.db import transaction
from lms.errors import Refused
from lms.events import AppointmentsChanged, publish
from lms.jobs import enqueue
from lms.organisation.history import begin_unit
from lms.organisation.models import Appointment, Person, Post, PostKind, Unit
from lms.organisation.queries import below, in_force, root_unit
from lms.organisation.roster.reading import Record, Roster
from lms.organisation.roster.synonyms import unit_key
from lms.organisation.services import person_code
from lms.text import fold, name_key, tone_neutral


@dataclass
class Outcome:
    """What an import did, or would do: people and appointments; `refused` rows are named in `problems`."""

    dry_run: bool
    rows: int = 0
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    refused: int = 0
    new_units: list[str] = field(default_factory=list)
    handed_over: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


class _NotWritten(Exception):
    """Ends a dry run: the transaction rolls back."""


def import_roster(roster: Roster, unit_id: int | None, *, today: date, at: datetime, dry_run: bool) -> Outcome:
    """Adds the people of a roster and gives them their posts from today on; who held such a post hands it over.

    Units are looked for beneath the unit that the heading names, itself sought beneath `unit_id` (None: the root); a
    branch that is not there is added. Importing the same roster again changes nothing. A dry run does all of it and
    writes nothing.
    """
    outcome = Outcome(dry_run, rows=roster.rows, refused=len(roster.problems), problems=list(roster.problems))
    try:
        with transaction() as session:
            _Import(session, outcome, today, at).run(roster, unit_id)
            audit.record("lms.import_roster", "roster", rows=outcome.rows, new=outcome.new, changed=outcome.changed)
            if dry_run:
                raise _NotWritten
    except _NotWritten:
        pass
    return outcome


def ask_for_import(file_key: str, unit_code: str, account_id: int) -> int:
    """Puts the import of an uploaded file in the queue; returns the job's id."""
    with transaction():
        return enqueue("lms.import_roster", {"file_key": file_key, "unit_code": unit_code}, account_id)


class _Import:
    """One import: the maps that it looks things up in, and what it does with each record."""

    def __init__(self, session: Session, outcome: Outcome, today: date, at: datetime) -> None:
        self.session, self.outcome, self.today, self.at = session, outcome, today, at
        self.kinds = {kind.code: kind for kind in session.scalars(select(PostKind))}
        self.touched: set[int] = set()

    def run(self, roster: Roster, unit_id: int | None) -> None:
        self.base = self._base(roster, unit_id)
        self.units: dict[str, list[Unit]] = {}
        for unit in self.session.scalars(select(Unit).where(below(self.base.path), in_force(Unit, self.today))):
            self._remember(unit)
        self.people = self._known(record.name for record in roster.records)
        for record in roster.records:
            try:
                self._record(record)
            except Refused as refusal:
                self.outcome.refused += 1
                self.outcome.problems.append(f"{record.place}: {refusal}")
        if self.touched:
            publish(AppointmentsChanged(sorted(self.touched)))

    def _base(self, roster: Roster, unit_id: int | None) -> Unit:
        """The deepest unit that the heading names, beneath the given one (or the root); else that one itself."""
        top = self.session.get_one(Unit, unit_id) if unit_id else root_unit()
        if top is None:
            return self._add_unit(roster.headings[0].capitalize() if roster.headings else "Đảng bộ", None)
        party = select(Unit).where(Unit.tree == "party", below(top.path), in_force(Unit, self.today))
        keys = {unit_key(text) for text in roster.headings}
        named = [unit for unit in self.session.scalars(party) if unit_key(unit.name) in keys]
        return max(named, key=lambda unit: unit.depth, default=top)

    def _remember(self, unit: Unit) -> None:
        self.units.setdefault(unit_key(unit.name), []).append(unit)
        self.units.setdefault(unit.code.lower(), []).append(unit)

    def _add_unit(self, name: str, parent: Unit | None) -> Unit:
        number = (self.session.scalar(select(Unit.id).order_by(Unit.id.desc()).limit(1)) or 0) + 1
        kind = "chi_bo" if fold(name).startswith("chi bo") else "dang_bo_co_so"
        unit = Unit(
            code=f"DV{number:05d}", name=name, fold=fold(name), kind=kind, tree="party", path=f"new:{number}",
            parent_id=parent.id if parent else None, valid_from=None, doubt="",
        )  # fmt: skip
        begin_unit(self.session, unit, self.at)
        self.outcome.new_units.append(name)
        return unit

    def _known(self, names: Iterable[str]) -> dict[str, list[Person]]:
        folds = sorted({fold(name) for name in names})
        found: dict[str, list[Person]] = {}
        for start in range(0, len(folds), 500):
            for person in self.session.scalars(select(Person).where(Person.fold.in_(folds[start : start + 500]))):
                found.setdefault(tone_neutral(person.name), []).append(person)
        return found

    def _record(self, record: Record) -> None:
        unit = self._unit(record)
        posts = [self._post(unit, self.kinds[kind]) for kind in record.kinds if kind in self.kinds]
        person, is_new = self._person(record, posts)
        changed = [self._appoint(person, post) for post in posts]
        changed.append(self._contact(person, record))
        if is_new:
            self.outcome.new += 1
        elif any(changed):
            self.outcome.changed += 1
        else:
            self.outcome.unchanged += 1

    def _unit(self, record: Record) -> Unit:
        """The unit of the row, else of its section, else the roster's own. A branch that is not known is added."""
        for text in (record.unit, record.section):
            if not text:
                continue
            found = self.units.get(unit_key(text)) or self.units.get(text.lower()) or []
            if len({unit.id for unit in found}) > 1:
                raise Refused(
                    _("there are %(count)s units called «%(name)s»: write the unit's code", count=len(found), name=text)
                )
            if found:
                return found[0]
            if not fold(text).startswith(("chi bo", "dang bo", "dang uy")):
                raise Refused(_("there is no unit «%(name)s» beneath %(base)s", name=text, base=self.base.name))
            unit = self._add_unit(text, self.base)
            self._remember(unit)
            return unit
        return self.base

    def _post(self, unit: Unit, kind: PostKind) -> Post:
        """The post of that kind in the unit, or in the union or youth unit at its level; made where there is none."""
        if kind.tree != "party":
            linked = select(Unit).where(Unit.party_unit_id == unit.id, Unit.tree == kind.tree)
            unit = self.session.scalar(linked.order_by(Unit.id)) or unit
        query = select(Post).where(Post.unit_id == unit.id, Post.kind_id == kind.id, in_force(Post, self.today))
        post = self.session.scalar(query.order_by(Post.id))
        if post is None:
            post = Post(
                unit_id=unit.id, kind_id=kind.id, valid_from=self.today, recorded_at=self.at, unit=unit, kind=kind
            )
            self.session.add(post)
            self.session.flush()
            self.touched.add(unit.id)
        return post

    def _person(self, record: Record, posts: list[Post]) -> tuple[Person, bool]:
        """Who it is: the same name with the same birth, or the same name in the same post; else somebody new."""
        same_name = self.people.setdefault(tone_neutral(record.name), [])
        same = [p for p in same_name if record.birth_year and p.birth_year == record.birth_year]
        same = [p for p in same if None in (p.birth_on, record.birth_on) or p.birth_on == record.birth_on]
        if not same and not record.birth_year:
            holders = {self._holder(post) for post in posts}
            same = [p for p in same_name if p.id in holders]
        if len(same) > 1:
            sentence = _("%(count)s people are called %(name)s and born alike: give the full day of birth",
                         count=len(same), name=record.name)  # fmt: skip
            raise Refused(sentence)
        if same:
            return same[0], False
        person = Person(
            code=f"new:{record.place}", name=record.name, fold=fold(record.name), sort_key=name_key(record.name),
            birth_on=record.birth_on, birth_year=record.birth_year, gender=record.gender, recorded_at=self.at,
        )  # fmt: skip
        self.session.add(person)
        self.session.flush()
        person.code = person_code(person.id)
        same_name.append(person)
        return person, True

    def _contact(self, person: Person, record: Record) -> bool:
        """What the roster knows and the record does not, or knows differently."""
        before = (person.phone, person.email, person.birth_on, person.gender)
        person.phone, person.email = record.phone or person.phone, record.email or person.email
        person.birth_on, person.gender = person.birth_on or record.birth_on, person.gender or record.gender
        return before != (person.phone, person.email, person.birth_on, person.gender)

    def _holder(self, post: Post) -> int | None:
        current = self._current(post)
        return current.person_id if current else None

    def _current(self, post: Post) -> Appointment | None:
        query = select(Appointment).where(Appointment.post_id == post.id, in_force(Appointment, self.today))
        return self.session.scalar(query.order_by(Appointment.capacity != "holder", Appointment.id))

    def _appoint(self, person: Person, post: Post) -> bool:
        current = self._current(post)
        if current is not None and current.person_id == person.id:
            return False
        if current is not None:
            self._hand_over(current, person, post)
        self.session.add(
            Appointment(
                post_id=post.id, person_id=person.id, capacity="holder", valid_from=self.today, recorded_at=self.at
            )
        )
        self.session.flush()
        self.touched.add(post.unit_id)
        return True

    def _hand_over(self, current: Appointment, person: Person, post: Post) -> None:
        """The old holder's last day is yesterday; one who began today was an error and is withdrawn."""
        if current.valid_from >= self.today:
            current.withdrawn_at = self.at
        else:
            current.valid_to = self.today - timedelta(days=1)
        self.outcome.handed_over.append(f"{post.kind.name}, {post.unit.name}: {current.person.name} → {person.name}")
