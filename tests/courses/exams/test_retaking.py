"""Those who failed a final twice stand in the inbox of whoever may give them another attempt."""

from collections.abc import Callable
from datetime import timedelta

from flask.testing import FlaskClient

from courses.catalogue.models import Course
from courses.quizzes.models import Attempt, Quiz
from lms.db import db, transaction
from tests.conftest import Cast


def tried(cast: Cast, quiz: int, who: str, passed: bool, days_ago: int = 1) -> None:
    at = cast.now - timedelta(days=days_ago)
    with transaction() as session:
        session.add(Attempt(
            quiz_id=quiz, person_id=cast.people[who].id, paper=[], started_at=at, submitted_at=at, passed=passed
        ))  # fmt: skip


def test_two_failures_wait_and_a_pass_ends_the_waiting(
    cast: Cast, course: Course, signed_in: Callable[[str], FlaskClient]
) -> None:
    quiz: int = db.session.query(Quiz.id).filter_by(kind="final").scalar()
    for who, times in {"an": 2, "binh": 1, "giang": 2}.items():
        for day in range(times):
            tried(cast, quiz, who, False, 3 + day)
    cuong = signed_in("cuong")
    page = cuong.get("/inbox").text
    assert "Trần Văn An" in page and "2 lần không đạt: Khóa nhỏ" in page
    assert "Lê Thanh Bình" not in page and "Đỗ Trường Giang" not in page
    person = f"person={cast.people['an'].code}"
    assert person in page and cast.people["an"].code in cuong.get(f"/exams/{quiz}/room?{person}").text
    tried(cast, quiz, "an", True)
    assert "Trần Văn An" not in signed_in("cuong").get("/inbox").text
