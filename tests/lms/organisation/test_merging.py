"""Two records of one person: merged without a loss, and two again exactly as before."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from lms.accounts.models import Account
from lms.db import Model, db, transaction
from lms.errors import Refused
from lms.organisation.models import Appointment, Person, PersonMerge
from lms.organisation.people import merging
from lms.organisation.people.queries import find
from tests.conftest import Cast, make_person, make_post

SignIn = Callable[[str], FlaskClient]


@pytest.fixture
def twice(cast: Cast) -> Cast:
    """An is recorded twice: as secretary of A1 with an account, and as dân vận officer of B with a phone."""
    with transaction():
        second = cast.people["an again"] = make_person("Trần Văn An")
        second.phone = "0912345678"
        make_post(cast.units["B"], "can-bo-dan-van", second, since=date(2026, 1, 1))
    return cast


def everything() -> dict[str, list[Any]]:
    """All rows that say something of people, but the log and the words that are made of them."""
    db.session.rollback()
    made = ("lms_person_word", "lms_audit_entry", "lms_person_merge", "lms_outbox_event", "lms_outbox_delivery")
    return {
        table.name: [tuple(row) for row in db.session.execute(select(table).order_by(table.c.id))]
        for table in Model.metadata.sorted_tables
        if table.name not in made and table.name.startswith("lms_")
    }


def merge(cast: Cast) -> int:
    return merging.merge(cast.people["an"].id, cast.people["an again"].id, reason="cùng số hiệu đảng viên", at=cast.now)


def test_both_histories_stand_on_one_record(twice: Cast, today: date) -> None:
    merge(twice)
    an = db.session.get_one(Person, twice.people["an"].id)
    held = db.session.scalars(select(Appointment).where(Appointment.person_id == an.id)).all()
    assert {row.post.unit.code for row in held} == {"A1", "B"}
    assert an.phone == "0912345678"
    path = twice.units["BLOC"].path
    assert [person.id for person in find([path], "tran van an", today).rows] == [an.id]
    for typed in ("0912345678", twice.people["an again"].code):
        assert [person.id for person in find([path], typed, today).rows] == [an.id]


def test_an_undone_merge_leaves_everything_as_it_was(twice: Cast, today: date) -> None:
    before = everything()
    merging.undo_merge(merge(twice), at=twice.now)
    assert everything() == before
    assert len(find([twice.units["BLOC"].path], "tran van an", today).rows) == 2


def test_what_was_added_since_stays_with_the_kept_record(twice: Cast) -> None:
    entry = merge(twice)
    with transaction():
        make_post(twice.units["B1"], "bi-thu-chi-bo", twice.people["an"], since=date(2026, 2, 1))
    merging.undo_merge(entry, at=twice.now)
    held = select(Appointment.post_id).where(Appointment.person_id == twice.people["an"].id)
    assert len(db.session.scalars(held).all()) == 2


def test_nobody_keeps_two_accounts(twice: Cast) -> None:
    with transaction() as session:
        session.add(Account(username="an2", name="An", person_id=twice.people["an again"].id, created_at=twice.now))
    before = everything()
    entry = merge(twice)
    accounts = select(Account.username).where(Account.disabled_at.is_not(None))
    assert list(db.session.scalars(accounts)) == ["an2"]
    merging.undo_merge(entry, at=twice.now)
    assert everything() == before


def test_a_record_is_merged_once(twice: Cast) -> None:
    entry = merge(twice)
    with pytest.raises(Refused):
        merge(twice)
    with pytest.raises(Refused):
        merging.merge(twice.people["an"].id, twice.people["an"].id, reason="x", at=twice.now)
    further = merging.merge(twice.people["binh"].id, twice.people["an"].id, reason="x", at=twice.now)
    with pytest.raises(Refused):  # the later one first
        merging.undo_merge(entry, at=twice.now)
    merging.undo_merge(further, at=twice.now)
    merging.undo_merge(entry, at=twice.now)


def test_an_administrator_merges_on_a_page_that_shows_both(twice: Cast, signed_in: SignIn) -> None:
    an, again = twice.people["an"], twice.people["an again"]
    address = f"/organisation/people/{an.id}/merge"
    assert signed_in("cuong").get(address).status_code == 403
    client = signed_in("hoa")
    assert again.code in client.get(address).text  # the same name is proposed
    assert "0912345678" in client.get(f"{address}?code={again.code}").text
    client.post(address, data={"code": again.code, "reason": "cùng ngày sinh"})
    entry = db.session.scalars(select(PersonMerge)).one()
    page = client.get(f"/organisation/people/{again.id}", follow_redirects=True)
    assert page.request.path.endswith(f"/{an.id}") and "cùng ngày sinh" in page.text
    assert client.post(f"/organisation/people/merges/{entry.id}/undo").status_code == 302
    assert db.session.get_one(Person, again.id).merged_into_id is None
