"""Correcting a key of any kind: what stood on the papers stays in its place, only what is right changes."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from decimal import Decimal
from random import Random
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_babel import force_locale
from hypothesis import given, settings
from hypothesis import strategies as st

from courses.catalogue.folder import FinalRules
from courses.catalogue.services import import_course
from courses.learning.services import enrol
from courses.questions import lines
from courses.questions.decisions import settled
from courses.questions.formats.base import Entry
from courses.questions.marking import mark
from courses.questions.models import BankQuestion, QuestionVersion
from courses.questions.services import import_questions
from courses.questions.types import (
    Choice,
    Cloze,
    Matching,
    Number,
    Numeric,
    Option,
    Ordering,
    Question,
    ShortText,
    draw_order,
    paper_view,
    right_answer,
)
from courses.quizzes import services
from courses.quizzes.models import Attempt
from courses.quizzes.services import Save
from courses.results.corrections import corrected, retyped
from courses.results.services import correct_key
from lms import clock
from lms.db import db
from lms.errors import Refused
from tests.conftest import Cast
from tests.courses.conftest import find_course, in_english, quiz_of, small_folder
from tests.courses.questions.strategies import BY_KIND

TYPED = ("matching", "ordering", "numeric", "short", "cloze")


@pytest.fixture(autouse=True)
def _speak(the_app: Flask) -> Iterator[None]:
    with the_app.app_context(), force_locale("en"):
        yield


def options(*texts: str, right: int) -> tuple[Option, ...]:
    return tuple(Option(text, Decimal(100 * (place == right))) for place, text in enumerate(texts))


def asked(content: Any) -> Question:
    return Question("q", content)


@settings(max_examples=30)
@given(content=st.one_of(*(BY_KIND[kind] for kind in TYPED)), seed=st.integers(0, 99))
def test_the_key_typed_again_as_it_is_changes_no_mark(content: Any, seed: int) -> None:
    again = retyped(asked(content), lines.write(content)).content
    order = draw_order(content, Random(seed))
    assert paper_view(again, order) == paper_view(content, order)
    assert mark(again, order, right_answer(content, order)) == 1


@settings(max_examples=30)
@given(items=st.lists(st.text("abcxyz", min_size=1), min_size=2, max_size=6, unique=True), data=st.data())
def test_a_corrected_order_is_right_on_old_papers_and_on_new_ones(items: list[str], data: Any) -> None:
    content, right = Ordering("?", tuple(items)), data.draw(st.permutations(items))
    again = retyped(asked(content), "\n".join(right)).content
    order = draw_order(content, Random(1))
    view, answer = paper_view(again, order), right_answer(again, order)
    assert view == paper_view(content, order)
    assert [view.prompts[answer.index(place)] for place in range(len(right))] == list(right)
    assert settled(again) == replace(content, items=tuple(right))


def test_a_corrected_pair_takes_a_side_that_stood_on_the_paper() -> None:
    content = Matching("?", (("NQ 25", "2013"), ("KL 43", "2018")), ("2019",))
    again = retyped(asked(content), "NQ 25 -> 2013\nKL 43 -> 2019\n-> 2018").content
    order = [2, 0, 1]  # shown: 2019, 2013, 2018
    assert paper_view(again, order) == paper_view(content, order)
    assert (right_answer(again, order), mark(again, order, [1, 0]), mark(again, order, [1, 2])) == (
        [1, 0],
        1,
        Decimal("0.5"),
    )
    assert settled(again) == Matching("?", (("NQ 25", "2013"), ("KL 43", "2019")), ("2018",))
    assert Question.from_json(asked(again).to_json()) == asked(again)


def test_numbers_short_texts_and_gaps_take_other_answers() -> None:
    twelve = Numeric("Số báo?", (Number(Decimal(12)),))
    number = retyped(asked(twelve), "120 ± 1")
    assert mark(number.content, [], "121") == 1 and mark(number.content, [], "12") == 0
    short = retyped(asked(ShortText("Bút danh?", (Option("XYZ", Decimal(100)),), accents=False)), "X.Y.Z.\n(50%) XYZ")
    assert mark(short.content, [], "x.y.z.") == 1 and mark(short.content, [], "XYZ") == Decimal("0.5")
    cloze = lines.read("cloze", "", "Báo {=Sự thật ~Nhân Dân} số {#12}.", "", {}, right=False, free=False)
    assert isinstance(cloze, Cloze)
    again = retyped(asked(cloze), "Báo {=Sự thật ~Nhân Dân} số {#120}.").content
    assert mark(again, [0, 1], [0, "120"]) == 1


@pytest.mark.parametrize(
    ("content", "typed"),
    [
        (Ordering("?", ("một", "hai")), "một\nba"),
        (Matching("?", (("a", "1"), ("b", "2"))), "a -> 1\nb -> 3"),
        (Matching("?", (("a", "1"), ("b", "2"))), "b -> 2\na -> 1"),
        (ShortText("?", (Option("x", Decimal(100)),)), ""),
    ],
)
def test_what_changes_more_than_the_key_is_refused(content: Any, typed: str) -> None:
    with pytest.raises(Refused):
        retyped(asked(content), typed)


def course(content: Any, **more: Any) -> Any:
    topic = small_folder().topics[0]
    return small_folder(
        topics=(replace(topic, questions=(Question("q", content, **more),)),), topics_in_order=False,
        final=FinalRules({"T1": 1}),
    )  # fmt: skip


def newest() -> QuestionVersion:
    return db.session.query(QuestionVersion).order_by(QuestionVersion.number.desc()).first()  # type: ignore[return-value]


def key_page() -> str:
    return f"/exams/{quiz_of().id}/questions/{newest().id}/key"


def test_a_typed_key_is_shown_with_what_follows_then_decided(
    cast: Cast, signed_in: Callable[[str], FlaskClient]
) -> None:
    import_course(course(ShortText("Bút danh?", (Option("XYZ", Decimal(100)),))), clock.now())
    person = cast.people["an"].id
    enrol(find_course().id, person, clock.now())
    attempt_id = services.start(quiz_of().id, person, clock.now())
    assert attempt_id is not None
    services.save_answer(attempt_id, person, Save("key-aaaa", 1, 0, "X.Y.Z."), clock.now())
    services.submit(attempt_id, person, None, clock.now())
    hoa, page = in_english(signed_in("hoa")), key_page()
    assert "XYZ" in hoa.get(page).text
    text = hoa.post(page, data={"preview": "1", "answers": "X.Y.Z."}).text
    assert "Trần Văn An" in text and "now passes" in text and "X.Y.Z." in text
    assert db.session.get_one(Attempt, attempt_id).score == 0
    assert hoa.post(page, data={"preview": "1", "answers": ""}).status_code == 409
    decided = {"answers": "X.Y.Z.", "decision": "14-QĐ/ĐUK", "reason": "Thiếu dấu chấm", "expected": "1"}
    assert hoa.post(page, data=decided).status_code == 302
    assert db.session.get_one(Attempt, attempt_id).score == 10 and newest().number == 2


def test_a_file_that_says_the_old_key_does_not_undo_a_decision(cast: Cast) -> None:
    old = Choice("Câu?", options("A", "B", right=0))
    import_course(course(old), clock.now())
    wanted = corrected(Question("q", old), [1])
    correct_key(newest().id, "key", wanted, decision="1", reason="x", account_id=None, expected=0, at=clock.now())
    # The file's other words still count; the decided key stays.
    done = import_course(course(replace(old, explanation="Mới."), clause="Điều 2"), clock.now())
    kept = Question.from_json(newest().content)
    assert (done.decided, done.new_versions, kept.clause) == (1, 1, "Điều 2")
    assert kept.content == replace(wanted.content, explanation="Mới.")
    assert import_course(course(replace(old, explanation="Mới."), clause="Điều 2"), clock.now()).new_versions == 0
    other = replace(old, options=options("A", "B", "C", right=2))
    assert import_course(course(other), clock.now()).new_versions == 1  # another question: what the file says


def test_a_question_that_was_struck_out_stays_out(cast: Cast) -> None:
    old = Choice("Câu?", options("A", "B", right=0))
    import_course(course(old), clock.now())
    correct_key(newest().id, "void", Question("q", old), decision="1", reason="x", account_id=None, expected=0,
                at=clock.now())  # fmt: skip
    for _again in range(2):
        import_course(course(old), clock.now())
        assert db.session.query(BankQuestion).one().removed_at is not None
    done = import_questions(find_course().id, [Entry(Question("q", old))], clock.now())
    assert done.decided == 1 and db.session.query(BankQuestion).one().removed_at is not None
    import_questions(find_course().id, [Entry(Question("q", replace(old, text="Câu mới?")))], clock.now())
    assert db.session.query(BankQuestion).one().removed_at is None
