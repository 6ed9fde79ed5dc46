"""GIFT: what is written reads back the same, and an error loses nothing but its own question."""

from decimal import Decimal
from pathlib import Path

import pytest
from flask import Flask
from flask_babel import force_locale
from hypothesis import given

from courses.questions.formats import gift
from courses.questions.formats.base import Entry, Reading
from courses.questions.types import Choice, Cloze, Essay, Matching, Numeric, Question, ShortText, TrueFalse
from tests.courses.questions.strategies import banks

GOLDEN = Path(__file__).parent / "golden"
GOOD = "::tốt:: Câu đúng {\n=phải\n~trái\n}\n"


@pytest.fixture(autouse=True)
def _speak(the_app: Flask) -> object:
    with the_app.app_context():
        yield


def only(text: str) -> Question:
    reading = gift.parse(text)
    assert not reading.refused and len(reading.entries) == 1, reading
    return reading.entries[0].question


@given(banks())
def test_what_is_written_reads_back_the_same(questions: list[Question]) -> None:
    reading = gift.parse(gift.text_for(questions))
    assert not reading.refused and not reading.doubts
    assert [entry.question for entry in reading.entries] == questions


@given(banks(most=2))
def test_topics_travel_as_categories(questions: list[Question]) -> None:
    entries = [Entry(question, topic="02-nghi-quyet-25") for question in questions]
    reading = gift.read(gift.write(entries, {}).data)
    assert [(entry.topic, entry.question) for entry in reading.entries] == [
        (entry.topic, entry.question) for entry in entries
    ]


ERRORS = [
    ("::x:: Không có ngoặc", "has no answers in { }"),
    ("::x:: Mở mà không đóng {\n=a\n~b", "lacks the closing brace }"),
    ("::x:: {\n=a\n~b\n}", "has no text"),
    ("::x:: Một đáp án { ~a }", "needs at least two answers"),
    ("::x:: Toàn sai {\n~a\n~b\n}", "has no right answer"),
    ("::x:: Hai đúng {\n=a\n=b\n~c\n}", "has several right answers but no weights"),
    ("::x:: Trọng số {\n~%50%a\n~%20%b\n~c\n}", "has right answers that do not add up to 100%"),
    ("::x:: Rỗng {\n=a\n~\n}", "has an empty answer"),
    ("::x:: Không dấu { a\n~b }", "do not begin with = or ~"),
    ("::x:: Ghép {\n=a -> 1\n=b\n}", "lacks its right-hand side after ->"),
    ("::x:: Ghép {\n=a -> 1\n= -> 2\n}", "needs at least two pairs"),
    ("::x:: Số {#mười}", "has a number that cannot be read: «mười»"),
    ("::x:: Chỗ trống {} và {=a}", "has a gap that is neither a choice, a text nor a number"),
    ("::tốt:: Trùng tên {T}", "the name «tốt» is used twice"),
]


@pytest.mark.parametrize(("text", "sentence"), ERRORS, ids=[sentence for _text, sentence in ERRORS])
def test_an_error_is_told_with_its_line_and_loses_nothing_else(text: str, sentence: str) -> None:
    after = GOOD.replace("tốt", "sau")
    with force_locale("en"):
        reading = gift.parse(f"{GOOD}\n// document: qd-23; clause: Điều 1\n{text}\n\n{after}")
    assert [note.place for note in reading.refused] == ["Line 7"]
    assert sentence in reading.refused[0].sentence
    assert [entry.question.name for entry in reading.entries] == ["tốt", "sau"]


def test_what_is_doubtful_is_told_and_the_question_is_kept() -> None:
    reading = gift.parse("// document: x; level: kho; valid: 2026-02-30..\n::a:: Đúng không? {T#vì sao}\n")
    assert [note.place for note in reading.doubts] == ["Dòng 2"] * 3
    assert reading.entries[0].question.level == "" and reading.entries[0].question.valid_from is None


@pytest.mark.parametrize(
    ("body", "kind"),
    [("{T}", TrueFalse), ("{FALSE#sai####vì}", TrueFalse), ("{}", Essay), ("{#5:0,5}", Numeric), ("{=a =b}", ShortText),
     ("{=a -> 1 =b -> 2}", Matching), ("{=a ~b}", Choice)],
)  # fmt: skip
def test_each_kind_is_known_by_its_answers(body: str, kind: type) -> None:
    assert isinstance(only(f"::x:: Hỏi gì? {body}").content, kind)


def test_a_range_is_a_number_with_its_tolerance() -> None:
    content = only("::x:: Từ một đến hai {#1..2}").content
    assert isinstance(content, Numeric)
    assert (content.answers[0].value, content.answers[0].tolerance) == (Decimal("1.5"), Decimal("0.5"))


def test_a_missing_word_becomes_a_blank_and_several_become_a_cloze() -> None:
    assert only("::x:: Bài đăng trên báo {=Sự thật ~Nhân Dân} số 120.").content.text == (
        "Bài đăng trên báo _____ số 120."
    )
    cloze = only("::x:: Bài đăng trên báo {=Sự thật ~Nhân Dân} số {#120}.").content
    assert isinstance(cloze, Cloze) and cloze.text == "Bài đăng trên báo [[1]] số [[2]]."


def test_a_question_without_a_name_keeps_its_name_wherever_it_moves() -> None:
    first = only("Có không? {T}").name
    assert gift.parse(f"{GOOD}\nCó không? {{T}}").entries[1].question.name == first


def test_html_is_read_as_text_and_what_is_lost_is_told() -> None:
    reading = gift.parse("::x::[html] <p>Chọn <b>một</b> câu</p><img src\\='a.png'> {=a ~b}")
    assert reading.entries[0].question.content.text == "Chọn một câu"
    assert len(reading.doubts) == 1


def test_the_golden_file_of_moodle_reads_whole() -> None:
    reading: Reading = gift.read((GOLDEN / "moodle.gift").read_bytes())
    assert not reading.refused
    kinds = [entry.question.content.kind for entry in reading.entries]
    assert kinds == ["single", "multiple", "truefalse", "matching", "short", "numeric", "numeric", "essay", "single"]
    assert {entry.topic for entry in reading.entries} == {"Nghị quyết 25"}
