"""Writing a confirmed change set, in bulk, inside one open transaction. What it would change must be as it was seen."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import and_, select, update
from sqlalchemy.orm import Session

from lms.errors import Refused
from lms.organisation.models import Appointment, Person, Post
from lms.organisation.queries import in_force
from lms.organisation.roster.adding import add_people, add_units, change_people, number_people
from lms.organisation.roster.bulk import add, add_and_number, among, chunks
from lms.organisation.roster.models import CHANGED, LEAVING, NEW, RosterChange, RosterImport, RosterTrace

PAGE = 2000


def apply_changes(session: Session, found: RosterImport, at: datetime) -> list[int]:
    """Writes the change set; returns the units that it touched. Raises Refused when it is out of date."""
    writer = _Writer(session, found, at)
    writer.begin()
    for page in _pages(session, found.id):
        writer.write(page)
    number_people(session, found.id)
    return sorted(writer.touched)


def _pages(session: Session, import_id: int) -> Iterable[Sequence[Any]]:
    last = -1
    columns = (RosterChange.position, RosterChange.kind, RosterChange.name, RosterChange.person_id, RosterChange.data)
    while True:
        query = select(*columns).where(
            RosterChange.import_id == import_id, RosterChange.position > last,
            RosterChange.kind.in_((NEW, CHANGED, LEAVING)),
        )  # fmt: skip
        page = session.execute(query.order_by(RosterChange.position).limit(PAGE)).all()
        if not page:
            return
        yield page
        last = page[-1].position


class _Writer:
    """One change set being written: who was added, what it touched, and the traces that undoing needs."""

    def __init__(self, session: Session, found: RosterImport, at: datetime) -> None:
        self.session, self.found, self.at = session, found, at
        self.on = found.effective_on
        self.units: dict[str, int] = {}
        self.people: dict[int, int] = {}  # position of the row -> person
        self.touched: set[int] = set()
        self.added: set[int] = set()
        self.ended: set[int] = set()
        self.new_posts: dict[tuple[int, int], int] = {}
        # People who were recorded since the list was read: nobody asked whether a row means them.
        self.newer = set(session.scalars(select(Person.fold).where(Person.id > found.summary["last_person"])))

    def begin(self) -> None:
        added = add_units(self.session, self.found.summary["new_units"], self.found.summary["last_unit"], self.at)
        if added is None:
            raise _stale()
        self.units = added
        self._trace("unit+", self.units.values())

    def write(self, page: Sequence[Any]) -> None:
        self._check_people(page)
        new = [change for change in page if change.kind == NEW]
        self.people |= add_people(self.session, self.found.id, new, self.at)
        self._trace("person+", (self.people[change.position] for change in new))
        changed = [change for change in page if change.data.get("sets")]
        wrong = change_people(self.session, changed)
        if wrong is not None:
            raise _stale(wrong)
        self._trace("person~", [change.person_id for change in changed], [change.data["sets"] for change in changed])
        self._check_seats([seat for change in page for seat in change.data.get("seats", ())])
        rows = self._withdraw(self._ends(page))
        self._fix(page, rows)
        self._appoint(page)

    def _check_people(self, page: Sequence[Any]) -> None:
        if self.newer & {change.data["fold"] for change in page if change.kind == NEW}:
            raise _stale()
        merged = select(Person.id).where(Person.merged_into_id.is_not(None))
        if any(among(self.session, merged, Person.id, [c.person_id for c in page if c.person_id])):
            raise _stale()

    def _ends(self, page: Sequence[Any]) -> dict[int, date | None]:
        """The appointments to withdraw, with the first day that is no longer theirs (None: a correction follows)."""
        ends: dict[int, date | None] = {}
        for change in page:
            for seat in change.data.get("seats", ()):
                ends |= {held: _day(seat["since"]) or self.on for held in seat["ends"]}
            ends |= {end["id"]: self.on for end in change.data.get("ends", ())}
            ends |= {fix["id"]: None for fix in change.data.get("fixes", ())}
        return ends

    def _check_seats(self, seats: list[dict[str, Any]]) -> None:
        """Every post is held as it was, and where one is to be added there are as many as there were."""
        held: dict[int, set[int]] = {}
        current = and_(Appointment.post_id == Post.id, in_force(Appointment, self.on))
        query = select(Post.id, Appointment.id).outerjoin(Appointment, current).where(in_force(Post, self.on))
        for post, appointment in among(self.session, query, Post.id, [s["post"] for s in seats if s["post"]]):
            held.setdefault(post, set()).add(appointment)
        for seat in [seat for seat in seats if seat["post"]]:
            before = set(seat["held"])
            if seat["post"] not in held:
                raise _stale(seat["text"])
            now = held[seat["post"]] - self.added - {None}
            if now | (self.ended & before) != before:
                raise _stale(seat["text"])
        beside = [seat for seat in seats if not seat["post"] and seat["unit"]]
        there: dict[tuple[int, int], int] = {}
        posts = select(Post.unit_id, Post.kind_id).where(in_force(Post, self.on))
        for unit, kind in among(self.session, posts, Post.unit_id, [seat["unit"] for seat in beside]):
            there[unit, kind] = there.get((unit, kind), 0) + 1
        for seat in beside:
            key = seat["unit"], seat["kind"]
            if there.get(key, 0) - self.new_posts.get(key, 0) != seat["beside"]:
                raise _stale(seat["text"])

    def _withdraw(self, ends: dict[int, date | None]) -> dict[int, Any]:
        """Withdraws appointments and records anew what of them stays true: until the day before."""
        query = (
            select(Appointment.id, Appointment.post_id, Appointment.person_id, Appointment.capacity,
                   Appointment.valid_from, Appointment.valid_to, Appointment.document, Post.unit_id)
            .join(Post, Post.id == Appointment.post_id)
            .where(Appointment.withdrawn_at.is_(None))
        )  # fmt: skip
        rows = {row.id: row for row in among(self.session, query, Appointment.id, ends)}
        if len(rows) != len(ends):
            raise _stale()
        for part in chunks(list(rows)):
            self.session.execute(
                update(Appointment).where(Appointment.id.in_(part)).values(withdrawn_at=self.at),
                execution_options={"synchronize_session": False},
            )
        self._trace("appointment-", rows)
        self.ended |= set(rows)
        self.touched |= {row.unit_id for row in rows.values()}
        self._add_appointments(
            _again(row, self.at) | {"valid_to": end - timedelta(days=1)}
            for row in rows.values()
            if (end := ends[row.id]) is not None and row.valid_from < end
        )
        return rows

    def _fix(self, page: Sequence[Any], rows: dict[int, Any]) -> None:
        fixes = [fix for change in page for fix in change.data.get("fixes", ())]
        self._add_appointments(
            _again(rows[fix["id"]], self.at) | {"capacity": fix["capacity"][1], "valid_from": _day(fix["since"][1])}
            for fix in fixes
        )

    def _appoint(self, page: Sequence[Any]) -> None:
        wanted = [(change, seat) for change in page for seat in change.data.get("seats", ())]
        new = [seat for _change, seat in wanted if not seat["post"]]
        posts = [
            {"unit_id": self._unit(seat), "kind_id": seat["kind"], "recorded_at": self.at,
             "valid_from": min(_day(seat["since"]) or self.on, self.on)}
            for seat in new
        ]  # fmt: skip
        ids = add_and_number(self.session, Post, posts)
        self._trace("post+", ids)
        for seat, post_id in zip(new, ids, strict=True):
            seat["post"] = post_id
            key = self._unit(seat), seat["kind"]
            self.new_posts[key] = self.new_posts.get(key, 0) + 1
        self.touched |= {self._unit(seat) for _change, seat in wanted}
        self._add_appointments(
            {"post_id": seat["post"], "person_id": self._person(change), "capacity": seat["capacity"], "document": "",
             "valid_from": _day(seat["since"]) or self.on, "valid_to": None, "recorded_at": self.at}
            for change, seat in wanted
        )  # fmt: skip

    def _unit(self, seat: dict[str, Any]) -> int:
        return int(seat["unit"] or self.units[seat["place"]])

    def _person(self, change: Any) -> int:
        if change.person_id is not None:
            return int(change.person_id)
        return self.people[change.data.get("same_as", change.position)]

    def _add_appointments(self, values: Iterable[dict[str, Any]]) -> None:
        ids = add_and_number(self.session, Appointment, list(values))
        self.added |= set(ids)
        self._trace("appointment+", ids)

    def _trace(self, what: str, ids: Iterable[int], before: Sequence[dict[str, Any]] = ()) -> None:
        values = [
            {"import_id": self.found.id, "what": what, "row_id": row_id, "before": before[n] if before else {}}
            for n, row_id in enumerate(ids)
        ]
        add(self.session, RosterTrace, values)


def _again(row: Any, at: datetime) -> dict[str, Any]:
    return {"post_id": row.post_id, "person_id": row.person_id, "capacity": row.capacity, "document": row.document,
            "valid_from": row.valid_from, "valid_to": row.valid_to, "recorded_at": at}  # fmt: skip


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _stale(what: str = "") -> Refused:
    sentence = _("Since this list was read, something that it changes has been changed by others. It has to be read "
                 "again; nothing was written.")  # fmt: skip
    return Refused(f"{what}: {sentence}" if what else sentence)
