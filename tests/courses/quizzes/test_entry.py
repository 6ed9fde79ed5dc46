"""Who may start: what the one statement says is what the learner's standing says, and every rule of the day."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from courses.learning.queries import standing
from courses.learning.services import enrol, finish_lesson
from courses.quizzes import services
from courses.quizzes.entry import entry, inside, same_code
from courses.quizzes.models import Allowance, Attempt, Quiz
from courses.quizzes.services import Door
from lms import clock
from lms.db import db, transaction
from lms.errors import Refused
from tests.conftest import Cast
from tests.courses.conftest import find_course, in_english, pass_quiz, quiz_of, right_answers, send, start_final

NOW = clock.now()


def rules(**values: Any) -> int:
    """Sets rules of the day for the final; its id."""
    with transaction() as session:
        quiz = session.get_one(Quiz, quiz_of().id)
        for name, value in values.items():
            setattr(quiz, name, value)
        return quiz.id


def locked(topic: str, person_id: int) -> bool:
    """What the learner's standing says, step by step."""
    found = standing(find_course(), person_id)
    if not topic:
        return found.final_locked
    index = next(n for n, step in enumerate(found.steps) if step.topic.code == topic)
    earlier = all(step.done for step in found.steps[:index])
    return not (earlier and all(lesson.done for lesson in found.steps[index].lessons))


def test_the_one_statement_agrees_with_the_standing_at_every_step(course: object, cast: Cast) -> None:
    an, steps = cast.people["an"].id, 0

    def agree() -> None:
        for topic in ("T1", "T2", ""):
            found = entry(db.session(), quiz_of(topic).id, an)
            assert found is not None and bool(found.locked()) == locked(topic, an), (topic, steps)

    enrol(find_course().id, an, NOW)
    agree()
    for topic in find_course().topics:
        for lesson in topic.lessons:
            finish_lesson(lesson.id, an, NOW)
            agree()
        pass_quiz(quiz_of(topic.code).id, an, NOW)
        agree()
        steps += 1


def test_the_window_opens_closes_and_cuts_an_attempt_short(at_final: FlaskClient, cast: Cast) -> None:
    an = cast.people["an"].id
    quiz_id = rules(opens_at=NOW + timedelta(hours=1), closes_at=NOW + timedelta(hours=2))
    with pytest.raises(Refused):
        services.start(quiz_id, an, NOW + timedelta(minutes=59))
    with pytest.raises(Refused):
        services.start(quiz_id, an, NOW + timedelta(hours=2))
    attempt_id = services.start(quiz_id, an, NOW + timedelta(minutes=110))
    assert db.session.get_one(Attempt, attempt_id).ends_at == NOW + timedelta(hours=2)


def test_a_person_may_have_more_time_and_more_attempts(at_final: FlaskClient, cast: Cast) -> None:
    an, quiz_id = cast.people["an"].id, rules(attempts=1, wait_hours=12)
    with transaction() as session:
        session.add(
            Allowance(quiz_id=quiz_id, person_id=an, minutes=15, attempts=1, reason="Mất điện", recorded_at=NOW)
        )
    for number in range(2):  # the one granted on top does not wait
        attempt_id = services.start(quiz_id, an, NOW + timedelta(minutes=number))
        attempt = db.session.get_one(Attempt, attempt_id)
        assert attempt.ends_at == attempt.started_at + timedelta(minutes=35)
        services.submit(attempt.id, an, None, NOW + timedelta(minutes=number))
    with pytest.raises(Refused):
        services.start(quiz_id, an, NOW + timedelta(days=9))


def ended(an: int, attempt_id: int, moments: dict[str, datetime]) -> tuple[Any, ...]:
    services.close_overdue(moments["worker"])
    attempt = db.session.get_one(Attempt, attempt_id)
    db.session.refresh(attempt)
    return attempt.ended_by, attempt.score


@pytest.mark.parametrize(
    ("at_end", "submitted_after", "expected"),
    [
        ("submit", 10, ("learner", 10)), ("submit", None, ("time", 10)),
        ("grace", 10, ("learner", 10)), ("grace", 22, ("learner", 10)), ("grace", None, ("nothing", None)),
        ("grace", 26, ("nothing", None)), ("nothing", 10, ("learner", 10)), ("nothing", 21, ("nothing", None)),
        ("nothing", None, ("nothing", None)),
    ],
)  # fmt: skip
def test_the_end_of_time_is_what_was_told_before_the_start(
    at_final: FlaskClient, cast: Cast, at_end: str, submitted_after: int | None, expected: tuple[Any, ...]
) -> None:
    an, quiz_id = cast.people["an"].id, rules(at_end=at_end, grace_minutes=5)
    page = at_final.get(f"/quizzes/{quiz_id}").text
    said = {"submit": "is submitted by itself", "grace": "5 minutes to press", "nothing": "Press “Submit” before"}
    assert said[at_end] in page
    attempt_id = services.start(quiz_id, an, NOW)
    assert attempt_id is not None
    for position, value in enumerate(right_answers(attempt_id)):
        line = services.Save(f"key-{position:05}", position + 1, position, value)
        services.save_answer(attempt_id, an, line, NOW + timedelta(minutes=1))
    with pytest.raises(Refused):
        services.save_answer(attempt_id, an, services.Save("key-late", 99, 0, 0), NOW + timedelta(minutes=21))
    if submitted_after is not None:
        services.submit(attempt_id, an, None, NOW + timedelta(minutes=submitted_after))
    services.close_overdue(NOW + timedelta(minutes=30))
    attempt = db.session.get_one(Attempt, attempt_id)
    assert (attempt.ended_by, attempt.score) == expected
    assert at_final.get(f"/attempts/{attempt_id}").status_code == 200


def test_the_exam_room_asks_for_its_code_and_its_network(at_final: FlaskClient, cast: Cast) -> None:
    an, quiz_id = cast.people["an"].id, rules(room_code="Hoa Sen 26", addresses=["10.2.0.0/16", "192.0.2.7/32"])
    page = at_final.get(f"/quizzes/{quiz_id}").text
    assert 'name="room_code"' in page and "Hoa Sen" not in page and "10.2.0" not in page
    for door in (
        Door("sai", "10.2.3.4"),
        Door("", "10.2.3.4"),
        Door("hoa sen 26", "10.3.0.1"),
        Door("hoa sen 26", "x"),
    ):
        with pytest.raises(Refused):
            services.start(quiz_id, an, NOW, door)
    attempt_id = services.start(quiz_id, an, NOW, Door(" hoa  SEN 26 ", "10.2.3.4"))
    # Going on asks for the network, not for the code again; the paper too is shown inside only.
    assert services.start(quiz_id, an, NOW, Door("", "192.0.2.7")) == attempt_id
    assert at_final.get(f"/attempts/{attempt_id}").status_code == 409
    assert at_final.get(f"/attempts/{attempt_id}", environ_base={"REMOTE_ADDR": "10.2.9.9"}).status_code == 200


def test_the_review_opens_at_the_moment_that_was_said(at_final: FlaskClient, cast: Cast) -> None:
    an = cast.people["an"].id
    quiz_id = rules(review="after_closing", closes_at=clock.now() + timedelta(hours=1))
    attempt_id = start_final(at_final)
    for position, value in enumerate(right_answers(attempt_id)):
        send(at_final, attempt_id, key=f"key-{position:05}", seq=position + 1, position=position, value=value)
    services.submit(attempt_id, an, None, clock.now())
    here = f"/attempts/{attempt_id}"
    assert "Review" not in at_final.get(here).text  # passed, but the window is open: neighbours still sit
    for rule, closes, shown in (
        ("after_closing", clock.now() - timedelta(seconds=1), True), ("never", None, False),
        ("after_submitting", None, True),
    ):  # fmt: skip
        rules(review=rule, closes_at=closes)
        assert ("<h2>Review</h2>" in at_final.get(here).text) is shown, rule
    assert quiz_id == quiz_of().id


def test_a_sign_of_life_tells_of_time_that_was_given_and_of_an_end(
    at_final: FlaskClient, signed_in: Callable[[str], FlaskClient]
) -> None:
    attempt_id = start_final(at_final)
    with transaction() as session:
        attempt = session.get_one(Attempt, attempt_id)
        attempt.ends_at = attempt.due_at = clock.now() + timedelta(minutes=50, seconds=30)
    said = at_final.post(f"/attempts/{attempt_id}/here", json={}).json
    assert said == {"closed": False, "left": pytest.approx(3030, abs=5)}
    assert in_english(signed_in("giang")).post(f"/attempts/{attempt_id}/here", json={}).status_code == 404
    at_final.post(f"/attempts/{attempt_id}/submit")
    assert at_final.post(f"/attempts/{attempt_id}/here", json={}).json["closed"] is True  # type: ignore[index]


@given(st.ip_addresses(v=4), st.integers(0, 32))
def test_an_address_lies_in_the_network_of_its_own(address: Any, bits: int) -> None:
    assert inside([f"{address}/{bits}"], str(address)) and inside([], str(address)) and not inside(["10.0.0.0/8"], "")


@pytest.mark.parametrize(
    ("wanted", "typed", "same"), [("", "x", True), ("Sen", "sen ", True), ("Sen", "", False), ("Sen", "Sén", False)]
)
def test_the_code_of_the_room(wanted: str, typed: str, same: bool) -> None:
    assert same_code(wanted, typed) is same
