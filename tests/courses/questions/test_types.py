"""The contract of a question with the paper: nothing that the browser sees tells the key."""

import json
from dataclasses import asdict, replace
from decimal import Decimal
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses.questions.marking import mark
from courses.questions.types import (
    ESSAY_LIMIT,
    TYPED_LIMIT,
    Choice,
    Cloze,
    Content,
    Essay,
    Image,
    Matching,
    Numeric,
    Option,
    Ordering,
    Question,
    ShortText,
    TrueFalse,
    by_hand,
    check_answer,
    draw_order,
    paper_view,
    right_answer,
)
from tests.courses.questions.strategies import contents, questions


@given(questions)
def test_a_question_survives_its_journey_as_json(question: Question) -> None:
    assert Question.from_json(json.loads(json.dumps(question.to_json()))) == question


def test_a_question_stored_before_there_were_days_and_images_is_still_read() -> None:
    stored = {
        "name": "x", "document": "", "clause": "", "level": "",
        "content": {
            "kind": "single", "text": "Hỏi", "explanation": "",
            "options": [{"text": "a", "weight": "100", "feedback": ""}, {"text": "b", "weight": "0", "feedback": ""}],
        },
    }  # fmt: skip
    options = (Option("a", Decimal(100)), Option("b", Decimal(0)))
    assert Question.from_json(stored) == Question("x", Choice("Hỏi", options))


@given(contents, st.integers())
def test_the_right_answer_fits_and_earns_everything(content: Content, seed: int) -> None:
    order = draw_order(content, Random(seed))
    answer = right_answer(content, order)
    if by_hand(content):
        assert answer is None and mark(content, order, "bài viết") == 0
        return
    check_answer(content, order, json.loads(json.dumps(answer)))
    assert mark(content, order, answer) == 1


def _rekeyed(content: Content) -> Content:
    """The same question to look at, with another key."""
    match content:
        case Choice():
            weights = [option.weight for option in content.options]
            turned = zip(content.options, weights[1:] + weights[:1], strict=True)
            return replace(
                content, options=tuple(replace(o, weight=w, feedback="khác") for o, w in turned), explanation="khác"
            )
        case TrueFalse():
            return replace(content, right=not content.right, explanation="khác")
        case Matching():
            rights = [right for _left, right in content.pairs]
            turned_pairs = zip(content.pairs, rights[1:] + rights[:1], strict=True)
            return replace(content, pairs=tuple((left, right) for (left, _old), right in turned_pairs))
        case Ordering():
            return replace(content, items=content.items[1:] + content.items[:1])
        case Numeric():
            return replace(content, answers=tuple(replace(n, value=n.value + 1) for n in content.answers))
        case ShortText():
            return replace(content, answers=(Option("khác", Decimal(100)),), accents=not content.accents)
        case Cloze():
            return replace(content, gaps=tuple(replace(g, asked=_rekeyed(g.asked)) for g in content.gaps))
        case Essay():
            return replace(content, rubric=tuple(replace(c, guide="khác") for c in content.rubric))


def _shown_alike(content: Content, order: list[int], other: Content) -> list[int]:
    """The order under which the other question stands on the paper as this one does."""
    if isinstance(content, Cloze):
        return order
    if isinstance(content, Matching | Ordering):
        count = len(content.pairs if isinstance(content, Matching) else content.items)
        return [i if i >= count else (i - 1) % count for i in order]
    return order


@given(contents, st.integers())
def test_what_the_browser_sees_is_the_same_whatever_the_key(content: Content, seed: int) -> None:
    order = draw_order(content, Random(seed))
    other = _rekeyed(content)
    view = json.dumps(asdict(paper_view(content, order)))
    assert view == json.dumps(asdict(paper_view(other, _shown_alike(content, order, other))))


@given(contents)
def test_what_the_browser_sees_never_holds_explanations_feedback_weights_or_guides(content: Content) -> None:
    secret = "BÍMẬT"
    marked: Any = replace(content, explanation=secret)
    if isinstance(marked, Choice):
        marked = replace(marked, options=tuple(replace(option, feedback=secret) for option in marked.options))
    if isinstance(marked, ShortText):
        marked = replace(marked, answers=tuple(replace(option, text=secret) for option in marked.answers))
    if isinstance(marked, Essay):
        marked = replace(marked, rubric=tuple(replace(criterion, guide=secret) for criterion in marked.rubric))
    assert secret not in json.dumps(asdict(paper_view(marked, draw_order(marked, Random(1)))), ensure_ascii=False)


def test_the_image_is_shown_with_its_words() -> None:
    image = Image("0" * 32 + ".png", "Ảnh bìa báo Sự thật")
    assert paper_view(TrueFalse("Đúng không?", True, image=image), []).image == image


OPTIONS = (Option("a", Decimal(100)), Option("b", Decimal(0)))
GAPS = Cloze("[[1]]", ())
STRANGERS: list[tuple[Content, Any]] = [
    (Choice("?", OPTIONS), 2), (Choice("?", OPTIONS), -1), (Choice("?", OPTIONS), True), (Choice("?", OPTIONS), "0"),
    (Choice("?", OPTIONS, many=True), [0, 0]), (Choice("?", OPTIONS, many=True), 0),
    (TrueFalse("?", True), 1), (TrueFalse("?", True), None),
    (Matching("?", (("a", "1"), ("b", "2"))), [0]), (Matching("?", (("a", "1"), ("b", "1"))), [0, 1]),
    (Ordering("?", ("a", "b")), [0, 2]), (Ordering("?", ("a", "b")), {"0": 1}),
    (Numeric("?", ()), 5), (Numeric("?", ()), "1" * (TYPED_LIMIT + 1)),
    (ShortText("?", ()), ["a"]), (ShortText("?", ()), "a" * (TYPED_LIMIT + 1)),
    (Essay("?"), "a" * (ESSAY_LIMIT + 1)), (GAPS, [0]), (GAPS, "a"),
]  # fmt: skip


@pytest.mark.parametrize(("content", "answer"), STRANGERS)
def test_an_answer_that_our_page_cannot_have_made_is_refused(content: Content, answer: Any) -> None:
    with pytest.raises(ValueError, match="no answer to a question of kind"):
        check_answer(content, draw_order(content, Random(0)), answer)
