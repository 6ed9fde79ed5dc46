"""Posts change hands: who may hold what when, and what stays known."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from lms import clock
from lms.audit.models import AuditEntry
from lms.db import db
from lms.errors import Refused
from lms.organisation import queries
from lms.organisation.models import Appointment, Post, PostKind
from lms.organisation.people.queries import put_right
from lms.organisation.posts import services
from tests.conftest import Cast

SignIn = Callable[[str], FlaskClient]


def held_by(cast: Cast, who: str) -> Appointment:
    query = select(Appointment).where(Appointment.person_id == cast.people[who].id, Appointment.withdrawn_at.is_(None))
    return db.session.scalars(query.order_by(Appointment.valid_from.desc())).first()  # type: ignore[return-value]


def holders(cast: Cast, code: str, on: date) -> list[tuple[str, str]]:
    """Post kind and holder's name (or "") of a unit's own posts on a day."""
    found = queries.posts_of(cast.units[code], on)
    return [(post.kind.code, person.name if person else "") for post, person, _held in found]


def appoint(cast: Cast, who: str, post: str, since: date, capacity: str = "holder", until: date | None = None) -> int:
    return services.appoint(
        cast.posts[post].id, cast.people[who].id, capacity=capacity, valid_from=since, valid_to=until,
        document="QĐ 12-QĐ/ĐU", at=cast.now,
    )  # fmt: skip


def test_a_vacant_post_is_filled_from_a_day_on(cast: Cast, today: date) -> None:
    appoint(cast, "em", "vacant", today)
    assert holders(cast, "A2", today) == [("bi-thu-chi-bo", "Vũ Văn Em")]
    assert holders(cast, "A2", today - timedelta(days=1)) == [("bi-thu-chi-bo", "")]
    line = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
    assert line is not None and (line.action, line.details["document"]) == ("lms.appoint", "QĐ 12-QĐ/ĐU")


def test_a_post_has_one_holder_at_a_time_but_somebody_may_act_beside(cast: Cast, today: date) -> None:
    with pytest.raises(Refused, match="Trần Văn An"):
        appoint(cast, "em", "an", today)
    appoint(cast, "em", "an", today, "acting", today + timedelta(days=30))
    assert holders(cast, "A1", today) == [("bi-thu-chi-bo", "Trần Văn An"), ("bi-thu-chi-bo", "Vũ Văn Em")]
    with pytest.raises(Refused, match="Vũ Văn Em"):  # nobody holds the same post twice
        appoint(cast, "em", "an", today + timedelta(days=30), "acting")


def test_a_hand_over_leaves_no_day_without_a_holder_and_none_with_two(cast: Cast, today: date) -> None:
    services.hand_over(
        held_by(cast, "an").id, cast.people["em"].id, on=today, capacity="holder", document="", at=cast.now
    )
    for day in (today - timedelta(days=1), today, today + timedelta(days=400)):
        name = "Trần Văn An" if day < today else "Vũ Văn Em"
        assert holders(cast, "A1", day) == [("bi-thu-chi-bo", name)]
    assert held_by(cast, "an").valid_to == today - timedelta(days=1)
    (before,) = put_right(cast.people["an"].id)
    assert before.valid_to is None  # what was known before the hand-over


def test_an_acting_secretary_ceases_when_a_holder_takes_over(cast: Cast, today: date) -> None:
    appoint(cast, "em", "an", today - timedelta(days=10), "acting")
    services.hand_over(held_by(cast, "an").id, cast.people["hoa"].id, on=today, capacity="holder", document="",
                       at=cast.now)  # fmt: skip
    assert holders(cast, "A1", today) == [("bi-thu-chi-bo", "Nguyễn Thị Hòa")]


def test_who_begins_today_cannot_hand_over_today(cast: Cast, today: date) -> None:
    entry = appoint(cast, "em", "vacant", today)
    with pytest.raises(Refused):
        services.hand_over(entry, cast.people["hoa"].id, on=today, capacity="holder", document="", at=cast.now)


def test_a_relieved_holder_leaves_a_vacant_post(cast: Cast, today: date) -> None:
    services.relieve(held_by(cast, "an").id, last_day=today, document="", at=cast.now)
    assert holders(cast, "A1", today) == [("bi-thu-chi-bo", "Trần Văn An")]
    assert holders(cast, "A1", today + timedelta(days=1)) == [("bi-thu-chi-bo", "")]


def test_a_correction_keeps_what_was_known(cast: Cast, today: date) -> None:
    """Recorded 400 days ago, put right today: An has held the post for a month only."""
    start, later = today - timedelta(days=30), clock.start_of(today + timedelta(days=2))
    services.correct(
        held_by(cast, "an").id, capacity="acting", valid_from=start, valid_to=None, document="", reason="nhập nhầm",
        at=later,
    )  # fmt: skip
    assert held_by(cast, "an").capacity == "acting"
    day = today - timedelta(days=100)
    assert holders(cast, "A1", day) == [("bi-thu-chi-bo", "")]
    known = queries.in_force(Appointment, day, known=today + timedelta(days=1))
    was = db.session.scalars(select(Appointment).where(Appointment.post_id == cast.posts["an"].id, known)).all()
    assert [row.capacity for row in was] == ["holder"]


def test_a_stale_page_cannot_change_what_was_changed_meanwhile(cast: Cast, today: date) -> None:
    entry = held_by(cast, "an").id
    services.relieve(entry, last_day=today, document="", at=cast.now)
    with pytest.raises(Refused, match="vừa được thay đổi"):
        services.withdraw(entry, reason="nhầm", at=cast.now)


def test_a_closed_post_takes_its_holders_time_with_it_and_keeps_the_past(cast: Cast, today: date) -> None:
    services.close_post(cast.posts["an"].id, last_day=today, at=cast.now)
    assert holders(cast, "A1", today) == [("bi-thu-chi-bo", "Trần Văn An")]
    assert holders(cast, "A1", today + timedelta(days=1)) == []
    assert held_by(cast, "an").valid_to == today


def test_a_post_fits_the_tree_of_its_unit(cast: Cast, today: date) -> None:
    chair = db.session.scalars(select(PostKind).where(PostKind.code == "chu-tich-cong-doan")).one()
    with pytest.raises(Refused):
        services.add_post(cast.units["A1"].id, chair.id, valid_from=today, at=cast.now)
    services.add_post(cast.units["A-CD"].id, chair.id, valid_from=today, at=cast.now)
    assert holders(cast, "A-CD", today) == [("chu-tich-cong-doan", "")]


def test_a_manager_hands_over_in_the_own_unit_only(cast: Cast, signed_in: SignIn, today: date) -> None:
    address = f"/organisation/held/{held_by(cast, 'an').id}/hand-over"
    strange = f"/organisation/held/{held_by(cast, 'giang').id}/hand-over"
    manager, inspector = signed_in("cuong"), signed_in("dung")
    assert manager.get(strange).status_code == 404
    assert inspector.get(address).status_code == 403
    form = {"person": str(cast.people["binh"].id), "capacity": "concurrent", "valid_from": today.isoformat()}
    assert manager.post(address, data=form).status_code == 422  # Bình was not looked for: no choice
    answer = manager.post(f"{address}?q=le+binh", data=form, follow_redirects=True)
    assert answer.status_code == 200 and "Lê Thanh Bình" in answer.text
    assert holders(cast, "A1", today) == [("bi-thu-chi-bo", "Lê Thanh Bình")]


def test_a_stranger_is_chosen_by_code_and_full_name_together(cast: Cast, signed_in: SignIn) -> None:
    giang = cast.people["giang"]
    address = f"/organisation/posts/{cast.posts['vacant'].id}/appoint"
    manager = signed_in("cuong")
    for search in ("do truong giang", giang.code):
        assert giang.name not in manager.get(address, query_string={"q": search}).text
    assert giang.name in manager.get(address, query_string={"q": f"{giang.code} Đỗ Trường Giang"}).text


@pytest.mark.parametrize("action", ["relieve", "correct", "withdraw"])
def test_each_change_of_an_entry_has_its_page(cast: Cast, signed_in: SignIn, today: date, action: str) -> None:
    address = f"/organisation/held/{held_by(cast, 'an').id}/{action}"
    client = signed_in("cuong")
    assert client.get(address).status_code == 200
    form = {"last_day": str(today), "capacity": "acting", "valid_from": "2026-01-05", "reason": "nhập nhầm"}
    answer = client.post(address, data=form)
    assert answer.status_code == 302
    assert db.session.scalar(select(Post.id).where(Post.id == cast.posts["an"].id)) is not None
    assert client.get(address).status_code == 404  # the entry was replaced
