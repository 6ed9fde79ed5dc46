"""From the start of an attempt to its end: what may begin, what is kept, what counts."""

from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from flask.testing import FlaskClient

from courses.catalogue.folder import FinalRules
from courses.catalogue.services import import_course
from courses.learning.models import Completion
from courses.quizzes import queries, services
from courses.quizzes.models import AnswerSave, Attempt
from courses.quizzes.services import Save
from lms import clock
from lms.db import db, transaction
from lms.errors import Refused
from lms.events import OutboxEvent
from tests.conftest import Cast
from tests.courses.conftest import find_course, in_english, quiz_of, right_answers, send, small_folder, start_final


def answer_all(browser: FlaskClient, attempt_id: int, answers: list[Any]) -> None:
    for position, value in enumerate(answers):
        sent = send(browser, attempt_id, key=f"key-{position:08}", seq=position + 1, position=position, value=value)
        assert sent.status_code == 200, sent.text


def at_time(attempt_id: int, **values: datetime | None) -> None:
    """Moves an attempt's moments, as if the clock had."""
    with transaction() as session:
        attempt = session.get_one(Attempt, attempt_id)
        for name, value in values.items():
            setattr(attempt, name, value)


def begun(attempt_id: int | None) -> int:
    assert attempt_id is not None
    return attempt_id


def score_of(attempt_id: int) -> Decimal | None:
    return db.session.query(Attempt.score).filter_by(id=attempt_id).scalar()


# Starting


def test_two_tabs_and_two_devices_have_one_attempt(
    at_final: FlaskClient, signed_in: Callable[[str], FlaskClient]
) -> None:
    first = start_final(at_final)
    assert start_final(at_final) == first
    assert start_final(signed_in("an")) == first


def test_a_paper_has_the_questions_that_the_course_says(at_final: FlaskClient) -> None:
    attempt = db.session.get_one(Attempt, start_final(at_final))
    assert len(attempt.paper) == 6 and len({entry["version"] for entry in attempt.paper}) == 6
    assert attempt.ends_at == attempt.started_at + timedelta(minutes=20)


def test_a_new_attempt_waits_its_hours_and_ends_with_the_last_one(at_final: FlaskClient, cast: Cast) -> None:
    at, person, quiz = clock.now(), cast.people["an"].id, quiz_of()
    for number in range(3):
        moment = at + timedelta(hours=13 * number)
        attempt_id = services.start(quiz.id, person, moment)
        services.submit(begun(attempt_id), person, None, moment)
        with pytest.raises(Refused, match=r"\d"):
            services.start(quiz.id, person, moment + timedelta(hours=11))
    with pytest.raises(Refused):
        services.start(quiz.id, person, at + timedelta(days=30))
    assert db.session.query(Attempt).filter_by(quiz_id=quiz.id).count() == 3


def test_who_has_passed_does_not_sit_the_final_again(at_final: FlaskClient) -> None:
    attempt_id = start_final(at_final)
    answer_all(at_final, attempt_id, right_answers(attempt_id))
    at_final.post(f"/attempts/{attempt_id}/submit")
    refused = at_final.post(f"/quizzes/{quiz_of().id}/start")
    assert refused.status_code == 409 and "passed this quiz already" in refused.text


def test_a_practice_may_be_repeated_at_once(at_final: FlaskClient, cast: Cast) -> None:
    practice, person, at = quiz_of("T1"), cast.people["an"].id, clock.now()
    for _time in range(5):
        services.submit(begun(services.start(practice.id, person, at)), person, None, at)


def test_a_bank_that_is_too_small_refuses_the_start(course: object, at_final: FlaskClient) -> None:
    import_course(small_folder(final=FinalRules({"T1": 5})), clock.now())
    refused = at_final.post(f"/quizzes/{quiz_of().id}/start")
    assert refused.status_code == 409 and "too few questions" in refused.text
    assert db.session.query(Attempt).filter_by(quiz_id=quiz_of().id).count() == 0


# Saving


def test_the_same_line_sent_twice_is_one_line(at_final: FlaskClient) -> None:
    attempt_id = start_final(at_final)
    for _time in range(3):
        sent = send(at_final, attempt_id, key="key-aaaa", seq=1, position=0, value=right_answers(attempt_id)[0])
        assert sent.json is not None and sent.json["saved"] == 1
    assert db.session.query(AnswerSave).filter_by(attempt_id=attempt_id).count() == 1


def test_the_newest_line_counts_in_whatever_order_lines_arrive(at_final: FlaskClient) -> None:
    attempt_id = start_final(at_final)
    place = next(
        n for n, q in enumerate(queries.shown(db.session.get_one(Attempt, attempt_id))[0]) if q.view.kind == "truefalse"
    )
    for key, seq, value in (("key-late", 7, True), ("key-early", 3, False), ("key-later", 5, False)):
        assert send(at_final, attempt_id, key=key, seq=seq, position=place, value=value).status_code == 200
    answers, highest = queries.answers_of(db.session(), attempt_id)
    assert answers == {place: True} and highest == 7


def test_an_answer_after_the_end_is_refused_and_what_was_saved_counts(at_final: FlaskClient) -> None:
    attempt_id = start_final(at_final)
    right = right_answers(attempt_id)
    answer_all(at_final, attempt_id, right[:3])
    end = clock.now() - services.LINE_GRACE - timedelta(seconds=1)
    at_time(attempt_id, ends_at=end, due_at=end)
    late = send(at_final, attempt_id, key="key-late", seq=9, position=3, value=right[3])
    assert late.status_code == 409 and "came too late" in late.json["error"]
    at_final.post(f"/attempts/{attempt_id}/submit", data={"q3": "0"})
    assert score_of(attempt_id) == Decimal("5.0")
    assert db.session.query(AnswerSave).filter_by(attempt_id=attempt_id).count() == 3


def test_what_was_on_its_way_at_the_end_still_counts(at_final: FlaskClient) -> None:
    attempt_id = start_final(at_final)
    at_time(attempt_id, ends_at=clock.now() - timedelta(seconds=5))
    assert (
        send(at_final, attempt_id, key="key-aaaa", seq=1, position=0, value=right_answers(attempt_id)[0]).status_code
        == 200
    )


def test_an_answer_after_submitting_is_refused_but_a_known_line_is_acknowledged_again(at_final: FlaskClient) -> None:
    attempt_id = start_final(at_final)
    line = {"key": "key-aaaa", "seq": 1, "position": 0, "value": right_answers(attempt_id)[0]}
    send(at_final, attempt_id, **line)
    at_final.post(f"/attempts/{attempt_id}/submit")
    assert send(at_final, attempt_id, **line).json["saved"] == 1  # its answer was lost on the way
    refused = send(at_final, attempt_id, **(line | {"key": "key-bbbb", "seq": 2}))
    assert refused.status_code == 409 and "submitted" in refused.json["error"]


def test_a_strange_attempt_does_not_exist(at_final: FlaskClient, signed_in: Callable[[str], FlaskClient]) -> None:
    """Success and refusal on the same attempt: An may, everybody else is told that there is nothing."""
    attempt_id = start_final(at_final)
    line = {"key": "key-aaaa", "seq": 1, "position": 0, "value": right_answers(attempt_id)[0]}
    for who in ("giang", "cuong", "dung", "hoa"):
        stranger = signed_in(who)
        assert stranger.get(f"/attempts/{attempt_id}").status_code == 404
        assert send(stranger, attempt_id, **line).status_code == 404
        assert stranger.post(f"/attempts/{attempt_id}/submit").status_code == 404
    assert send(at_final, attempt_id, **line).status_code == 200
    for guessed in (attempt_id + 1, 0, 10**9, 10**30):
        assert send(at_final, guessed, **line).status_code == 404, guessed
        assert at_final.get(f"/attempts/{guessed}").status_code == 404, guessed


GOOD = {"key": "key-aaaa", "seq": 1, "position": 0, "value": 0}


@pytest.mark.parametrize(
    "line",
    [
        None, [], "x", 7, {}, GOOD | {"key": ""}, GOOD | {"key": "short"}, GOOD | {"key": "x" * 65},
        GOOD | {"key": 12345678}, GOOD | {"key": "key\x00aaaa"},
        GOOD | {"seq": 0}, GOOD | {"seq": -1}, GOOD | {"seq": 10**6}, GOOD | {"seq": "1"}, GOOD | {"seq": True},
        GOOD | {"seq": 1.5}, GOOD | {"position": -1}, GOOD | {"position": 6}, GOOD | {"position": 10**12},
        GOOD | {"position": False}, GOOD | {"position": "0"}, GOOD | {"value": "x"}, GOOD | {"value": {}},
        GOOD | {"value": 99}, GOOD | {"value": -1}, GOOD | {"value": 1.0}, GOOD | {"value": [[[]]]},
        GOOD | {"value": "x" * 10000},
    ],
)  # fmt: skip
def test_a_line_of_a_wrong_shape_is_refused_with_a_sentence_and_keeps_nothing(at_final: FlaskClient, line: Any) -> None:
    attempt_id = start_final(at_final)
    refused = at_final.post(f"/attempts/{attempt_id}/answers", json=line, headers={"Accept": "application/json"})
    assert refused.status_code == 409 and refused.json and refused.json["error"], refused.text
    assert db.session.query(AnswerSave).filter_by(attempt_id=attempt_id).count() == 0


# Submitting


def test_submitting_twice_marks_once(at_final: FlaskClient) -> None:
    attempt_id = start_final(at_final)
    answer_all(at_final, attempt_id, right_answers(attempt_id))
    for _time in range(2):
        assert at_final.post(f"/attempts/{attempt_id}/submit").status_code == 302
    assert score_of(attempt_id) == Decimal("10.0")
    assert db.session.query(Completion).count() == 1


def test_the_course_is_completed_and_told_once(at_final: FlaskClient, cast: Cast) -> None:
    attempt_id = start_final(at_final)
    answer_all(at_final, attempt_id, right_answers(attempt_id))
    at_final.post(f"/attempts/{attempt_id}/submit")
    at_final.post(f"/attempts/{attempt_id}/submit")
    events = db.session.query(OutboxEvent).filter_by(kind="ActivityCompleted").all()
    assert len(events) == 1 and '"score": "10"' in events[0].payload


def test_failing_completes_nothing(at_final: FlaskClient) -> None:
    attempt_id = start_final(at_final)
    at_final.post(f"/attempts/{attempt_id}/submit")
    assert score_of(attempt_id) == 0 and db.session.query(Completion).count() == 0
    assert db.session.query(OutboxEvent).filter_by(kind="ActivityCompleted").count() == 0


def test_without_javascript_the_form_itself_carries_the_answers(at_final: FlaskClient) -> None:
    attempt_id = start_final(at_final)
    form: dict[str, Any] = {}
    shown, _seq = queries.shown(db.session.get_one(Attempt, attempt_id))
    for question, right in zip(shown, right_answers(attempt_id), strict=True):
        name = f"q{question.position}"
        if question.view.kind == "matching":
            form |= {f"{name}-{row}": str(place) for row, place in enumerate(right)}
        elif question.view.kind == "multiple":
            form[name] = [str(place) for place in right]
        else:
            form[name] = str(int(right))
    at_final.post(f"/attempts/{attempt_id}/submit", data=form)
    assert score_of(attempt_id) == Decimal("10.0")


@pytest.mark.parametrize("kind", ["single", "multiple", "truefalse"])
@pytest.mark.parametrize("value", ["x", "99", "-1", "1.5", "९"])
def test_a_forged_form_field_is_refused_and_the_attempt_stays_open(
    at_final: FlaskClient, kind: str, value: str
) -> None:
    attempt_id = start_final(at_final)
    shown, _seq = queries.shown(db.session.get_one(Attempt, attempt_id))
    place = next(question.position for question in shown if question.view.kind == kind)
    assert at_final.post(f"/attempts/{attempt_id}/submit", data={f"q{place}": value}).status_code == 409
    assert db.session.get_one(Attempt, attempt_id).submitted_at is None


# The end of time


def test_the_worker_submits_what_was_left_open(at_final: FlaskClient) -> None:
    attempt_id = start_final(at_final)
    answer_all(at_final, attempt_id, right_answers(attempt_id))
    ends_at = db.session.get_one(Attempt, attempt_id).ends_at
    assert ends_at is not None
    assert services.close_overdue(ends_at + timedelta(seconds=5)) == 0
    assert services.close_overdue(ends_at + timedelta(minutes=5)) == 1
    assert services.close_overdue(ends_at + timedelta(minutes=5)) == 0
    attempt = db.session.get_one(Attempt, attempt_id)
    assert (attempt.submitted_at, attempt.score, attempt.passed) == (ends_at, Decimal("10.0"), True)
    assert db.session.query(Completion).one().completed_at == ends_at


def test_starting_after_the_end_closes_the_old_attempt_first(at_final: FlaskClient, cast: Cast) -> None:
    attempt_id = start_final(at_final)
    later = clock.now() + timedelta(hours=13)
    fresh = services.start(quiz_of().id, cast.people["an"].id, later)
    assert fresh != attempt_id
    assert db.session.get_one(Attempt, attempt_id).submitted_at is not None


def test_work_goes_on_on_another_device_where_it_stood(
    at_final: FlaskClient, signed_in: Callable[[str], FlaskClient]
) -> None:
    attempt_id = start_final(at_final)
    answer_all(at_final, attempt_id, right_answers(attempt_id)[:3])
    page = signed_in("an").get(f"/attempts/{attempt_id}").text
    assert 'data-seq="3"' in page
    assert page.count(" checked") + page.count(" selected") >= 3


def test_there_is_no_time_limit_where_the_quiz_has_none(at_final: FlaskClient, cast: Cast) -> None:
    an = cast.people["an"].id
    attempt_id = begun(services.start(quiz_of("T1").id, an, clock.now()))
    assert services.close_overdue(clock.now() + timedelta(days=3650)) == 0
    services.save_answer(
        attempt_id, an, Save("key-aaaa", 1, 0, right_answers(attempt_id)[0]), clock.now() + timedelta(days=30)
    )


def test_the_course_page_and_the_first_page_show_what_was_reached(at_final: FlaskClient) -> None:
    attempt_id = start_final(at_final)
    answer_all(at_final, attempt_id, right_answers(attempt_id))
    at_final.post(f"/attempts/{attempt_id}/submit")
    assert "You completed this course" in at_final.get("/courses/KH-1").text
    assert in_english(at_final).get("/").status_code == 200 and find_course()
