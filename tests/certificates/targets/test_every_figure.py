"""Random trees, posts, hand-overs, certificates, exemptions, corrections and moves against the slow reference."""

import secrets
from datetime import date, timedelta
from typing import Any

from flask import Flask
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from certificates.register.models import Certificate
from certificates.targets import services
from certificates.targets.counting import Figures
from certificates.targets.models import Exemption, Started, Target
from certificates.targets.queries import Clocks, Coverage, counted_on, coverage, kept_on
from lms import clock
from lms.db import db, transaction
from lms.organisation.models import Appointment, Person, Post, PostKind, Unit, UnitState
from lms.organisation.services import add_post_kinds, add_unit
from tests.certificates.targets.reference import EDITIONS, Reference
from tests.certificates.targets.worlds import certify, moment, wipe
from tests.conftest import make_person

START = date(2026, 3, 1)
DAYS = [START + timedelta(days=n) for n in range(-6, 40, 3)]
KINDS = ("bi-thu-chi-bo", "can-bo-dan-van")
ACTIVITIES = ["courses:X", "courses:Y"]
days = st.sampled_from(DAYS)
# Shrinking a world of rows takes minutes: HYPOTHESIS_PROFILE=search does it.
PHASES = [Phase.explicit, Phase.generate]


class World:
    """A tree with posts and people, and the deeds that change it; every deed returns whom it concerns."""

    def __init__(self, data: st.DataObject) -> None:
        wipe()
        add_post_kinds()
        self.draw = data.draw
        mark = secrets.token_hex(3)
        root = add_unit(f"R{mark}", "Đảng bộ", kind="dang_bo", at=moment(DAYS[0]))
        self.units = [root]
        for number in range(self.draw(st.integers(1, 5))):
            parent = self.draw(st.sampled_from(self.units))
            kind = self.draw(st.sampled_from(["dang_bo", "chi_bo"]))
            unit = add_unit(f"{mark}{number}", "Chi bộ", kind=kind, parent_id=parent.id, at=moment(DAYS[0]))
            self.units.append(unit)
        with transaction() as session:
            self.people = [make_person("Nguyễn Văn A", code=f"{mark}P{n}") for n in range(4)]
            self.kinds = {k.code: k.id for k in session.query(PostKind)}
            self.posts: list[Post] = []
        for _number in range(self.draw(st.integers(1, 5))):
            self.add_post()
        for _number in range(self.draw(st.integers(1, 8))):
            self.deed()

    def period(self) -> tuple[date, date | None]:
        first = self.draw(days)
        return first, self.draw(st.one_of(st.none(), days.filter(lambda last: last >= first)))

    def add_post(self) -> tuple[set[int], set[int]]:
        first, last = self.period()
        unit = self.draw(st.sampled_from(self.units))
        with transaction() as session:
            post = Post(unit_id=unit.id, kind_id=self.kinds[self.draw(st.sampled_from(KINDS))], valid_from=first,
                        valid_to=last, recorded_at=moment(self.draw(days)))  # fmt: skip
            session.add(post)
        self.posts.append(post)
        return set(), {unit.id}

    def deed(self) -> tuple[set[int], set[int]]:
        deeds = [self.appoint, self.appoint, self.certify, self.correct, self.exempt, self.begin, self.move]
        return self.draw(st.sampled_from(deeds))()

    def somebody(self) -> Person:
        return self.draw(st.sampled_from(self.people))

    def appoint(self) -> tuple[set[int], set[int]]:
        first, last = self.period()
        post, person = self.draw(st.sampled_from(self.posts)), self.somebody()
        capacity = self.draw(st.sampled_from(["holder", "holder", "acting", "concurrent", "seconded"]))
        with transaction() as session:
            session.add(
                Appointment(post_id=post.id, person_id=person.id, capacity=capacity, valid_from=first, valid_to=last,
                            recorded_at=moment(self.draw(days)))
            )  # fmt: skip
        return set(), {post.unit_id}

    def certify(self) -> tuple[set[int], set[int]]:
        person, on, activity = self.somebody(), self.draw(days), self.draw(st.sampled_from(ACTIVITIES))
        ended = self.draw(st.one_of(st.none(), days.filter(lambda day: day >= on)))
        with transaction() as session:
            mine = (Certificate.person_id == person.id, Certificate.activity == activity)
            if ended is None and session.query(Certificate).filter(*mine, Certificate.status == "issued").first():
                return set(), set()
            certify(person, on, ended=ended, activity=activity).edition = self.draw(st.sampled_from(EDITIONS))
        return {person.id}, set()

    def correct(self) -> tuple[set[int], set[int]]:
        """The last appointment was a mistake."""
        with transaction() as session:
            rows = session.query(Appointment).filter(Appointment.post_id.in_([p.id for p in self.posts]))
            row = rows.filter(Appointment.withdrawn_at.is_(None)).order_by(Appointment.id.desc()).first()
            if row is None:
                return set(), set()
            row.withdrawn_at = moment(max(self.draw(days), clock.day_of(row.recorded_at)))
            return set(), {session.get_one(Post, row.post_id).unit_id}

    def exempt(self) -> tuple[set[int], set[int]]:
        person, (first, last) = self.somebody(), self.period()
        with transaction() as session:
            for target in session.query(Target).filter(Target.unit_id == self.units[0].id):
                session.add(
                    Exemption(target_id=target.id, person_id=person.id, reason="r", document="d", valid_from=first,
                              valid_to=last, recorded_at=moment(self.draw(days)))
                )  # fmt: skip
        return {person.id}, set()

    def begin(self) -> tuple[set[int], set[int]]:
        person, activity, day = self.somebody(), self.draw(st.sampled_from(ACTIVITIES)), self.draw(days)
        with transaction() as session:
            if session.query(Started).filter_by(person_id=person.id, activity=activity).first():
                return set(), set()
            session.add(Started(person_id=person.id, activity=activity, started_on=day, recorded_at=moment(day)))
        return {person.id}, set()

    def move(self) -> tuple[set[int], set[int]]:
        """A unit without units beneath it goes to another parent, from a day on."""
        day, at = self.draw(days), moment(self.draw(days))
        with transaction() as session:
            parents = {s.parent_id for s in session.query(UnitState)}
            leaves = [u for u in self.units[1:] if u.id not in parents]
            if not leaves:
                return set(), set()
            unit = self.draw(st.sampled_from(leaves))
            others = [u for u in self.units if u.id != unit.id]
            parent = session.get_one(Unit, self.draw(st.sampled_from(others)).id)
            row = session.query(UnitState).filter_by(unit_id=unit.id, withdrawn_at=None, valid_to=None).one()
            if row.valid_from is not None and row.valid_from >= day:
                return set(), set()
            above = session.query(UnitState).filter_by(unit_id=parent.id, withdrawn_at=None).all()
            if len(above) > 1:  # its own moves would have to cut this state again: the organisation's work
                return set(), set()
            row.withdrawn_at = at = max(at, row.recorded_at)
            for parent_id, path, first, last in (
                (row.parent_id, row.path, row.valid_from, day - timedelta(days=1)),
                (parent.id, f"{above[0].path}{unit.id}/", day, None),
            ):
                session.add(
                    UnitState(unit_id=unit.id, name=row.name, parent_id=parent_id, party_unit_id=None, path=path,
                              valid_from=first, valid_to=last, recorded_at=at)
                )  # fmt: skip
        return set(), {unit.id}

    def target(self) -> Target:
        draw = self.draw
        levels = {"bi-thu-chi-bo": ["chi_bo"]} if draw(st.booleans()) else {}
        with transaction() as session:
            target = Target(
                code=secrets.token_hex(4), title="T", unit_id=draw(st.sampled_from(self.units[:2])).id,
                post_kinds=list(KINDS), levels=levels, activities=ACTIVITIES, all_of=draw(st.booleans()), ways=[],
                starts_on=START, ends_on=START + timedelta(days=25), created_at=clock.now(),
                published_at=clock.now(), validity_months=draw(st.sampled_from([0, 0, 1])),
                editions=draw(st.sampled_from([{}, {}, {"courses:X": "Bản 2014"}, {"courses:X": "Bản 2026"}])),
                renewal_days=draw(st.sampled_from([0, 10])), grace_days=draw(st.sampled_from([0, 7])),
            )  # fmt: skip
            session.add(target)
        services.rebuild(target.id, clock.now())
        return target


def kept(target: Target, day: date) -> dict[Any, Figures]:
    return {key: figures for key, figures in kept_on(db.session(), target, day).items() if figures != Figures()}


@settings(max_examples=25, phases=PHASES)
@given(st.data())
def test_a_refresh_after_any_deed_keeps_what_a_rebuild_would(app: Flask, data: st.DataObject) -> None:
    world = World(data)
    target = world.target()
    for _number in range(data.draw(st.integers(1, 4))):
        people, units = world.deed()
        services.refresh(None, people=people, units=units)
    after = {day: kept(target, day) for day in DAYS}
    services.rebuild(target.id, clock.now())
    assert after == {day: kept(target, day) for day in DAYS}
    for day in DAYS:
        if day >= target.starts_on:
            assert after[day] == counted_on(db.session(), target, day)


@settings(max_examples=20, phases=PHASES)
@given(st.data())
def test_every_figure_is_what_the_slow_reference_finds(app: Flask, data: st.DataObject) -> None:
    world = World(data)
    target = world.target()
    known = data.draw(st.one_of(st.none(), days))
    reference = Reference(target, known)
    for day in data.draw(st.lists(days, min_size=3, max_size=5, unique=True)):
        for unit in world.units:
            if target.unit_id not in reference.above(unit.id, day):
                continue  # outside the target on that day
            found = coverage(target, unit, Clocks(day, known))
            assert found.all == reference.figures(unit.id, day), (unit.id, day, known)
            assert_kinds(found, reference, day)


def assert_kinds(found: Coverage, reference: Reference, day: date) -> None:
    for kind, figures in found.kinds:
        assert figures == reference.figures(found.unit.id, day, kind.code)
    for child in found.children:
        assert child.figures == reference.figures(child.unit_id, day)
