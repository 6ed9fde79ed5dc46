"""Preparing an exam and watching the room, each page with who may and who may not."""

import re
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

import pytest
from flask.testing import FlaskClient

from courses.catalogue.export import folder_of
from courses.exams import services as exams
from courses.quizzes import services
from courses.quizzes.models import Allowance, Attempt, Paper, Quiz
from lms import clock
from lms.audit.models import AuditEntry
from lms.db import db
from lms.errors import Refused
from tests.conftest import Cast
from tests.courses.conftest import SECRET, in_english, pass_everything, quiz_of, right_answers, send, start_final


@pytest.fixture
def hoa(at_final: FlaskClient, signed_in: Callable[[str], FlaskClient]) -> FlaskClient:
    return in_english(signed_in("hoa"))


@pytest.fixture
def cuong(at_final: FlaskClient, signed_in: Callable[[str], FlaskClient]) -> FlaskClient:
    """He manages unit A: he invigilates there, and prepares nothing."""
    return in_english(signed_in("cuong"))


def base() -> str:
    return f"/exams/{quiz_of().id}"


def audited(action: str) -> AuditEntry:
    return db.session.query(AuditEntry).filter_by(action=action).order_by(AuditEntry.id.desc()).first()  # type: ignore[return-value]


def test_the_blueprint_is_set_and_sounds_the_alarm(hoa: FlaskClient, cuong: FlaskClient) -> None:
    page = f"{base()}/blueprint"
    assert "The bank can fill this blueprint: 6 questions" in hoa.get(page).text
    hoa.post(page, data={"n:T1:": "2", "n:T1:van-dung": "12", "n:T2:": ""})
    assert quiz_of().draw == {"T1": {"van-dung": 12, "": 2}}
    text = hoa.get(page).text
    assert "Only 0 of 12 at Vận dụng in topic T1." in text and 'value="12"' in text
    assert audited("courses.set_blueprint").details["before"] == {"T1": 4, "T2": 2}
    assert hoa.post(page, data={"n:T1:": "zwei"}).status_code == 409
    assert hoa.post(page, data={"n:T1:": ""}).status_code == 409  # no question at all
    assert cuong.get(page).status_code == 403 and cuong.post(page, data={"n:T1:": "1"}).status_code == 403


def test_the_same_seed_builds_the_same_papers(hoa: FlaskClient) -> None:
    page, quiz_id = f"{base()}/papers", quiz_of().id
    for _time in range(2):
        hoa.post(page, data={"count": "3", "seed": "đêm trước"})
    papers = db.session.query(Paper).filter_by(quiz_id=quiz_id).order_by(Paper.number).all()
    assert [paper.number for paper in papers] == [1, 2, 3, 4, 5, 6]
    assert [paper.items for paper in papers[:3]] == [paper.items for paper in papers[3:]]
    assert [paper.withdrawn_at is None for paper in papers] == [False] * 3 + [True] * 3
    text = hoa.get(page).text
    assert "Paper 004" in text and "Questions shared by two papers" in text and "Paper 001" not in text
    hoa.post(page, data={"count": "3", "seed": ""})
    assert db.session.query(Paper).order_by(Paper.number.desc()).first().items != papers[2].items  # type: ignore[union-attr]


def test_an_attempt_gets_a_paper_that_was_built_and_another_one_the_next_time(hoa: FlaskClient, cast: Cast) -> None:
    an, quiz = cast.people["an"].id, quiz_of()
    exams.build_papers(quiz.id, 2, "x", clock.now())
    given = []
    for number in range(2):
        attempt_id = services.start(quiz.id, an, clock.now() + timedelta(hours=13 * number))
        attempt = db.session.get_one(Attempt, attempt_id)
        assert attempt.paper == db.session.get_one(Paper, attempt.paper_id).items
        given.append(attempt.paper_id)
        services.submit(attempt.id, an, None, clock.now() + timedelta(hours=13 * number))
    assert len(set(given)) == 2


def test_a_printed_paper_shows_its_key_on_request_and_the_log_notes_it(hoa: FlaskClient, cuong: FlaskClient) -> None:
    exams.build_papers(quiz_of().id, 1, "x", clock.now())
    page = f"/exams/papers/{db.session.query(Paper).one().id}"
    text = hoa.get(page).text
    assert "ANSWER SHEET" in text and "Key:" not in text and SECRET not in text and audited("courses.print_key") is None
    assert hoa.get(f"{page}?key=1").text.count("Key:") == 6 and audited("courses.print_key") is not None
    assert cuong.get(page).status_code == 403 and hoa.get("/exams/papers/999").status_code == 404


def test_the_rules_of_the_day_are_set_on_a_vietnamese_clock(hoa: FlaskClient, cuong: FlaskClient) -> None:
    page = f"{base()}/rules"
    form = {
        "opens_at": "2026-12-01T08:00", "closes_at": "2026-12-01T09:30", "at_end": "grace", "grace_minutes": "5",
        "review": "after_closing", "room_code": "SEN", "addresses": "10.0.0.0/8\n192.0.2.1", "markers": "2",
        "blind": "y", "minutes": "45", "attempts": "", "wait_hours": "24", "pass_score": "6.5",
    }  # fmt: skip
    assert hoa.post(page, data=form).status_code == 302
    quiz = db.session.get_one(Quiz, quiz_of().id)
    assert quiz.opens_at is not None and quiz.opens_at.isoformat() == "2026-12-01T01:00:00+00:00"
    assert (quiz.at_end, quiz.grace_minutes, quiz.review, quiz.room_code, quiz.markers, quiz.blind) == (
        "grace", 5, "after_closing", "SEN", 2, True
    )  # fmt: skip
    assert quiz.addresses == ["10.0.0.0/8", "192.0.2.1"] and 'value="2026-12-01T08:00"' in hoa.get(page).text
    assert (quiz.minutes, quiz.attempts, quiz.wait_hours, quiz.pass_score) == (45, None, 24, Decimal("6.5"))
    course = folder_of("KH-1")  # exporting the course says the same
    assert course is not None
    final = course.final
    assert (final.minutes, final.attempts, final.pass_score) == (45, None, Decimal("6.5"))
    assert hoa.post(page, data=form | {"pass_score": "11"}).status_code == 422
    assert "no network" in hoa.post(page, data=form | {"addresses": "10.0.0.0/99"}).text
    assert hoa.post(page, data=form | {"closes_at": "2026-12-01T07:00"}).status_code == 409
    assert cuong.post(page, data=form).status_code == 403


def test_the_room_shows_ones_own_units(hoa: FlaskClient, cuong: FlaskClient, at_final: FlaskClient, cast: Cast) -> None:
    pass_everything(cast.people["giang"].id)  # Giang sits in B
    services.start(quiz_of().id, cast.people["giang"].id, clock.now())
    attempt_id = start_final(at_final)
    send(at_final, attempt_id, key="key-aaaa", seq=1, position=0, value=right_answers(attempt_id)[0])
    room = cuong.get(f"{base()}/room").text
    assert "Trần Văn An" in room and "1/6" in room and "connected" in room and "Đỗ Trường Giang" not in room
    assert "Đỗ Trường Giang" in hoa.get(f"{base()}/room").text
    giang = db.session.query(Attempt.id).filter_by(person_id=cast.people["giang"].id, quiz_id=quiz_of().id).scalar()
    assert cuong.get(f"/exams/attempts/{attempt_id}").status_code == 200
    assert cuong.get(f"/exams/attempts/{giang}").status_code == 404
    for verb in ("extend", "reopen", "end"):
        assert cuong.post(f"/exams/attempts/{giang}/{verb}", data={"minutes": "5", "reason": "x"}).status_code == 404
    assert at_final.get(f"{base()}/room").status_code == 403


def test_time_after_a_power_cut_counts_from_now(cuong: FlaskClient, at_final: FlaskClient) -> None:
    attempt_id = start_final(at_final)
    before = db.session.get_one(Attempt, attempt_id).ends_at
    cuong.post(f"{base()}/room/extend", data={"minutes": "15", "reason": "Mất điện tầng 2"})
    attempt = db.session.get_one(Attempt, attempt_id)
    assert before and attempt.ends_at == attempt.due_at == before + timedelta(minutes=15)
    assert audited("courses.extend").details == {"minutes": 15, "reason": "Mất điện tầng 2"}
    late = attempt.ends_at + timedelta(minutes=40)  # the cut lasted beyond the end
    exams.extend([attempt_id], 10, "Mất điện", late)
    assert db.session.get_one(Attempt, attempt_id).ends_at == late + timedelta(minutes=10)
    assert cuong.post(f"{base()}/room/extend", data={"minutes": "15", "reason": ""}).status_code == 409


def test_an_attempt_is_reopened_with_its_answers_and_ended_with_the_reason(
    cuong: FlaskClient, at_final: FlaskClient, cast: Cast
) -> None:
    attempt_id = start_final(at_final)
    right = right_answers(attempt_id)
    send(at_final, attempt_id, key="key-aaaa", seq=1, position=0, value=right[0])
    at_final.post(f"/attempts/{attempt_id}/submit")
    cuong.post(f"/exams/attempts/{attempt_id}/reopen", data={"minutes": "10", "reason": "Bấm nhầm"})
    assert db.session.get_one(Attempt, attempt_id).submitted_at is None
    assert start_final(at_final) == attempt_id  # it burnt nothing
    for position, value in enumerate(right[1:], start=1):
        send(at_final, attempt_id, key=f"kex-{position:05}", seq=position + 1, position=position, value=value)
    cuong.post(f"/exams/attempts/{attempt_id}/end", data={"reason": "Hết buổi"})
    attempt = db.session.get_one(Attempt, attempt_id)
    assert (attempt.ended_by, attempt.score, attempt.passed) == ("room", 10, True)
    assert audited("courses.end").details == {"reason": "Hết buổi"}
    with pytest.raises(Refused):  # it counts now
        exams.reopen(attempt_id, 10, "x", clock.now())


def test_more_time_for_one_person_is_noted_and_taken_back(
    cuong: FlaskClient, at_final: FlaskClient, cast: Cast
) -> None:
    form = {"person": cast.people["an"].code, "minutes": "15", "attempts": "", "reason": "Thị lực kém"}
    cuong.post(f"{base()}/allowances", data=form)
    assert "35 minutes" in at_final.get(f"/quizzes/{quiz_of().id}").text
    allowance = db.session.query(Allowance).one()
    assert "Thị lực kém" in cuong.get(f"{base()}/room").text
    cuong.post(f"/exams/allowances/{allowance.id}/withdraw")
    assert "20 minutes" in at_final.get(f"/quizzes/{quiz_of().id}").text
    stranger = form | {"person": cast.people["giang"].code}
    assert cuong.post(f"{base()}/allowances", data=stranger).status_code == 409
    assert db.session.query(Allowance).count() == 1


def test_every_link_of_the_list_leads_somewhere(hoa: FlaskClient) -> None:
    for path in re.findall(r'href="(/exams/[^"]+)"', hoa.get("/exams").text + hoa.get(f"{base()}/room").text):
        assert hoa.get(path).status_code == 200, path
