"""Days and moments: what is in force on a day, and what we knew of it on another."""

from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select

from lms import clock
from lms.db import db, transaction
from lms.organisation.models import Appointment, Unit, UnitState
from lms.organisation.queries import below, in_force, tree_on
from tests.conftest import Cast

YEAR = date(2026, 1, 1)


def moment(month: int) -> datetime:
    return clock.start_of(date(2026, month, 10)) + timedelta(hours=9)


@pytest.fixture
def corrected(cast: Cast) -> Cast:
    """Recorded in February: An acts in the vacant post from January on. Put right in April: only until 31 March."""
    row = {"post_id": cast.posts["vacant"].id, "person_id": cast.people["an"].id, "capacity": "acting"}
    with transaction() as session:
        wrong = Appointment(**row, valid_from=YEAR, recorded_at=moment(2), withdrawn_at=moment(4))
        right = Appointment(**row, valid_from=YEAR, valid_to=date(2026, 3, 31), recorded_at=moment(4))
        session.add_all([wrong, right])
    return cast


def acting(on: date, known: date | None = None) -> int:
    held = select(Appointment.id).where(Appointment.capacity == "acting", in_force(Appointment, on, known))
    return len(db.session.scalars(held).all())


@pytest.mark.parametrize(
    ("on", "known", "count"),
    [
        (date(2025, 12, 31), None, 0),
        (date(2026, 1, 1), None, 1),
        (date(2026, 3, 31), None, 1),  # the last day is included
        (date(2026, 4, 1), None, 0),
        (date(2026, 4, 1), date(2026, 4, 9), 1),  # the correction was not known yet
        (date(2026, 4, 1), date(2026, 4, 10), 0),  # known at the end of its day
        (date(2026, 1, 1), date(2026, 2, 9), 0),  # nothing was recorded yet
        (date(2026, 1, 1), date(2026, 4, 10), 1),
    ],
)
def test_a_correction_changes_what_is_true_but_not_what_was_known(
    corrected: Cast, on: date, known: date | None, count: int
) -> None:
    assert acting(on, known) == count


def test_the_present_state_of_a_unit_does_not_pretend_to_remember(cast: Cast) -> None:
    with pytest.raises(ValueError, match="does not remember"):
        in_force(Unit, YEAR, known=YEAR)


def test_every_unit_stands_in_the_tree_with_the_path_of_its_reporting_parent(cast: Cast, today: date) -> None:
    tree = tree_on(today)
    rows = {row.unit_id: row for row in db.session.execute(select(tree))}
    assert {row.name for row in rows.values()} == {unit.name for unit in cast.units.values()}
    for row in rows.values():
        above = rows[row.parent_id].path if row.parent_id else "/"
        assert row.path == f"{above}{row.unit_id}/"
    union = rows[cast.units["A-CD"].id]
    assert union.parent_id == cast.units["A"].id


def test_a_subtree_of_a_day_is_one_range_of_its_paths(cast: Cast, today: date) -> None:
    tree = tree_on(today)
    inside = db.session.scalars(select(tree.c.unit_id).where(below(cast.units["A"].path, tree.c.path)))
    assert set(inside) == {cast.units[code].id for code in ("A", "A1", "A2", "A-CD", "A-DTN")}


def test_the_tree_of_a_day_is_the_one_that_was_known(cast: Cast, today: date) -> None:
    """A unit was renamed in February with effect from January; before that the old name was known."""
    unit, later = cast.units["B1"], clock.start_of(date(2026, 2, 10))
    with transaction() as session:
        old = session.scalars(select(UnitState).where(UnitState.unit_id == unit.id)).one()
        old.recorded_at, old.withdrawn_at = moment(1), later
        common = {"unit_id": unit.id, "parent_id": unit.parent_id, "path": unit.path, "recorded_at": later}
        session.add(UnitState(**common, name=old.name, valid_to=date(2025, 12, 31)))
        session.add(UnitState(**common, name="Chi bộ Vụ Kế hoạch - Tài chính", valid_from=YEAR))

    def name(on: date, known: date | None = None) -> str | None:
        tree = tree_on(on, known)
        return db.session.scalar(select(tree.c.name).where(tree.c.unit_id == unit.id))

    assert name(YEAR) == "Chi bộ Vụ Kế hoạch - Tài chính"
    assert name(date(2025, 12, 31)) == "Chi bộ Vụ Kế hoạch"
    assert name(YEAR, known=date(2026, 2, 9)) == "Chi bộ Vụ Kế hoạch"
    assert name(YEAR, known=date(2026, 2, 10)) == "Chi bộ Vụ Kế hoạch - Tài chính"
    assert name(YEAR, known=date(2025, 12, 31)) is None
