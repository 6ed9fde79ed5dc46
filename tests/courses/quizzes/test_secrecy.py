"""The key and the explanations stay on the server until the review opens: every byte sent is read."""

import re
from collections.abc import Callable
from dataclasses import replace

from flask.testing import FlaskClient

from courses.questions.models import QuestionVersion
from courses.questions.types import Choice, Content, Question, TrueFalse
from courses.quizzes.models import Attempt
from lms.db import db, transaction
from tests.conftest import Cast
from tests.courses.conftest import SECRET, quiz_of, right_answers, send, start_final


class Recorder:
    """A browser that keeps every byte it is sent, headers too."""

    def __init__(self, browser: FlaskClient) -> None:
        self.browser = browser
        self.heard = ""

    def get(self, path: str) -> str:
        answer = self.browser.get(path)
        self.heard += str(answer.headers) + answer.text
        return answer.text

    def post(self, path: str, **more: object) -> None:
        answer = self.browser.post(path, **more)  # type: ignore[arg-type]
        self.heard += str(answer.headers) + answer.text


def test_nothing_that_tells_the_key_is_sent_before_the_review(at_final: FlaskClient) -> None:
    browser = Recorder(at_final)
    attempt_id = start_final(at_final)
    for position in range(6):
        browser.post(
            f"/attempts/{attempt_id}/answers",
            json={"key": f"key-{position:05}", "seq": position + 1, "position": position, "value": None},
        )
        browser.post(
            f"/attempts/{attempt_id}/answers",
            json={"key": f"kex-{position:05}", "seq": position + 1, "position": position, "value": "?"},
        )
    for path in (
        "/",
        "/courses",
        "/courses/KH-1",
        "/courses/KH-1/T1/bai-t1",
        f"/quizzes/{quiz_of().id}",
        f"/attempts/{attempt_id}",
        f"/attempts/{attempt_id}?review=1",
    ):
        browser.get(path)
    browser.post(f"/attempts/{attempt_id}/submit")  # nothing answered: not passed
    for path in (f"/attempts/{attempt_id}", f"/quizzes/{quiz_of().id}", "/courses/KH-1"):
        browser.get(path)
    assert db.session.get_one(Attempt, attempt_id).passed is False
    assert SECRET not in browser.heard
    for word in ("weight", "feedback", "right_answer", '"right"'):
        assert word not in browser.heard, word


def test_the_paper_is_the_same_to_the_byte_whatever_the_key_is(at_final: FlaskClient) -> None:
    attempt_id = start_final(at_final)

    def page() -> str:
        changing = r'data-left="\d+"|csrf.token" (content|value)="[^"]+"'
        return re.sub(changing, "", at_final.get(f"/attempts/{attempt_id}").text)

    before = page()
    with transaction() as session:
        for version in session.query(QuestionVersion):
            question = Question.from_json(version.content)
            version.content = replace(question, content=other_key(question.content)).to_json()
    assert right_answers(attempt_id) != [] and page() == before


def other_key(content: Content) -> Content:
    match content:
        case TrueFalse():
            return replace(content, right=not content.right)
        case Choice():
            weights = [option.weight for option in content.options]
            moved = (*weights[1:], weights[0])
            return replace(
                content, options=tuple(replace(o, weight=w) for o, w in zip(content.options, moved, strict=True))
            )
        case _:
            return content


def test_the_review_shows_everything_once_it_is_open(at_final: FlaskClient) -> None:
    """The set-up of the first test, passed: the same page now tells the key, so the test above can fail."""
    attempt_id = start_final(at_final)
    for position, value in enumerate(right_answers(attempt_id)):
        send(at_final, attempt_id, key=f"key-{position:05}", seq=position + 1, position=position, value=value)
    at_final.post(f"/attempts/{attempt_id}/submit")
    page = at_final.get(f"/attempts/{attempt_id}").text
    assert page.count(f"{SECRET} Điều") == 6 and page.count(f"<p>{SECRET}</p>") == 6


def test_a_practice_is_reviewed_after_submitting_not_before(
    at_final: FlaskClient, cast: Cast, signed_in: Callable[[str], FlaskClient]
) -> None:
    attempt_id = int(at_final.post(f"/quizzes/{quiz_of('T1').id}/start").location.rsplit("/", 1)[1])
    assert SECRET not in at_final.get(f"/attempts/{attempt_id}").text
    at_final.post(f"/attempts/{attempt_id}/submit")
    assert SECRET in at_final.get(f"/attempts/{attempt_id}").text
    assert signed_in("giang").get(f"/attempts/{attempt_id}").status_code == 404
