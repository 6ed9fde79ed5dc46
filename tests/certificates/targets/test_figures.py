"""The kept figures of the small Bloc: vacancies, two posts, acting, exemptions, hand-overs, other days."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from certificates.targets import handlers, services
from certificates.targets.models import Target
from certificates.targets.queries import Clocks, Coverage, by_code, coverage, exemptions, missing
from certificates.targets.rules import months_later
from certificates.targets.services import Plan
from lms import clock
from lms.db import db, transaction
from lms.errors import Refused
from lms.organisation.models import Appointment, Person, Unit
from tests.certificates.targets.worlds import ACTIVITY, add_target, appoint, certify, refresh
from tests.conftest import Cast, make_person, make_post


@pytest.fixture
def target(cast: Cast, today: date) -> Target:
    return add_target(cast, today)


def of(target: Target, unit: Unit, on: date) -> Coverage:
    assert services.differences(db.session(), target, on) == []
    db.session.expire_all()
    return coverage(target, unit, Clocks(on))


def test_a_vacant_post_is_counted_apart(cast: Cast, target: Target, today: date) -> None:
    found = of(target, cast.units["BLOC"], today).all
    assert (found.posts, found.vacant, found.holders, found.people, found.trained) == (4, 1, 3, 3, 0)
    assert of(target, cast.units["A2"], today).all.rate is None


def test_a_certificate_moves_every_unit_above(cast: Cast, target: Target, today: date) -> None:
    an = cast.people["an"]
    with transaction():
        certify(an, today)
    refresh(an)
    trained = {code: of(target, cast.units[code], today).all.trained for code in ("A1", "A", "BLOC", "B", "A2")}
    assert trained == {"A1": 1, "A": 1, "BLOC": 1, "B": 0, "A2": 0}


def test_one_who_holds_two_posts_is_one_person(cast: Cast, target: Target, today: date) -> None:
    an, union = cast.people["an"], cast.units["A-CD"]
    with transaction():
        make_post(union, "chu-tich-cong-doan", an, since=today, capacity="concurrent")
        certify(an, today)
    refresh(an, units=(union,))
    found = of(target, cast.units["A"], today).all
    assert (found.holders, found.people, found.concurrent) == (3, 2, 1)
    assert (found.trained, found.people_trained) == (2, 1)


def test_a_holder_counts_before_one_who_acts_for_them(cast: Cast, target: Target, today: date) -> None:
    binh, a1 = cast.people["binh"], cast.units["A1"]
    with transaction():
        appoint(cast.posts["an"], binh, today - timedelta(days=3), capacity="acting")
        appoint(cast.posts["vacant"], binh, today - timedelta(days=3), capacity="acting")
    refresh(binh, units=(a1, cast.units["A2"]))
    assert of(target, a1, today).all.acting == 0
    found = of(target, cast.units["A"], today).all
    assert (found.acting, found.vacant, found.holders, found.people) == (1, 0, 3, 2)


def test_a_hand_over_counts_the_new_holder_from_their_first_day(cast: Cast, target: Target, today: date) -> None:
    an, a1 = cast.people["an"], cast.units["A1"]
    with transaction():
        certify(an, today - timedelta(days=30))
        row = db.session.query(Appointment).filter_by(person_id=an.id).one()
        row.valid_to = today - timedelta(days=10)
        new = make_person("Đinh Văn Mới")
        appoint(cast.posts["an"], new, today - timedelta(days=9))
    refresh(an, new, units=(a1,))
    rates = [of(target, a1, today - timedelta(days=back)).all.trained for back in (31, 30, 10, 9, 0)]
    assert rates == [0, 1, 1, 0, 0]


def test_a_revoked_certificate_no_longer_counts_from_that_day(cast: Cast, target: Target, today: date) -> None:
    an, a1 = cast.people["an"], cast.units["A1"]
    with transaction():
        certify(an, today - timedelta(days=30), ended=today - timedelta(days=5))
    refresh(an)
    assert [of(target, a1, today - timedelta(days=back)).all.trained for back in (6, 5, 0)] == [1, 0, 0]


def test_a_certificate_from_before_the_period_does_not_count(cast: Cast, target: Target, today: date) -> None:
    an = cast.people["an"]
    with transaction():
        certify(an, target.starts_on - timedelta(days=1))
    refresh(an)
    assert of(target, cast.units["A1"], today).all.trained == 0


def exempt(target: Target, person: Person, today: date, until: date | None) -> None:
    services.exempt(
        target.id, person.id, reason="Nghỉ thai sản", document="QĐ 5-QĐ/ĐU", valid_to=until, today=today,
        account_id=None, at=clock.now(),
    )  # fmt: skip


def test_an_exemption_ends_by_itself_and_never_counts_as_trained(cast: Cast, target: Target, today: date) -> None:
    an, a1 = cast.people["an"], cast.units["A1"]
    exempt(target, an, today, today + timedelta(days=4))
    found = of(target, a1, today).all
    assert (found.posts, found.exempt, found.holders, found.trained, found.rate) == (1, 1, 0, 0, None)
    assert [e.person_id for e in exemptions(target, a1, Clocks(today))] == [an.id]
    assert of(target, a1, today + timedelta(days=4)).all.exempt == 1
    assert of(target, a1, today + timedelta(days=5)).all.exempt == 0


def test_a_withdrawn_exemption_is_a_holder_again(cast: Cast, target: Target, today: date) -> None:
    an, a1 = cast.people["an"], cast.units["A1"]
    exempt(target, an, today, None)
    row = exemptions(target, a1, Clocks(today))[0]
    services.end_exemption(row.id, at=clock.now())
    services.end_exemption(row.id, at=clock.now())
    assert of(target, a1, today).all.holders == 1


def test_an_exemption_without_a_document_is_refused(cast: Cast, target: Target, today: date) -> None:
    with pytest.raises(Refused):
        services.exempt(
            target.id, cast.people["an"].id, reason="Đi học", document=" ", valid_to=None, today=today,
            account_id=None, at=clock.now(),
        )  # fmt: skip
    assert of(target, cast.units["A1"], today).all.exempt == 0


def test_a_target_that_asks_nothing_or_takes_a_code_is_refused(cast: Cast, target: Target, today: date) -> None:
    plan = Plan("N", "", cast.units["A"].id, ["bi-thu-doan"], ["x:y"], today, today)
    for wrong in (
        {"code": "T"},
        {"post_kinds": []},
        {"activities": []},
        {"ends_on": date(2020, 1, 1)},
        {"renewal_days": 9},
    ):
        with pytest.raises(Refused):
            services.draft(replace(plan, **wrong), clock.now())
    services.draft(plan, clock.now())


def test_a_draft_counts_nothing_until_it_is_published(cast: Cast, today: date) -> None:
    plan = Plan("N", "", cast.units["A"].id, ["bi-thu-chi-bo"], ["x:y"], today, today)
    target_id = services.draft(plan, clock.now())
    assert handlers.count_new() == 0
    drafted = by_code("N")
    assert drafted is not None and coverage(drafted, cast.units["A"], Clocks(today)).all.due == 1  # the simulator
    services.publish(target_id, clock.now())
    assert handlers.count_new() == 1
    assert handlers.count_new() == 0
    with pytest.raises(Refused):
        services.discard_draft(target_id)


def test_a_plan_of_a_unit_below_stays_within_the_target_above(cast: Cast, target: Target, today: date) -> None:
    plan = Plan("N", "", cast.units["A"].id, ["bi-thu-chi-bo"], ["x:y"], today, today, parent_id=target.id)
    services.draft(plan, clock.now())
    late = replace(plan, code="L", ends_on=target.ends_on + timedelta(days=1))
    narrow = add_target(cast, today, code="B", unit="B")
    for wrong in (late, replace(plan, code="O", parent_id=narrow.id)):
        with pytest.raises(Refused):
            services.draft(wrong, clock.now())


def test_a_new_holder_is_not_due_within_the_days_of_grace(cast: Cast, today: date) -> None:
    target, a2 = add_target(cast, today, grace_days=30), cast.units["A2"]
    with transaction():
        new = make_person("Đinh Văn Mới")
        appoint(cast.posts["vacant"], new, today - timedelta(days=5))
    refresh(units=(a2,))
    found = of(target, a2, today).all
    assert (found.holders, found.grace, found.due, found.missing, found.rate) == (1, 1, 0, 0, None)
    assert missing(target, a2, Clocks(today)) == []
    later = today + timedelta(days=25)
    assert of(target, a2, later - timedelta(days=1)).all.due == 0
    assert of(target, a2, later).all.missing == 1


def test_a_certificate_that_expires_turns_red_by_itself_and_is_seen_before(cast: Cast, today: date) -> None:
    target, a1 = add_target(cast, today, validity_months=1, renewal_days=10), cast.units["A1"]
    with transaction():
        certify(cast.people["an"], today)
    refresh(cast.people["an"])
    ends = months_later(today, 1)
    states = [of(target, a1, ends - timedelta(days=back)).all for back in (11, 10, 1, 0)]
    assert [(figures.trained, figures.expiring) for figures in states] == [(1, 0), (1, 1), (1, 1), (0, 0)]


def test_all_of_two_courses_must_be_completed_where_the_target_says_so(cast: Cast, today: date) -> None:
    target, a1, an = (
        add_target(cast, today, all_of=True, activities=[ACTIVITY, "x:y"]),
        cast.units["A1"],
        cast.people["an"],
    )
    for activity, trained in ((ACTIVITY, 0), ("x:y", 1)):
        with transaction():
            certify(an, today, activity=activity)
        refresh(an)
        assert of(target, a1, today).all.trained == trained


def test_posts_count_only_at_the_levels_that_the_target_names(cast: Cast, today: date) -> None:
    target = add_target(cast, today, levels={"bi-thu-chi-bo": ["dang_bo"]})
    assert of(target, cast.units["BLOC"], today).all.posts == 1  # the officer of A


def test_only_the_ways_that_the_target_accepts_count(cast: Cast, today: date) -> None:
    target = add_target(cast, today, ways=["class"])
    with transaction():
        certify(cast.people["an"], today)
    refresh(cast.people["an"])
    assert of(target, cast.units["A1"], today).all.trained == 0
