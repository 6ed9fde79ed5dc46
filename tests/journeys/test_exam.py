"""Exam day in a real browser: the clock at the end of time, and time that the invigilator gives."""

from collections.abc import Callable
from datetime import timedelta

from playwright.sync_api import Page, expect

from courses.quizzes.models import Attempt
from lms import clock
from lms.db import db, transaction
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
