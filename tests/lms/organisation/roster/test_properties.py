"""What holds of every organisation and every list: export then import is nothing, twice is once, undo restores."""

from datetime import date, timedelta

from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select

from lms.db import db, transaction
from lms.organisation.models import Appointment, Person, Post
from lms.organisation.queries import root_unit
from lms.organisation.roster.export import roster_workbook
from lms.organisation.roster.queries import roster_rows
from tests.conftest import Cast, make_person, make_post
from tests.lms.organisation.roster.conftest import Import, as_it_is
from tests.lms.organisation.roster.sheets import form, workbook

FAMILY = ("Nguyễn", "Trần", "Đỗ", "H'", "Y")
GIVEN = ("Hoà", "Hòa", "Hường", "Thuý Vân", "Ức", "Niê", "Đức Anh")
NAMES = st.builds(
    lambda family, given: f"{family} {given}".replace("' ", "'"), st.sampled_from(FAMILY), st.sampled_from(GIVEN)
)
UNITS = st.sampled_from(("A", "A1", "A2", "B", "B1", "A-CD", "A-DTN"))
KINDS = st.sampled_from(("bi-thu-chi-bo", "can-bo-dan-van", "chu-tich-cong-doan", "bi-thu-doan"))
CAPACITIES = st.sampled_from(("holder", "acting", "concurrent", "seconded"))
DAYS = st.dates(date(1950, 1, 1), date(2000, 12, 31))
PEOPLE = st.lists(
    st.tuples(NAMES, DAYS, st.booleans(), st.sampled_from(("", "nam", "nữ")), st.sampled_from(("", "0912345678"))),
    min_size=1, max_size=6,
)  # fmt: skip
HELD = st.lists(st.tuples(UNITS, KINDS, CAPACITIES, st.integers(0, 5), st.integers(1, 4000)), max_size=8)
LISTED = st.lists(
    st.tuples(NAMES, st.integers(1950, 1999),
              st.sampled_from(("Bí thư chi bộ", "Cán bộ dân vận", "CTCĐ", "Trưởng phòng")),
              st.sampled_from(("", "Chi bộ Văn phòng", "Chi bộ Vụ Tổ chức", "Chi bộ Mới"))),
    min_size=1, max_size=6,
)  # fmt: skip


def fill(cast: Cast, people: list, held: list, today: date) -> None:  # type: ignore[type-arg]
    """An organisation with these people in these posts, and nobody else."""
    with transaction() as session:
        session.execute(delete(Appointment))
        made = []
        for name, born, year_only, sex, phone in people:
            person = make_person(name, born=born.year)
            person.birth_on, person.gender, person.phone = None if year_only else born, sex, phone
            made.append(person)
        taken = set()
        for unit, kind, capacity, who, days in held:
            person = made[who % len(made)]
            if (unit, kind, person.id) not in taken:
                taken.add((unit, kind, person.id))
                make_post(cast.units[unit], kind, person, since=today - timedelta(days=days), capacity=capacity)


@settings(max_examples=12, phases=[Phase.generate])
@given(people=PEOPLE, held=HELD)
def test_importing_the_systems_own_export_changes_nothing(cast: Cast, today: date, people: list, held: list) -> None:  # type: ignore[type-arg]
    fill(cast, people, held, today)
    root = root_unit()
    assert root is not None
    rows = roster_rows(root, today)
    found = Import(roster_workbook(rows), whole=True)
    assert found.counts == ({"unchanged": len(rows)} if rows else {})
    before = as_it_is()
    found.apply()
    assert as_it_is() == before


@settings(max_examples=12, phases=[Phase.generate])
@given(rows=LISTED, whole=st.booleans())
def test_twice_is_once_and_undo_restores(cast: Cast, today: date, rows: list, whole: bool) -> None:  # type: ignore[type-arg]
    data = workbook(form(*((n, name, born, "", post, unit) for n, (name, born, post, unit) in enumerate(rows))))
    before = as_it_is()
    found = Import(data, whole=whole)
    found.apply(found.row.summary["ending"])
    after = as_it_is()
    again = Import(data, whole=whole)
    assert {kind: count for kind, count in again.counts.items() if kind in ("new", "leaving")} == {}
    again.apply(again.row.summary["ending"])
    assert as_it_is()["appointments"] == after["appointments"]
    if again.counts.get("changed"):
        again.undo()
    found.undo()
    restored = as_it_is()
    assert {k: v for k, v in restored.items() if k != "people"} == {k: v for k, v in before.items() if k != "people"}
    assert before["people"] <= restored["people"]
    clear(cast)


def clear(cast: Cast) -> None:
    """The next example begins with the cast alone."""
    mine = [person.id for person in cast.people.values()]
    with transaction() as session:
        others = select(Person.id).where(Person.id.not_in(mine))
        session.execute(delete(Appointment).where(Appointment.person_id.in_(others)))
        session.execute(delete(Post).where(Post.withdrawn_at.is_not(None), Post.id.not_in(select(Appointment.post_id))))
    db.session.rollback()
