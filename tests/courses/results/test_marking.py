"""Essays are marked by people: rubric, two markers, blind, in bulk."""

from collections.abc import Callable
from decimal import Decimal

import pytest
from flask.testing import FlaskClient

from courses.catalogue.folder import FinalRules, PracticeRules, TopicFolder
from courses.catalogue.models import Course
from courses.catalogue.services import import_course
from courses.learning.models import Completion
from courses.learning.services import enrol
from courses.questions.types import Criterion, Essay, Question, TrueFalse
from courses.quizzes.models import Attempt
from courses.results.services import Given, mark_essays
from lms import clock
from lms.db import db, transaction
from tests.conftest import Cast
from tests.courses.conftest import find_course, in_english, quiz_of, send, small_folder, start_final

TEXT = "Dân vận khéo thì việc gì cũng thành công."


@pytest.fixture
def essays(cast: Cast) -> Course:
    """A final of one essay (rubric 6 and 4 points) and one true/false."""
    rubric = (Criterion("Nội dung", Decimal(6), "Đủ ba ý"), Criterion("Liên hệ", Decimal(4)))
    asked = (Question("tl", Essay("Liên hệ ở đơn vị.", rubric)), Question("ds", TrueFalse("Đúng?", True)))
    topic = small_folder().topics[0]
    topics = (TopicFolder("T1", topic.title, 8, topic.lessons, asked),)
    folder = small_folder(topics=topics, topics_in_order=False, practice=PracticeRules(1), final=FinalRules({"T1": 2}))
    import_course(folder, clock.now())
    return find_course()


@pytest.fixture
def submitted(essays: Course, cast: Cast, signed_in: Callable[[str], FlaskClient]) -> tuple[int, int, FlaskClient]:
    """An's attempt, submitted: the true/false is right; the essay's position."""
    enrol(essays.id, cast.people["an"].id, clock.now())
    an = in_english(signed_in("an"))
    attempt_id = start_final(an)
    page = an.get(f"/attempts/{attempt_id}").text
    place = 0 if 'data-question="0" data-kind="essay"' in page else 1
    assert "<textarea" in page and "Nội dung; Liên hệ" in page and "Đủ ba ý" not in page
    for position, value in ((place, TEXT), (1 - place, True)):
        send(an, attempt_id, key=f"key-{position:05}", seq=position + 1, position=position, value=value)
    an.post(f"/attempts/{attempt_id}/submit")
    return attempt_id, place, an


def points(attempt_id: int, place: int, *given: str) -> dict[str, str]:
    return {f"p{attempt_id}-{place}-{row}": value for row, value in enumerate(given)}


def page() -> str:
    return f"/exams/{quiz_of().id}/essays"


def test_an_essay_waits_and_its_marks_make_the_score(
    submitted: tuple[int, int, FlaskClient], signed_in: Callable[[str], FlaskClient]
) -> None:
    attempt_id, place, an = submitted
    assert db.session.get_one(Attempt, attempt_id).score is None
    assert "waits for its marker" in an.get(f"/attempts/{attempt_id}").text
    assert db.session.query(Completion).count() == 0
    hoa = in_english(signed_in("hoa"))
    shown = hoa.get(page()).text
    assert TEXT in shown and "Trần Văn An" in shown and "Đủ ba ý" in shown
    assert hoa.post(page(), data=points(attempt_id, place, "7", "1")).status_code == 409  # 7 of 6
    assert hoa.post(page(), data=points(attempt_id, place, "x", "1")).status_code == 409
    hoa.post(page(), data=points(attempt_id, place, "4,5", "3"))  # 7.5 of 10, and the other question: 8.75
    attempt = db.session.get_one(Attempt, attempt_id)
    assert (attempt.score, attempt.passed) == (Decimal("8.8"), True)
    assert db.session.query(Completion).one().completed_at == attempt.submitted_at
    assert "No essay waits" in hoa.get(page()).text and an.get(page()).status_code == 403


def test_two_markers_blind_and_the_mean_counts(
    submitted: tuple[int, int, FlaskClient], signed_in: Callable[[str], FlaskClient], cast: Cast
) -> None:
    attempt_id, place, _an = submitted
    with transaction() as session:
        quiz = session.merge(quiz_of())
        quiz.markers, quiz.blind = 2, True
    hoa = in_english(signed_in("hoa"))
    assert "Trần Văn An" not in hoa.get(page()).text
    hoa.post(page(), data=points(attempt_id, place, "6", "4"))
    assert "No essay waits for you" in hoa.get(page()).text  # the second marker is somebody else
    assert db.session.get_one(Attempt, attempt_id).score is None
    from_dung = cast.accounts["dung"].id
    assert mark_essays([Given(attempt_id, place, (Decimal(2), Decimal(1)))], from_dung, clock.now()) == 1
    # (10/10 + 3/10) / 2 = 0.65; with the other question (0.65 + 1) / 2 = 8.25 -> 8.3
    assert db.session.get_one(Attempt, attempt_id).score == Decimal("8.3")


def test_an_essay_that_nobody_wrote_needs_no_marker(
    essays: Course, cast: Cast, signed_in: Callable[[str], FlaskClient]
) -> None:
    enrol(essays.id, cast.people["an"].id, clock.now())
    an = in_english(signed_in("an"))
    attempt_id = start_final(an)
    an.post(f"/attempts/{attempt_id}/submit")
    assert db.session.get_one(Attempt, attempt_id).score == 0
