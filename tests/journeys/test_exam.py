"""Exam day in a real browser: the clock at the end of time, and essays marked by keyboard, blind, by two."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

from playwright.sync_api import Page, expect

from courses.catalogue.folder import FinalRules
from courses.catalogue.queries import by_code
from courses.catalogue.services import import_course
from courses.learning.services import enrol
from courses.questions.types import Criterion, Essay, Question
from courses.quizzes import services
from courses.quizzes.models import Attempt, Quiz
from courses.quizzes.services import Save
from lms import clock
from lms.accounts.models import Account
from lms.db import db, transaction
from tests.courses.conftest import small_folder
from tests.journeys.conftest import Site
from tests.journeys.hands import press
from tests.journeys.test_learner import answer, questions

Visit = Callable[..., Page]


def test_at_the_end_of_time_the_page_submits_what_was_answered(visit: Visit, site: Site) -> None:
    page = visit("an")
    page.goto("/courses/KH-1")
    press(page, "Bắt đầu học")
    press(page, "Tôi đã học xong bài này")
    press(page, "Bắt đầu")
    attempt_id = int(page.url.rsplit("/", 1)[1])
    assert site.app is not None
    with site.app.app_context():
        with transaction() as session:
            attempt = session.get_one(Attempt, attempt_id)
            attempt.ends_at = attempt.due_at = clock.now() + timedelta(seconds=12)
        db.session.remove()
    page.reload()
    expect(page.locator("[data-clock]")).to_contain_text("0:0")
    for question in questions(page):
        answer(question)
    expect(page.get_by_role("main")).to_contain_text("10", timeout=25000)
    expect(page.get_by_role("heading", name="Kết quả")).to_be_visible()


def essays_of(*learners: str) -> int:
    """A final of one essay, marked blind by two, and what these learners wrote; gives the quiz."""
    rubric = (Criterion("Cách làm", Decimal(6)), Criterion("Kết quả", Decimal(4)))
    folder = small_folder()
    topic = replace(folder.topics[0], questions=(Question("tl", Essay("Một việc dân vận khéo?", rubric)),))
    import_course(replace(small_folder(topics=(topic,), topics_in_order=False, final=FinalRules({"T1": 1})), code="TL"),
                  clock.now())  # fmt: skip
    course = by_code("TL")
    assert course is not None
    course_id = course.id
    with transaction() as session:
        quiz = session.scalars(db.select(Quiz).where(Quiz.course_id == course_id, Quiz.topic_id.is_(None))).one()
        quiz.blind, quiz.markers, quiz_id = True, 2, quiz.id
    for who in learners:
        person = db.session.scalars(db.select(Account.person_id).where(Account.username == who)).one()
        assert person is not None
        enrol(course_id, person, clock.now())
        attempt_id = services.start(quiz_id, person, clock.now())
        assert attempt_id is not None
        services.save_answer(attempt_id, person, Save("key-aaaa", 1, 0, f"Bài viết của {who}."), clock.now())
        services.submit(attempt_id, person, None, clock.now())
    db.session.remove()
    return quiz_id


def test_two_teachers_mark_essays_blind_by_keyboard_alone(visit: Visit, site: Site) -> None:
    assert site.app is not None
    with site.app.app_context():
        quiz_id = essays_of("an", "giang")
    for teacher, points in (("khoa", ("4", "3", "5,5", "4")), ("hoa", ("6", "3", "5,5", "4"))):
        page = visit(teacher)
        page.goto(f"/exams/{quiz_id}/essays")
        main = page.get_by_role("main")
        expect(main).to_contain_text("Bài viết của an.")
        expect(main).not_to_contain_text("Trần Văn An")
        for place, point in enumerate(points):  # the first field has the focus; after each essay comes the remark
            page.keyboard.type(point)
            page.keyboard.press("Tab")
            if place == 1:
                page.keyboard.type("Rõ việc.")
                page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        expect(main).to_contain_text("Đã chấm 2 bài")
    with site.app.app_context():
        found = db.session.scalars(
            db.select(Attempt.score).where(Attempt.quiz_id == quiz_id).order_by(Attempt.id)
        ).all()  # fmt: skip
        db.session.remove()
    assert found == [Decimal("8.0"), Decimal("9.5")]
