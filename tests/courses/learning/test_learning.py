"""Studying: the order of topics, the place kept, the rule of a lesson that is done."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from courses.catalogue.folder import CourseFolder
from courses.catalogue.models import Course
from courses.catalogue.services import import_course
from courses.learning.models import Completion, Enrolment, LessonProgress
from courses.learning.queries import completions, standing
from courses.learning.services import enrol, finish_lesson
from lms import clock
from lms.db import db
from tests.conftest import Cast
from tests.courses.conftest import find_course, in_english, pass_everything, pass_quiz, quiz_of, small_folder

LESSON = "/courses/KH-1/T1/bai-t1"
SECOND = "/courses/KH-1/T2/bai-t2"


@pytest.fixture
def an(course: Course, signed_in: Callable[[str], FlaskClient]) -> FlaskClient:
    return in_english(signed_in("an"))


def test_the_course_is_started_once_and_leads_to_its_first_lesson(an: FlaskClient) -> None:
    for _time in range(2):
        assert an.post("/courses/KH-1/enrol").location == LESSON
    assert db.session.query(Enrolment).count() == 1


def test_a_lesson_is_not_read_before_the_course_is_started(an: FlaskClient) -> None:
    refused = an.get(LESSON)
    assert refused.status_code == 409 and "Start the course first" in refused.text


def test_topics_open_in_order_when_lessons_are_studied_and_the_practice_is_passed(an: FlaskClient, cast: Cast) -> None:
    an.post("/courses/KH-1/enrol")
    assert an.get(LESSON).status_code == 200
    assert an.get(SECOND).status_code == 409  # locked
    assert an.post(f"{SECOND}/done").status_code == 409
    practice = quiz_of("T1")
    assert an.post(f"/quizzes/{practice.id}/start").status_code == 409  # its lesson first
    assert an.post(f"{LESSON}/done").location == f"/quizzes/{practice.id}"
    assert an.get(SECOND).status_code == 409  # the practice still stands before it
    pass_quiz(practice.id, cast.people["an"].id, clock.now())
    assert an.get(SECOND).status_code == 200
    assert an.post(f"/quizzes/{quiz_of().id}/start").status_code == 409  # the final waits for topic two


def test_topics_of_a_course_without_order_are_all_open(cast: Cast, signed_in: Callable[[str], FlaskClient]) -> None:
    import_course(small_folder(topics_in_order=False), clock.now())
    browser = signed_in("an")
    browser.post("/courses/KH-1/enrol")
    assert browser.get(SECOND).status_code == 200
    assert browser.post(f"/quizzes/{quiz_of().id}/start").status_code == 302


def test_the_rule_is_on_the_page_and_the_button_makes_the_lesson_done(an: FlaskClient, cast: Cast) -> None:
    an.post("/courses/KH-1/enrol")
    assert "Read to the end?" in an.get(LESSON).text
    an.post(f"{LESSON}/done")
    first = db.session.query(LessonProgress.done_at).scalar()
    an.post(f"{LESSON}/done")  # a double click
    assert db.session.query(LessonProgress.done_at).scalar() == first
    assert "I have studied this lesson" not in an.get(LESSON).text
    assert standing(find_course(), cast.people["an"].id).parts_done == 1


def test_the_place_in_a_lesson_is_kept_and_given_back(an: FlaskClient) -> None:
    an.post("/courses/KH-1/enrol")
    assert an.post(f"{LESSON}/place", json={"place": 0.4}).json == {"saved": True}
    assert an.post(f"{LESSON}/place", json={"place": 0.6}).json == {"saved": True}
    assert 'data-place="0.6"' in an.get(LESSON).text
    assert db.session.query(LessonProgress).count() == 1


@pytest.mark.parametrize(
    "sent", [{"place": 1.1}, {"place": -1}, {"place": "0.5"}, {"place": True}, {}, [0.5], "x", float("nan")]
)
def test_a_place_that_is_none_is_refused_with_a_sentence(an: FlaskClient, sent: object) -> None:
    an.post("/courses/KH-1/enrol")
    refused = an.post(f"{LESSON}/place", json=sent)
    assert refused.status_code == 409 and refused.json and "between 0 and 1" in refused.json["error"]
    assert db.session.query(LessonProgress).count() == 0


@pytest.mark.parametrize(
    "path", ["/courses/KHÔNG-CÓ", "/courses/KH-1/T1/khac", "/courses/KH-1/T9/bai-t1", "/quizzes/999"]
)
def test_what_does_not_exist_is_not_found(an: FlaskClient, path: str) -> None:
    an.post("/courses/KH-1/enrol")
    assert an.get(path).status_code == 404


def test_a_lesson_that_left_the_course_is_gone_but_its_progress_stays(an: FlaskClient, cast: Cast) -> None:
    an.post("/courses/KH-1/enrol")
    an.post(f"{LESSON}/done")
    folder: CourseFolder = small_folder()
    import_course(small_folder(topics=folder.topics[1:]), clock.now())
    assert an.get(LESSON).status_code == 404
    assert db.session.query(LessonProgress).filter(LessonProgress.done_at.is_not(None)).count() == 1


def test_history_tells_every_completion_as_it_was_told(course: Course, cast: Cast) -> None:
    pass_everything(cast.people["an"].id)
    pass_quiz(quiz_of().id, cast.people["an"].id, clock.now())
    told = list(completions())
    row = db.session.query(Completion).one()
    assert [(e.activity, e.person_id, e.completed_at, e.score) for e in told] == [
        ("courses:KH-1", cast.people["an"].id, row.completed_at, "10")
    ]


def test_two_people_study_apart(course: Course, cast: Cast) -> None:
    for who in ("an", "giang"):
        enrol(course.id, cast.people[who].id, clock.now())
    finish_lesson(find_course().topics[0].lessons[0].id, cast.people["an"].id, clock.now())
    assert standing(find_course(), cast.people["giang"].id).parts_done == 0


def test_a_person_s_page_tells_their_results_to_those_who_may_see_them(
    course: Course, cast: Cast, signed_in: Callable[[str], FlaskClient]
) -> None:
    an, manager = cast.people["an"].id, signed_in("cuong")
    enrol(course.id, an, clock.now())
    page = manager.get(f"/organisation/people/{an}").text
    assert course.title in page and "đang học" in page
    pass_everything(an)
    pass_quiz(quiz_of().id, an, clock.now())
    page = manager.get(f"/organisation/people/{an}").text
    assert "đã hoàn thành" in page and "điểm 10" in page
