"""Reorganising: nobody is lost, the past keeps its names, a dry run and an undone decision leave no trace."""

from collections import Counter
from collections.abc import Sequence
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import and_, func, select

from lms import clock
from lms.accounts.models import RoleGrant
from lms.db import Model, db, transaction
from lms.errors import Refused
from lms.organisation.models import Appointment, Decision, Post, PostKind, Unit, UnitState
from lms.organisation.posts import services as posts
from lms.organisation.queries import below, children, heirs, in_force, tree_on
from lms.organisation.reorganisation import services
from lms.organisation.reorganisation.changes import Begin, Change, Dissolve, Merge, Move, Plan, Rename
from lms.organisation.reorganisation.report import Report
from lms.organisation.services import add_unit
from tests.conftest import Cast, make_person, make_post

DAY = date(2026, 3, 1)
EVE = DAY - timedelta(days=1)


def carry_out(cast: Cast, *changes: Change, on: date = DAY, dry_run: bool = False, late: int = 0) -> Report:
    plan = Plan("45-QĐ/TW", on - timedelta(days=5), on, changes)
    at = cast.now + timedelta(hours=late)
    return services.reorganise([plan], at=at, today=clock.today(), dry_run=dry_run)


def last_decision() -> int:
    return db.session.scalar(select(func.max(Decision.id))) or 0


def tree(on: date, known: date | None = None) -> dict[str, tuple[str, str | None, str]]:
    """Name, code of the unit above, and path, of every unit on a day; the paths agree."""
    units = tree_on(on, known)
    query = select(units, Unit.code).join(Unit, Unit.id == units.c.unit_id)
    rows = {row.unit_id: row for row in db.session.execute(query)}
    for row in rows.values():
        above = rows[row.parent_id].path if row.parent_id else "/"
        assert row.path == f"{above}{row.unit_id}/"
    return {r.code: (r.name, rows[r.parent_id].code if r.parent_id else None, r.path) for r in rows.values()}


def held(on: date) -> Counter[tuple[str, str, int | None, str | None]]:
    """Unit, kind, holder and capacity of every post in force."""
    query = (
        select(Unit.code, PostKind.code, Appointment.person_id, Appointment.capacity)
        .join_from(Post, Unit, Unit.id == Post.unit_id)
        .join(PostKind, PostKind.id == Post.kind_id)
        .outerjoin(Appointment, and_(Appointment.post_id == Post.id, in_force(Appointment, on)))
        .where(in_force(Post, on))
    )
    return Counter(tuple(row) for row in db.session.execute(query))


def people(on: date) -> set[int | None]:
    return {person for _unit, _kind, person, _capacity in held(on)} - {None}


def test_a_renamed_unit_keeps_its_old_name_in_the_past(cast: Cast) -> None:
    carry_out(cast, Rename("A1", "Chi bộ Vụ Tổ chức - Cán bộ"))
    assert (tree(EVE)["A1"][0], tree(DAY)["A1"][0]) == ("Chi bộ Vụ Tổ chức", "Chi bộ Vụ Tổ chức - Cán bộ")
    assert db.session.get_one(Unit, cast.units["A1"].id).name == "Chi bộ Vụ Tổ chức - Cán bộ"
    yesterday = clock.today() - timedelta(days=1)
    assert tree(DAY, known=clock.today()) == tree(DAY)
    assert tree(DAY, known=yesterday) == {}  # the cast was recorded today


def test_a_moved_unit_takes_everything_beneath_it_along(cast: Cast) -> None:
    carry_out(cast, Move("A", "B"))
    assert tree(EVE)["A"][1] == "BLOC" and tree(DAY)["A"][1] == "B"
    b = cast.units["B"].id
    assert tree(DAY)["A-CD"][2].startswith(f"/{cast.units['BLOC'].id}/{b}/{cast.units['A'].id}/")
    inside = db.session.scalars(select(Unit.code).where(below(db.session.get_one(Unit, b).path)))
    assert set(inside) == {"B", "B1", "A", "A1", "A2", "A-CD", "A-DTN"}
    assert held(DAY) == held(EVE)


def test_a_merged_unit_hands_its_units_posts_and_people_to_the_other(cast: Cast) -> None:
    report = carry_out(cast, Merge("A", "B"))
    assert "A" in tree(EVE) and "A" not in tree(DAY)
    assert {code for code, (_n, above, _p) in tree(DAY).items() if above == "B"} == {"B1", "A1", "A2", "A-CD", "A-DTN"}
    assert people(DAY) == people(EVE)
    binh = cast.people["binh"].id
    assert held(EVE)["A", "can-bo-dan-van", binh, "holder"] and held(DAY)["B", "can-bo-dan-van", binh, "holder"]
    assert [line.holder for line in report.posts_moved] == ["Lê Thanh Bình"] and report.posts_ended == []
    assert db.session.get_one(Unit, cast.units["A"].id).name == "Đảng bộ Bộ A"  # old papers find the old name


def test_without_carrying_the_posts_of_a_merged_unit_end_and_are_told(cast: Cast) -> None:
    report = carry_out(cast, Merge("A2", "A1", carry=False), dry_run=True)
    assert [(line.unit, line.holder) for line in report.posts_ended] == [("Chi bộ Văn phòng", "")]
    carry_out(cast, Merge("A", "B", carry=False))
    assert people(EVE) - people(DAY) == {cast.people["binh"].id}


def test_a_unit_is_split_into_new_ones(cast: Cast) -> None:
    carry_out(
        cast, Begin("X", "Đảng bộ X", "dang_bo", "BLOC"), Begin("Y", "Đảng bộ Y", "dang_bo", "BLOC"),
        Move("A1", "X"), Move("A2", "Y"), Dissolve("A", ("X", "Y")),
    )  # fmt: skip
    now = tree(DAY)
    assert now["A1"][1] == "X" and now["A2"][1] == "Y" and "A" not in now
    assert "A-CD" not in now  # the union at its level ends with it
    assert set(heirs(cast.units["A"].id)) == {db.session.scalar(select(Unit.id).where(Unit.code == c)) for c in "XY"}
    assert "X" not in tree(EVE)


def test_a_unit_with_units_beneath_it_is_not_dissolved_by_accident(cast: Cast) -> None:
    with pytest.raises(Refused, match="Chi bộ Vụ Tổ chức"):
        carry_out(cast, Dissolve("A"))
    carry_out(cast, Dissolve("A", whole=True))
    assert set(tree(DAY)) == {"BLOC", "B", "B1"}
    assert people(DAY) == {cast.people["giang"].id}


@pytest.mark.parametrize(
    "changes",
    [
        [Move("A", "A1")],  # beneath itself
        [Merge("A", "A")],
        [Merge("A", "A-CD")],
        [Move("A", "B"), Dissolve("B", whole=True), Rename("A1", "Chi bộ mới"), Rename("A", "x")],
        [Rename("NOPE", "x")],
        [Begin("A", "Đảng bộ A", "dang_bo")],
    ],
)
def test_what_cannot_stand_is_refused_and_nothing_is_written(cast: Cast, changes: Sequence[Change]) -> None:
    before = (tree(DAY), held(DAY))
    with pytest.raises(Refused):
        carry_out(cast, *changes)
    assert (tree(DAY), held(DAY)) == before and last_decision() == 0


def test_an_earlier_decision_cannot_be_recorded_beneath_a_later_one(cast: Cast) -> None:
    carry_out(cast, Rename("A", "Đảng bộ Bộ A mới"))
    with pytest.raises(Refused, match="01/03/2026"):
        carry_out(cast, Move("A", "B"), on=DAY - timedelta(days=30), late=1)


def test_a_decision_of_the_future_takes_effect_on_its_day(cast: Cast, today: date) -> None:
    soon = today + timedelta(days=3)
    carry_out(cast, Move("A2", "B"), Begin("X", "Đảng bộ X", "dang_bo", "BLOC"), on=soon)
    assert [u.code for u in children(cast.units["B"], today)] == ["B1"]
    assert services.bring_up_to_date(today, cast.now) == 0
    assert services.bring_up_to_date(soon, cast.now) == 1
    assert services.bring_up_to_date(soon, cast.now) == 0
    assert [u.code for u in children(cast.units["B"], soon)] == ["A2", "B1"]


def test_roles_over_a_dissolved_unit_go_to_the_units_that_begin_in_its_place(cast: Cast) -> None:
    changes = [Begin("X", "Đảng bộ mới", "dang_bo_khoi"), Move("A", "X"), Move("B", ""), Dissolve("BLOC", ("X",))]
    carry_out(cast, *changes)
    for code in ("X", "B"):  # B stands by itself now: whoever saw it still does
        grants = select(RoleGrant.role).join(Unit).where(Unit.code == code, RoleGrant.withdrawn_at.is_(None))
        assert sorted(db.session.scalars(grants)) == ["administrator", "inspector", "issuer"]
    report = carry_out(cast, Merge("A", "B"), on=DAY + timedelta(days=30), late=1)
    assert report.roles == ["Đảng bộ Bộ A: unit_manager"]  # no wider rights by themselves


def rows() -> dict[str, int]:
    return {t.name: db.session.scalar(select(func.count()).select_from(t)) or 0 for t in Model.metadata.sorted_tables}


def test_a_decision_that_others_build_upon_is_undone_last(cast: Cast) -> None:
    carry_out(cast, Merge("A", "B"))
    first = last_decision()
    moved = select(Appointment).where(
        Appointment.person_id == cast.people["binh"].id, Appointment.withdrawn_at.is_(None)
    )
    entry = db.session.scalars(moved.order_by(Appointment.valid_from.desc())).first()
    assert entry is not None
    posts.relieve(entry.id, last_day=clock.today(), document="", at=cast.now + timedelta(hours=1))
    with pytest.raises(Refused):
        services.undo(first, at=cast.now + timedelta(hours=2), today=clock.today())


CODES = ("A", "A1", "A2", "B", "B1", "A-CD", "C", "C1")
PARTY = st.sampled_from([code for code in CODES if code != "A-CD"])
CHANGES = st.one_of(
    st.builds(Rename, st.sampled_from(CODES), st.sampled_from(["Đảng bộ mới", "Chi bộ mới"])),
    st.builds(Move, st.sampled_from(CODES), PARTY),
    st.builds(Merge, PARTY, PARTY, st.booleans()),
    st.builds(Dissolve, PARTY, st.just(()), st.booleans()),
    st.just(Begin("X", "Đảng bộ X", "dang_bo", "BLOC")),
)
PLANS = st.lists(st.tuples(st.sampled_from([DAY, DAY + timedelta(days=9)]), st.lists(CHANGES, min_size=1, max_size=3)),
                 min_size=1, max_size=3)  # fmt: skip


@pytest.fixture
def bigger(cast: Cast) -> Cast:
    """One more branch of the tree, with people in three posts, one acting, one from a later day on."""
    from_day = DAY - timedelta(days=200)
    for code, name, parent in (("C", "Đảng bộ Bộ C", "BLOC"), ("C1", "Chi bộ Vụ C", "C")):
        cast.units[code] = add_unit(code, name, kind="dang_bo", parent_id=cast.units[parent].id, at=cast.now)
    with transaction():
        for number, unit in enumerate(("C", "C1", "A-CD")):
            kind = ("can-bo-dan-van", "bi-thu-chi-bo", "chu-tich-cong-doan")[number]
            person = make_person(f"Nguyễn Văn {['Xuân', 'Yên', 'Vinh'][number]}")
            make_post(cast.units[unit], kind, person, since=from_day + timedelta(days=150 * number))
    return cast


@settings(max_examples=8)
@given(plans=PLANS)
def test_people_and_posts_are_conserved_and_every_step_can_be_undone(
    bigger: Cast, plans: list[tuple[date, list[Change]]]
) -> None:
    days = [EVE, DAY, DAY + timedelta(days=9), DAY + timedelta(days=100), clock.today()]
    before = [(tree(day), held(day)) for day in days]
    done: list[int] = []
    hours = 1000 * (last_decision() + 1)
    for on, changes in plans:
        hours += 1
        now = [(tree(day), held(day)) for day in days]
        counts = rows()
        try:
            told = carry_out(bigger, *changes, on=on, dry_run=True, late=hours)
        except Refused:
            assert [(tree(day), held(day)) for day in days] == now
            continue
        assert rows() == counts, "a dry run wrote something"
        report = carry_out(bigger, *changes, on=on, late=hours)
        done.append(last_decision())
        assert report.posts_ended == told.posts_ended and report.posts_moved == told.posts_moved
        lost = {name for line in report.posts_ended for name in line.holder.split(", ")}
        for day, (old_tree, old_held) in zip(days, now, strict=True):
            if day < on:
                assert (tree(day), held(day)) == (old_tree, old_held), "the past changed"
            ended = len(report.posts_ended) if day >= on else 0
            assert sum(held(day).values()) >= sum(old_held.values()) - ended
            if not lost:
                assert people(day) == {person for _u, _k, person, _c in old_held} - {None}
            assert all(unit in tree(day) for unit, *_rest in held(day))
    for number, decision in enumerate(reversed(done), start=1):
        services.undo(decision, at=bigger.now + timedelta(hours=hours, minutes=number), today=clock.today())
    assert [(tree(day), held(day)) for day in days] == before
    present = {u.code: (u.name, u.path) for u in db.session.scalars(select(Unit).where(in_force(Unit, clock.today())))}
    assert present == {code: (name, path) for code, (name, _above, path) in tree(clock.today()).items()}
    overlapping = (
        select(func.count())
        .select_from(UnitState)
        .where(UnitState.withdrawn_at.is_(None), in_force(UnitState, clock.today()))
    )
    assert db.session.scalar(overlapping) == len(present)
