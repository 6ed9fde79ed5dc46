"""The slow and obvious way: every figure of a unit from all the raw rows, person by person, on one day."""

from dataclasses import dataclass, field
from datetime import date, timedelta

from sqlalchemy import select

from certificates.register.models import Certificate
from certificates.targets.counting import Figures
from certificates.targets.models import Exemption, Started, Target
from lms import clock
from lms.db import db
from lms.organisation.models import Appointment, Post, PostKind, Unit, UnitState

# From the oldest to the newest, as the tests use them.
EDITIONS = ("", "Bản 2014", "Bản 2026", "Bản 2026.2")
FIRST = ("holder", "concurrent", "seconded", "acting")


@dataclass
class Reference:
    """All rows, read once; each question walks through them."""

    target: Target
    known: date | None = None
    posts: list[Post] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.posts = self._believed(Post)
        self.states = self._believed(UnitState)
        self.appointments = self._believed(Appointment)
        self.exemptions = [e for e in self._believed(Exemption) if e.target_id == self.target.id]
        self.certificates = [c for c in db.session.scalars(select(Certificate)) if self._before(c.issued_at)]
        self.started = [s for s in db.session.scalars(select(Started)) if self._before(s.recorded_at)]
        self.kinds = {kind.id: kind for kind in db.session.scalars(select(PostKind))}
        self.units = {unit.id: unit for unit in db.session.scalars(select(Unit))}

    def _before(self, at) -> bool:  # type: ignore[no-untyped-def]
        return self.known is None or (at is not None and clock.day_of(at) <= self.known)

    def _believed(self, model) -> list:  # type: ignore[no-untyped-def, type-arg]
        rows = db.session.scalars(select(model).order_by(model.id))
        return [row for row in rows if self._before(row.recorded_at) and not self._ended(row.withdrawn_at)]

    def _ended(self, at) -> bool:  # type: ignore[no-untyped-def]
        return at is not None and self._before(at)

    def above(self, unit_id: int, day: date) -> list[int]:
        """The unit and everything above it, by asking for the parent again and again; nothing where one is missing."""
        found = []
        at: int | None = unit_id
        while at is not None:
            states = [s for s in self.states if s.unit_id == at and lies(s, day)]
            if not states:
                return []
            found.append(at)
            at = states[0].party_unit_id or states[0].parent_id
        return found

    def holder(self, post: Post, day: date) -> Appointment | None:
        mine = [a for a in self.appointments if a.post_id == post.id and lies(a, day)]
        return min(mine, key=lambda a: (FIRST.index(a.capacity), -a.valid_from.toordinal(), a.id), default=None)

    def trained(self, person_id: int, day: date) -> bool:
        done = {a for a in self.target.activities if any(self._counts(c, a, person_id, day) for c in self.certificates)}
        return done == set(self.target.activities) if self.target.all_of else bool(done)

    def _counts(self, c: Certificate, activity: str, person_id: int, day: date) -> bool:
        if c.person_id != person_id or c.activity != activity or c.completed_on > min(day, self.target.ends_on):
            return False
        if c.ended_on is not None and self._ended(c.ended_at) and c.ended_on <= day:
            return False
        oldest = self.target.editions.get(activity)
        if oldest is not None and EDITIONS.index(c.edition) < EDITIONS.index(oldest):
            return False
        months = self.target.validity_months
        if not months:
            return c.completed_on >= self.target.starts_on
        return day < later(c.completed_on, months)

    def expires_soon(self, person_id: int, day: date) -> bool:
        """Trained now, and not any more on some day of the window, unless a revocation does that."""
        if not self.target.validity_months or not self.target.renewal_days:
            return False
        for ahead in range(1, self.target.renewal_days + 1):
            then = day + timedelta(days=ahead)
            if not self.trained(person_id, then):
                return any(
                    c.person_id == person_id and later(c.completed_on, self.target.validity_months) == then
                    and self._counts(c, c.activity, person_id, c.completed_on)
                    and not (c.ended_on is not None and self._ended(c.ended_at) and c.ended_on <= then)
                    for c in self.certificates
                )  # fmt: skip
        return False

    def figures(self, unit_id: int, day: date, kind: str = "") -> Figures:
        found, people, trained = Figures(), set(), set()
        for post in self.posts:
            mine = self.kinds[post.kind_id]
            chain = self.above(post.unit_id, day)
            if not lies(post, day) or not lies(mine, day) or unit_id not in chain or self.target.unit_id not in chain:
                continue
            levels = self.target.levels.get(mine.code)
            at_level = not levels or self.units[post.unit_id].kind in levels
            if mine.code not in self.target.post_kinds or (kind and mine.code != kind) or not at_level:
                continue
            found.posts += 1
            holding = self.holder(post, day)
            if holding is None:
                found.vacant += 1
                continue
            person = holding.person_id
            if any(e.person_id == person and lies(e, day) for e in self.exemptions):
                found.exempt += 1
                continue
            found.holders += 1
            people.add(person)
            if holding.capacity != "holder":
                setattr(found, holding.capacity, getattr(found, holding.capacity) + 1)
            if self.trained(person, day):
                found.trained += 1
                trained.add(person)
                found.expiring += self.expires_soon(person, day)
                continue
            activities = self.target.activities
            began = [s for s in self.started if s.person_id == person and s.activity in activities]
            found.in_progress += any(s.started_on <= day for s in began)
            new = holding.valid_from > self.target.starts_on
            found.grace += new and day < holding.valid_from + timedelta(days=self.target.grace_days)
        found.people, found.people_trained = len(people), len(trained)
        return found


def lies(row, day: date) -> bool:  # type: ignore[no-untyped-def]
    """Whether a day lies between the first and the last day of a row."""
    return (row.valid_from is None or row.valid_from <= day) and (row.valid_to is None or row.valid_to >= day)


def later(day: date, months: int) -> date:
    """So many months later, at the end of a shorter month."""
    year, month = day.year + (day.month - 1 + months) // 12, (day.month - 1 + months) % 12 + 1
    last = (date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)).day
    return date(year, month, min(day.day, last))
