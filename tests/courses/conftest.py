"""A small course that every test of the courses may use.

KH-1: topics T1 and T2, each with one lesson and four questions (one of each simple kind); a practice of two
questions after each topic (passed at 50 %); a final of six questions (all of T1, two of T2), 20 minutes, pass mark
5, three attempts, twelve hours between them.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from flask.testing import FlaskClient

from courses.catalogue import queries as catalogue
from courses.catalogue.folder import CourseFolder, FinalRules, LessonFolder, PracticeRules, TopicFolder
from courses.catalogue.models import Course
from courses.catalogue.services import import_course
from courses.learning.queries import standing
from courses.learning.services import enrol, finish_lesson
from courses.questions.models import QuestionVersion
from courses.questions.types import Choice, Content, Matching, Option, Question, TrueFalse, right_answer
from courses.quizzes import services
from courses.quizzes.models import Attempt, Quiz
from courses.quizzes.services import Save
from lms import clock
from lms.db import db
from tests.conftest import Cast

# Words that stand only in keys and explanations: whoever finds one in the browser before the review found a leak.
SECRET = "LỜI GIẢI BÍ MẬT"


def questions(topic: str) -> tuple[Question, ...]:
    """One question of each simple kind, each with an explanation and feedback that nobody may see early."""

    def option(text: str, weight: int) -> Option:
        return Option(text, Decimal(weight), f"{SECRET} nhận xét {text}")

    single = Choice(
        f"{topic}: một đáp án?", (option("đúng", 100), option("sai", 0), option("sai nữa", 0)), explanation=SECRET
    )
    multiple = Choice(
        f"{topic}: nhiều đáp án?",
        (option("đúng một", 50), option("đúng hai", 50), option("sai", -50), option("sai nữa", -50)),
        True,
        explanation=SECRET,
    )
    matching = Matching(f"{topic}: ghép cặp?", (("một", "1"), ("hai", "2"), ("ba", "3")), explanation=SECRET)
    contents = (single, multiple, TrueFalse(f"{topic}: đúng hay sai?", True, explanation=SECRET), matching)
    return tuple(
        Question(f"{topic}-{number}", content, clause=f"{SECRET} Điều {number}")
        for number, content in enumerate(contents, start=1)
    )


def small_folder(**changes: Any) -> CourseFolder:
    """The folder of KH-1; `changes` replace its fields."""

    def topic(code: str, title: str) -> TopicFolder:
        lesson = LessonFolder(f"bai-{code.lower()}", f"Bài {code}", 10, "# Bài\n\nNội dung.")
        return TopicFolder(code, title, 8, (lesson,), questions(code))

    topics = (topic("T1", "Chuyên đề một"), topic("T2", "Chuyên đề hai"))
    fields: dict[str, Any] = {
        "code": "KH-1", "title": "Khóa nhỏ", "hours": 16, "practice": PracticeRules(2, 50),
        "final": FinalRules({"T1": 4, "T2": 2}), "topics": topics,
    }  # fmt: skip
    return CourseFolder(**(fields | changes))


@pytest.fixture
def course(cast: Cast) -> Course:
    """KH-1, imported; nobody studies it yet."""
    import_course(small_folder(), clock.now())
    return find_course()


def find_course() -> Course:
    found = catalogue.by_code("KH-1")
    assert found is not None
    return found


def quiz_of(topic: str = "") -> Quiz:
    """The practice of a topic of KH-1, or its final."""
    course = find_course()
    topic_id = next((item.id for item in course.topics if item.code == topic), None)
    return db.session.query(Quiz).filter_by(course_id=course.id, topic_id=topic_id).one()


def right_answers(attempt_id: int) -> list[Any]:
    """What earns everything, by position."""
    return [right_answer(content, order) for content, order in contents_of(attempt_id)]


def contents_of(attempt_id: int) -> list[tuple[Content, Any]]:
    """Each question of an attempt's paper with the order it is shown in."""
    attempt = db.session.get_one(Attempt, attempt_id)
    return [
        (Question.from_json(db.session.get_one(QuestionVersion, e["version"]).content).content, e["order"])
        for e in attempt.paper
    ]


def pass_quiz(quiz_id: int, person_id: int, at: datetime) -> int:
    """Starts a quiz, answers all of it rightly and submits; the attempt's id."""
    attempt_id = services.start(quiz_id, person_id, at)
    assert attempt_id is not None
    for position, value in enumerate(right_answers(attempt_id)):
        services.save_answer(attempt_id, person_id, Save(f"key-{position}", position + 1, position, value), at)
    assert services.submit(attempt_id, person_id, None, at)
    return attempt_id


def pass_everything(person_id: int) -> None:
    """Studies every lesson and passes every practice of KH-1: the final is open."""
    course, at = find_course(), clock.now() - timedelta(hours=1)
    enrol(course.id, person_id, at)
    for topic in course.topics:
        for lesson in topic.lessons:
            finish_lesson(lesson.id, person_id, at)
        pass_quiz(quiz_of(topic.code).id, person_id, at)
    assert not standing(find_course(), person_id).final_locked


@pytest.fixture
def at_final(course: Course, cast: Cast, signed_in: Callable[[str], FlaskClient]) -> FlaskClient:
    """An's browser; An has done everything but the final."""
    pass_everything(cast.people["an"].id)
    return in_english(signed_in("an"))


def in_english(browser: FlaskClient) -> FlaskClient:
    """The same browser, reading the source sentences: translations may change their words."""
    browser.set_cookie("language", "en")
    return browser


def start_final(browser: FlaskClient) -> int:
    """Presses "start" on the final's page; the attempt's id."""
    answer = browser.post(f"/quizzes/{quiz_of().id}/start")
    assert answer.status_code == 302, answer.text
    return int(answer.location.rsplit("/", 1)[1])


def send(browser: FlaskClient, attempt_id: int, **line: Any) -> Any:
    """Sends one line of the journal as the page does."""
    return browser.post(f"/attempts/{attempt_id}/answers", json=line)
