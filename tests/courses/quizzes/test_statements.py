"""How many statements the hot paths send, whatever the number of questions.

Counted: every statement of the request, the look-up of who is signed in included, up to the commit. Not counted:
BEGIN and COMMIT, and what other plugins do afterwards in transactions of their own when they hear of a completion.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest
from flask.testing import FlaskClient
from sqlalchemy import event

from courses.catalogue.folder import FinalRules
from courses.catalogue.services import import_course
from courses.exams.services import build_papers
from courses.learning.services import enrol
from courses.quizzes.models import Attempt
from lms import clock
from lms.db import db
from tests.conftest import Cast
from tests.courses.conftest import (
    SECRET,
    find_course,
    questions,
    quiz_of,
    right_answers,
    send,
    small_folder,
    start_final,
)


@contextmanager
def counted() -> Iterator[list[str]]:
    """The statements sent inside, up to the commit of each transaction's own work."""
    sent: list[str] = []

    def keep(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if not statement.startswith(("BEGIN", "SAVEPOINT", "PRAGMA")):
            sent.append(statement)

    event.listen(db.engine, "before_cursor_execute", keep)
    try:
        yield sent
    finally:
        event.remove(db.engine, "before_cursor_execute", keep)


def up_to_the_end(sent: list[str]) -> list[str]:
    """Without what the outbox's delivery does after the commit."""
    told = next(
        (n for n, statement in enumerate(sent) if "INSERT INTO lms_outbox_delivery" in statement), len(sent) - 1
    )
    return sent[: told + 1]


@pytest.fixture(params=[6, 40])
def sitting(request: pytest.FixtureRequest, cast: Cast, signed_in: Callable[[str], FlaskClient]) -> FlaskClient:
    """An at a final of so many questions, of all kinds."""
    per_topic = 3 if request.param == 6 else 20
    topics = tuple(
        replace(topic, questions=tuple(q for n in range(5) for q in questions(f"{topic.code}{n}")))
        for topic in small_folder().topics
    )
    final = FinalRules({"T1": per_topic, "T2": per_topic})
    import_course(small_folder(topics=topics, final=final, topics_in_order=False), clock.now())
    enrol(find_course().id, cast.people["an"].id, clock.now())
    return signed_in("an")


def test_a_start_takes_six_statements(sitting: FlaskClient) -> None:
    path = f"/quizzes/{quiz_of().id}/start"
    with counted() as sent:
        assert sitting.post(path).status_code == 302
    assert len(sent) <= 6, sent


def test_a_start_with_papers_built_beforehand_takes_five_and_reads_no_question(sitting: FlaskClient) -> None:
    build_papers(quiz_of().id, 3, "hạt", clock.now())
    path = f"/quizzes/{quiz_of().id}/start"
    with counted() as sent:
        assert sitting.post(path).status_code == 302
    assert len(sent) <= 5 and not any("courses_question_version" in statement for statement in sent), sent


def test_a_save_takes_three_statements(sitting: FlaskClient) -> None:
    attempt_id = start_final(sitting)
    right = right_answers(attempt_id)
    with counted() as sent:
        assert send(sitting, attempt_id, key="key-aaaa", seq=1, position=3, value=right[3]).status_code == 200
    assert len(sent) <= 3, sent


def test_a_submission_that_passes_takes_eight_statements(sitting: FlaskClient) -> None:
    attempt_id = start_final(sitting)
    for position, value in enumerate(right_answers(attempt_id)):
        send(sitting, attempt_id, key=f"key-{position:05}", seq=position + 1, position=position, value=value)
    with counted() as sent:
        sitting.post(f"/attempts/{attempt_id}/submit")
    assert db.session.get_one(Attempt, attempt_id).passed
    assert len(up_to_the_end(sent)) <= 8, up_to_the_end(sent)


def test_a_page_with_all_its_questions_takes_few_statements(sitting: FlaskClient) -> None:
    attempt_id = start_final(sitting)
    with counted() as sent:
        sitting.get(f"/attempts/{attempt_id}")
    assert len(sent) <= 7, sent


def test_a_review_takes_few_statements(sitting: FlaskClient) -> None:
    attempt_id = start_final(sitting)
    for position, value in enumerate(right_answers(attempt_id)):
        send(sitting, attempt_id, key=f"key-{position:05}", seq=position + 1, position=position, value=value)
    sitting.post(f"/attempts/{attempt_id}/submit")
    with counted() as sent:
        assert SECRET in sitting.get(f"/attempts/{attempt_id}").text
    assert len(sent) <= 7, sent
