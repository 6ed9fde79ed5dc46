"""A person says what is wrong in their record; whoever keeps it puts it right or says why not; the person is told."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from flask.testing import FlaskClient

from lms import clock
from lms.access import grants
from lms.db import db
from lms.errors import Refused
from lms.messages.models import Message
from lms.organisation.corrections import services
from lms.organisation.corrections.models import CorrectionRequest
from lms.organisation.corrections.queries import count_waiting
from lms.organisation.models import Appointment, Person, PersonFormer
from lms.organisation.queries import in_force
from tests.conftest import Cast

SignIn = Callable[[str], FlaskClient]


@pytest.fixture
def asked(cast: Cast, signed_in: SignIn) -> int:
    """An, whose record says 1970, asks for 1971."""
    signed_in("an").post("/my-data/wrong", data={"about": "0", "text": "Sinh năm 1971, không phải 1970."})
    found: int = db.session.query(CorrectionRequest.id).scalar()
    return found


def told(cast: Cast, who: str) -> list[tuple[str, str]]:
    query = db.session.query(Message.subject, Message.body).filter_by(person_id=cast.people[who].id)
    return [(subject, body) for subject, body in query.order_by(Message.id)]


def waiting_for(cast: Cast, who: str, today: date) -> int:
    return count_waiting([grant.path for grant in grants(cast.accounts[who].id, today)], today)


def test_a_request_waits_for_those_who_keep_the_record_and_for_nobody_else(
    asked: int, cast: Cast, signed_in: SignIn, today: date
) -> None:
    assert waiting_for(cast, "cuong", today) == waiting_for(cast, "hoa", today) == 1
    assert count_waiting([cast.units["B"].path], today) == 0
    page = signed_in("cuong").get("/organisation/corrections").text
    assert "Trần Văn An" in page and "Sinh năm 1971" in page
    assert "Đề nghị đính chính: 1" in signed_in("cuong").get("/organisation?unit=A").text
    assert signed_in("dung").get("/organisation/corrections").status_code == 403


def test_what_is_accepted_is_written_and_what_was_recorded_before_stays_known(
    asked: int, cast: Cast, signed_in: SignIn, today: date
) -> None:
    an, manager = cast.people["an"].id, signed_in("cuong")
    form = {"name": "Trần Văn An", "birth_year": "1971", "gender": "nam"}
    manager.post(f"/organisation/corrections/{asked}/record", data=form)
    assert db.session.get_one(Person, an).birth_year == 1971
    assert [former.birth_year for former in db.session.query(PersonFormer).filter_by(person_id=an)] == [1970]
    assert told(cast, "an")[-1][0] == "Hồ sơ của đồng chí đã được đính chính"
    assert waiting_for(cast, "cuong", today) == 0
    assert "1970" in manager.get(f"/organisation/people/{an}").text, "the page tells what was recorded before"
    assert manager.post(f"/organisation/corrections/{asked}/record", data=form).status_code == 404, "answered once"


def test_a_wrong_day_in_a_post_is_corrected_as_of_its_days(cast: Cast, signed_in: SignIn, today: date) -> None:
    held = db.session.query(Appointment).filter_by(person_id=cast.people["an"].id).one()
    since = today - timedelta(days=30)
    request = services.ask(cast.people["an"].id, "Nhận nhiệm vụ muộn hơn.", appointment_id=held.id, at=cast.now)
    form = {"capacity": "holder", "valid_from": since.isoformat(), "document": "QĐ 5"}
    signed_in("cuong").post(f"/organisation/corrections/{request}/post/{held.id}", data=form)

    def first_days(known: date | None) -> list[date]:
        rows = db.session.query(Appointment.valid_from).filter(Appointment.person_id == cast.people["an"].id)
        return [day for (day,) in rows.filter(in_force(Appointment, today, known))]

    assert first_days(None) == [since]
    assert told(cast, "an")[-1][0] == "Hồ sơ của đồng chí đã được đính chính"
    entries = db.session.query(Appointment).filter_by(person_id=cast.people["an"].id).order_by(Appointment.id).all()
    assert [entry.withdrawn_at is not None for entry in entries] == [True, False], "the old entry stays beside it"


def test_a_request_is_declined_only_with_a_reason_which_the_person_reads(
    asked: int, cast: Cast, signed_in: SignIn, today: date
) -> None:
    manager = signed_in("cuong")
    manager.post(f"/organisation/corrections/{asked}/answer", data={"accepted": "0", "answer": " "})
    assert waiting_for(cast, "cuong", today) == 1
    manager.post(f"/organisation/corrections/{asked}/answer", data={"accepted": "0", "answer": "Hồ sơ gốc ghi 1970."})
    subject, body = told(cast, "an")[-1]
    assert subject == "Hồ sơ của đồng chí không thay đổi" and "Hồ sơ gốc ghi 1970." in body
    assert "Hồ sơ gốc ghi 1970." in signed_in("an").get("/my-data/wrong").text
    assert db.session.get_one(Person, cast.people["an"].id).birth_year == 1970


def test_nobody_asks_for_another_s_post_or_floods_the_office(cast: Cast) -> None:
    theirs = db.session.query(Appointment.id).filter_by(person_id=cast.people["giang"].id).scalar()
    with pytest.raises(Refused, match="không phải chức danh của đồng chí"):
        services.ask(cast.people["an"].id, "Sai.", appointment_id=theirs, at=clock.now())
    for _time in range(services.OPEN):
        services.ask(cast.people["an"].id, "Sai.", appointment_id=None, at=clock.now())
    with pytest.raises(Refused, match="đang chờ trả lời"):
        services.ask(cast.people["an"].id, "Sai.", appointment_id=None, at=clock.now())


def test_one_s_own_page_leads_to_asking_and_others_pages_do_not(cast: Cast, signed_in: SignIn) -> None:
    page = f"/organisation/people/{cast.people['an'].id}"
    assert 'href="/my-data/wrong"' in signed_in("an").get(page).text
    assert 'href="/my-data/wrong"' not in signed_in("cuong").get(page).text
