"""Reminders: who is told what on which day, the preview that keeps its word, and that nothing is told twice."""

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from threading import Thread

import pytest
from flask import Flask
from flask.testing import FlaskClient

from certificates.reminders import queries, services
from certificates.reminders.jobs import remind
from certificates.reminders.queries import Reminder, planned
from certificates.reminders.wording import Words
from certificates.targets import services as targets
from certificates.targets.models import Target
from lms import clock, jobs
from lms.accounts.services import grant_role
from lms.db import db, transaction
from lms.jobs import Progress
from lms.jobs.models import Job
from lms.messages.days import opening
from lms.messages.letters import letters
from lms.messages.models import Message
from lms.messages.queries import channels, waiting
from lms.messages.services import send_due, set_day
from lms.organisation.models import Person
from tests.certificates.targets.worlds import add_target, appoint, certify, refresh
from tests.conftest import Cast, make_person, make_post
from tests.postbox import Postbox, open_postbox

SignIn = Callable[[str], FlaskClient]


@pytest.fixture
def workday(today: date) -> date:
    """A working day a week ahead: enough for every day before it to be over."""
    day = today + timedelta(days=7)
    set_day(day, True, "làm bù")
    set_day(day - timedelta(days=1), True, "làm bù")
    set_day(day + timedelta(days=1), True, "làm bù")
    return day


@pytest.fixture
def postbox(app: Flask) -> Iterator[Postbox]:
    with open_postbox(app.config) as opened:
        yield opened


@pytest.fixture
def target(cast: Cast, today: date) -> Target:
    """Due in 200 days; An, Bình and Giang are missing; Cường answers for A, Hòa for the Bloc, nobody for B."""
    return add_target(cast, today)


def step(target: Target, day: date, audience: str = "person", *, early: int = 0) -> int:
    """A step that comes on a day, or so many days before it."""
    days = (day - target.ends_on).days - early
    words = Words(days, audience, "{chỉ tiêu}", "{họ tên} {đơn vị} {còn lại} {liên kết}")
    if audience != "person":
        words = Words(days, audience, "{đơn vị}: {số người}", "{danh sách}")
    return services.add_step(target.id, words, clock.now())


def told(found: list[Reminder]) -> set[tuple[str, str, str]]:
    """Who is told of whom, and by which audience's step."""
    last = {person.id: person.name.split()[-1] for person in db.session.query(Person)}
    return {(last[r.recipient_id], r.step.audience, last[duty.person_id]) for r in found for duty in r.about}


def write(day: date) -> int:
    """What the worker's job does on that day."""
    return services.tell(list(queries.notices(planned(day), day)), opening(day))


def reachable(*people: Person) -> None:
    with transaction() as session:
        for person in people:
            session.get_one(Person, person.id).email = f"p{person.id}@example.vn"


def test_people_then_those_who_manage_then_those_above(cast: Cast, target: Target, workday: date) -> None:
    step(target, workday)
    assert planned(workday - timedelta(days=1)) == []
    everyone = {("An", "person", "An"), ("Bình", "person", "Bình"), ("Giang", "person", "Giang")}
    assert told(planned(workday)) == everyone
    step(target, workday, "manager")
    managers = {("Cường", "manager", "An"), ("Cường", "manager", "Bình"), ("Hòa", "manager", "Giang")}
    assert told(planned(workday)) == everyone | managers
    step(target, workday, "parent")
    above = {("Hòa", "parent", "An"), ("Hòa", "parent", "Bình")}
    assert told(planned(workday)) == everyone | managers | above


def test_nothing_is_told_twice_whoever_runs_and_however_often(cast: Cast, target: Target, workday: date) -> None:
    step(target, workday)
    step(target, workday, "manager")
    once = list(queries.notices(planned(workday), workday))
    assert services.tell(once[:2], opening(workday)) == 2, "then the worker died"
    assert services.tell(once, opening(workday)) == len(once) - 2
    assert services.tell(once, opening(workday)) == 0
    assert planned(workday) == planned(workday + timedelta(days=1)) == []
    assert db.session.query(Message).count() == len(once) == 5


def test_two_workers_at_the_same_moment_tell_everybody_once(
    app: Flask, cast: Cast, target: Target, workday: date
) -> None:
    step(target, workday)
    step(target, workday, "manager")
    found, told, errors = list(queries.notices(planned(workday), workday)), list[int](), list[BaseException]()

    def work() -> None:
        with app.app_context():
            try:
                told.append(services.tell(found, opening(workday)))
            except BaseException as error:
                errors.append(error)
            finally:
                db.session.remove()

    db.session.remove()
    workers = [Thread(target=work) for _number in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert errors == [] and sum(told) == len(found) == db.session.query(Message).count()


def test_who_comes_late_is_told_once_by_the_step_of_the_hour(cast: Cast, target: Target, workday: date) -> None:
    step(target, workday, early=20)
    last = step(target, workday, early=3)
    found = planned(workday)
    assert {reminder.step.id for reminder in found} == {last} and len(found) == 3


def test_a_step_waits_for_a_working_day(cast: Cast, target: Target, workday: date) -> None:
    set_day(workday, False, "nghỉ")
    step(target, workday)
    assert planned(workday) == []
    assert len(planned(workday + timedelta(days=1))) == 3


def test_the_trained_the_exempt_and_those_in_grace_are_left_alone(cast: Cast, today: date, workday: date) -> None:
    target = add_target(cast, today, grace_days=60)
    step(target, workday)
    with transaction():
        certify(cast.people["an"], today)
        late = make_person("Ngô Văn Mới")
        make_post(cast.units["B"], "can-bo-dan-van", late, since=today - timedelta(days=5))
    targets.exempt(target.id, cast.people["binh"].id, reason="ốm", document="1", valid_to=None, today=today,
                   account_id=None, at=clock.now())  # fmt: skip
    refresh(cast.people["an"], late)
    assert told(planned(workday)) == {("Giang", "person", "Giang")}


def test_a_completion_that_expires_is_due_on_its_last_day(cast: Cast, today: date, workday: date) -> None:
    """A completion of nearly a year ago, valid for twelve months, ends ten days after the working day."""
    target = add_target(cast, today, validity_months=12, renewal_days=30)
    with transaction():
        ends = workday + timedelta(days=10)
        certify(cast.people["an"], (ends + timedelta(days=1)).replace(year=ends.year - 1))
    refresh(cast.people["an"])
    services.add_step(target.id, Words(-10, "person", "{hạn}", "{còn lại}"), clock.now())
    (found,) = planned(workday)
    assert (found.recipient_id, found.due_on) == (cast.people["an"].id, ends)
    assert planned(workday - timedelta(days=1)) == []


def test_a_handed_over_post_reminds_whoever_holds_it(cast: Cast, target: Target, today: date, workday: date) -> None:
    step(target, workday)
    with transaction():
        appoint(cast.posts["vacant"], cast.people["cuong"], today)
    refresh(units=(cast.units["A2"],))
    assert ("Cường", "person", "Cường") in told(planned(workday))


def test_the_preview_of_tomorrow_is_what_is_sent(cast: Cast, target: Target, workday: date, postbox: Postbox) -> None:
    """The letters that the page of today foretells arrive, word for word, and no others."""
    second = add_target(cast, clock.today(), code="U", unit="A")
    for one in (target, second):
        step(one, workday)
        step(one, workday, "manager")
    reachable(*(cast.people[who] for who in ("an", "cuong", "giang")))
    foretold = letters([*waiting(opening(workday), channels()), *queries.notices(planned(workday), workday)])
    assert len(foretold) == 3
    write(workday)
    assert send_due(opening(workday)) == 3 and send_due(opening(workday) + timedelta(hours=5)) == 0
    sent = {(m["To"].addresses[0].addr_spec, m["Subject"], m.get_content().rsplit("\n", 2)[0]) for m in postbox.letters}
    assert sent == {(letter.address, letter.subject, letter.body) for letter in foretold}
    an = next(letter for letter in foretold if letter.person_id == cast.people["an"].id)
    assert "Trần Văn An Chi bộ Vụ Tổ chức còn" in an.body and "chỉ tiêu T" in an.body and "chỉ tiêu U" in an.body


def test_the_page_of_tomorrow_shows_the_reminders(cast: Cast, target: Target, today: date, signed_in: SignIn) -> None:
    set_day(today + timedelta(days=1), True, "làm bù")
    step(target, today + timedelta(days=1))
    page = signed_in("hoa").get("/targets/reminders").text
    assert "Trần Văn An" in page and "Bí thư chi bộ của Chi bộ Vụ Kế hoạch" in page
    assert signed_in("cuong").get("/targets/reminders").status_code == 403


def test_a_day_is_queued_once_and_its_job_writes_that_day_only(cast: Cast, target: Target, today: date) -> None:
    assert not services.queue_day(today), "no target has a step"
    set_day(today, True, "làm bù")
    step(target, today)
    assert [services.queue_day(today), services.queue_day(today)] == [True, False]
    assert jobs.run_pending() == 1 and db.session.query(Message).count() == 3
    assert db.session.query(Job).one().state == "done"
    remind(Progress(0, None), (today - timedelta(days=1)).isoformat())
    assert db.session.query(Message).count() == 3


def test_the_office_writes_the_steps(cast: Cast, target: Target, signed_in: SignIn) -> None:
    hoa = signed_in("hoa")
    assert hoa.post("/targets/T/reminders/usual").status_code == 302
    assert hoa.post("/targets/T/reminders/usual").status_code == 409
    page = hoa.get("/targets/T/reminders").text
    assert "30 ngày trước hạn" in page and "7 ngày sau hạn" in page
    form = {"number": "5", "side": "after", "audience": "manager", "subject": "Đôn đốc", "body": "{danh sách}"}
    assert hoa.post("/targets/T/reminders", data=form).status_code == 302
    refused = hoa.post("/targets/T/reminders", data=form | {"body": "{chức danh}"})
    assert refused.status_code == 422 and "{chức danh}" in refused.text
    assert hoa.post("/targets/T/reminders", data=form | {"subject": "một {"}).status_code == 422
    last = queries.steps_of(target.id)[-2]
    assert (last.days, last.subject) == (5, "Đôn đốc")
    hoa.post(f"/targets/reminders/{last.id}", data=form | {"number": "9"})
    assert [s.days for s in queries.steps_of(target.id)] == [-30, -10, -7, 7, 9]
    hoa.post(f"/targets/reminders/{last.id}/end")
    assert len(queries.steps_of(target.id)) == 4 and hoa.get(f"/targets/reminders/{last.id}").status_code == 404


def test_a_manager_reminds_one_or_all_of_their_units_once_a_day(cast: Cast, target: Target, signed_in: SignIn) -> None:
    cuong, an = signed_in("cuong"), cast.people["an"].id
    assert "Nhắc tất cả 2" in cuong.get("/targets/T").text
    one = {"unit": "A1", "person": an}
    assert cuong.post("/targets/T/remind", data=one).status_code == 302
    assert cuong.post("/targets/T/remind", data=one).status_code == 409
    message = db.session.query(Message).one()
    assert message.person_id == an and "Phạm Quốc Cường" in message.reason and "Vụ Tổ chức" in message.body
    assert cuong.post("/targets/T/remind", data={"unit": "B1", "person": cast.people["giang"].id}).status_code == 404
    assert cuong.post("/targets/T/remind", data={"unit": "A", "person": cast.people["giang"].id}).status_code == 404
    assert cuong.post("/targets/T/remind", data={"unit": "A"}).status_code == 302
    jobs.run_pending()
    assert {m.person_id for m in db.session.query(Message)} == {an, cast.people["binh"].id}


def test_a_disabled_or_withdrawn_manager_is_told_nothing(cast: Cast, target: Target, workday: date) -> None:
    step(target, workday, "manager")
    grant_role(cast.accounts["giang"].id, "unit_manager", cast.units["B"].id, clock.today(), None, clock.now())
    assert ("Giang", "manager", "Giang") in told(planned(workday))
    with transaction() as session:
        session.get_one(type(cast.accounts["giang"]), cast.accounts["giang"].id).disabled_at = clock.now()
    assert ("Hòa", "manager", "Giang") in told(planned(workday))
