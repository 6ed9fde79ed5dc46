"""Files as other systems and offices write them: what is read, doubtful or refused, each with its place."""

import io
import zipfile
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest
from flask import Flask
from flask_babel import force_locale

from courses.questions import exchange
from courses.questions.formats.base import Reading
from courses.questions.types import (
    Choice,
    Cloze,
    Essay,
    Matching,
    Numeric,
    Option,
    Ordering,
    Question,
    ShortText,
    TrueFalse,
)

GOLDEN = Path(__file__).parent / "golden"


@pytest.fixture(autouse=True)
def _speak(the_app: Flask) -> Iterator[None]:
    with the_app.app_context(), force_locale("en"):
        yield


def read(name: str, key: str = "") -> tuple[str, Reading]:
    return exchange.read((GOLDEN / name).read_bytes(), (GOLDEN / key).read_bytes() if key else None)


def zipped(folder: str) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for file in sorted((GOLDEN / folder).rglob("*.*")):
            archive.write(file, file.relative_to(GOLDEN / folder).as_posix())
    return stream.getvalue()


def contents(reading: Reading) -> list[object]:
    return [entry.question.content for entry in reading.entries]


def options(*texts: str, right: int) -> tuple[Option, ...]:
    return tuple(Option(text, Decimal(100 * (place == right))) for place, text in enumerate(texts))


THREE = [
    Choice(
        "Bài báo “Dân vận” được đăng trên tờ báo nào?",
        options("Nhân Dân", "Sự thật", "Cứu quốc", "Thanh niên", right=1),
    ),
    Choice(
        "Nghị quyết 25-NQ/TW được ban hành ngày nào?",
        options("03/6/2013", "30/6/2013", "03/6/2003", "13/6/2013", right=0),
    ),
    Choice(
        "Quy chế giám sát và phản biện xã hội ban hành kèm theo Quyết định nào?",
        options("290-QĐ/TW", "218-QĐ/TW", "217-QĐ/TW", "23-QĐ/TW", right=2),
    ),
]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "key"),
    [("word-bold.docx", ""), ("word-underlined.docx", ""), ("word-red-numbered.docx", ""), ("word-table.docx", ""),
     ("word-small-letters.docx", ""),
     ("word-without-key.docx", "key.docx"), ("excel-one-cell.xlsx", ""), ("excel-colour.xlsx", "")],
)  # fmt: skip
def test_offices_mark_the_key_in_their_own_ways(name: str, key: str) -> None:
    found, reading = read(name, key)
    assert found == name.rpartition(".")[2] and not reading.refused and not reading.doubts
    bare = [Choice(c.text, c.options) for c in contents(reading) if isinstance(c, Choice)]
    assert bare == THREE


def test_a_heading_gives_the_topic_and_labelled_lines_give_the_rest() -> None:
    _name, reading = read("word-bold.docx")
    assert {entry.topic for entry in reading.entries} == {"Những vấn đề chung"}
    _name, reading = read("word-starred.docx")
    first = reading.entries[0].question
    assert (first.level, first.clause, first.content.explanation) == ("nhan-biet", "Điều 3, khoản 2", "Xem bài học.")
    assert isinstance(first.content, Choice) and first.content.options == THREE[0].options


def test_what_a_messy_document_leaves_open_is_told_and_the_rest_is_read() -> None:
    _name, reading = read("word-messy.docx")
    assert [entry.place for entry in reading.entries] == ["Question 1", "Question 3", "Question 5"]
    assert [(note.place, note.sentence) for note in reading.refused] == [
        ("Question 2", "nothing says which option is right"),
        ("Question 4", "the key says E, which is no option"),
        ("Question 6", "it has no options A, B, C …"),
    ]
    assert [(note.place, note.sentence) for note in reading.doubts] == [
        ("Question 3", "several options are marked: read as several right answers"),
        ("Question 5", "the level «rất khó» is not known and was left out"),
    ]
    third = reading.entries[1].question.content
    assert isinstance(third, Choice) and third.many and [o.right for o in third.options] == [True] * 3 + [False]


def test_without_its_key_every_question_says_so() -> None:
    _name, reading = read("word-without-key.docx")
    assert {note.sentence for note in reading.refused} == {"nothing says which option is right"}
    assert not reading.entries


def test_a_sheet_with_its_options_in_columns() -> None:
    name, reading = read("excel-columns.xlsx")
    assert name == "xlsx" and contents(reading) == THREE
    assert [entry.place for entry in reading.entries] == ["Row 6", "Row 7", "Row 8"]
    assert {entry.topic for entry in reading.entries} == {"Những vấn đề chung"}
    assert {entry.question.level for entry in reading.entries} == {"nhan-biet"}
    assert [str(note) for note in reading.refused] == ["Row 9: nothing says which option is right"]


def test_moodle_xml() -> None:
    name, reading = read("moodle.xml")
    assert name == "moodlexml" and {entry.topic for entry in reading.entries} == {"Nghị quyết 25"}
    kinds = [type(content) for content in contents(reading)]
    assert kinds == [Choice, Choice, TrueFalse, Matching, Numeric, ShortText, Cloze, Essay]
    first = reading.entries[0].question
    assert first.level == "nhan-biet" and first.content.text == "Ảnh dưới đây là trang nhất của báo nào?"
    assert first.content.image is not None and first.content.image.alt == "Trang nhất tờ báo năm 1949"
    assert reading.images[first.content.image.key].startswith(b"\x89PNG")
    numeric, cloze = contents(reading)[4], contents(reading)[6]
    assert isinstance(numeric, Numeric) and [u.factor for u in numeric.units] == [Decimal(1), Decimal("0.001")]
    assert isinstance(cloze, Cloze) and cloze.text == "Bài “Dân vận” đăng báo [[1]] số [[2]], bút danh [[3]]."
    assert [gap.weight for gap in cloze.gaps] == [1, 2, 1]
    assert [note.sentence for note in reading.doubts] == [
        "the star in an answer is read as a letter, not as anything",
        "capitals and small letters count as the same",
        "answers that earn a part of the points count as wrong",
        "the guide for markers is kept as one criterion",
    ]
    assert [str(note) for note in reading.refused] == [
        "Question 9 «NQ25-09»: questions of kind «ddwtos» are not read",
    ]


def test_aiken() -> None:
    name, reading = read("aiken.txt")
    assert name == "aiken" and len(reading.entries) == 2
    assert [str(note) for note in reading.refused] == [
        "Line 11: the key says D, which is no option",
        "Line 16: it has no line «ANSWER: A»",
        "Line 20: it has no options A, B, C …",
    ]


def test_qti_12() -> None:
    name, reading = read("qti12.xml")
    assert name == "qti12"
    first = Choice(
        "Bài báo “Dân vận” đăng trên báo nào?", options("Nhân Dân", "Sự thật", right=1), explanation="Số 120."
    )
    wrong = Option("Chỉ người chuyên trách", Decimal(0))
    half = (Option("Cán bộ chính quyền", Decimal(50)), Option("Hội viên đoàn thể", Decimal(50)))
    assert contents(reading) == [
        first,
        Choice("Những ai phải phụ trách dân vận?", (*half, wrong), True, whole=True),
        TrueFalse("Dân vận là việc của cả hệ thống chính trị.", True),
        Matching("Ghép văn bản với năm.", (("Nghị quyết 25", "2013"), ("Kết luận 43", "2019"))),
        ShortText("Bút danh của Bác?", (Option("X.Y.Z", Decimal(100)), Option("XYZ", Decimal(100)))),
        reading.entries[5].question.content,
        Essay("Nêu một việc gần dân."),
    ]
    numeric = contents(reading)[5]
    assert isinstance(numeric, Numeric)
    assert (numeric.answers[0].value, numeric.answers[0].tolerance) == (Decimal(120), Decimal(1))
    assert [note.place for note in reading.refused] == ["Question 8 «Hỏng»"]


def test_a_package_of_qti_22() -> None:
    name, reading = exchange.read(zipped("qti22"))
    assert name == "qti21" and len(reading.entries) == 2
    choice, order = (entry.question for entry in reading.entries)
    assert choice.level == "thong-hieu" and choice.content.text == "Những ai phải phụ trách dân vận?"
    assert isinstance(choice.content, Choice) and [o.weight for o in choice.content.options] == [50, -50, 50]
    assert choice.content.image is not None and choice.content.image.alt == "Trang nhất"
    items = ("Quyết định 290", "Nghị quyết 25", "Quyết định 23")
    assert order == Question("order", Ordering("Xếp theo thời gian ban hành.", items))
    assert [str(note) for note in reading.refused] == [
        "Question 3 «hotspot.xml»: questions of kind «hotspotInteraction» are not read"
    ]


def test_an_item_of_qti_30() -> None:
    for data in (zipped("qti30"), (GOLDEN / "qti30/items/text.xml").read_bytes()):
        name, reading = exchange.read(data)
        # A zip without a manifest is nobody's package; the item alone is read.
        assert name == "qti30"
        cloze = contents(reading)[0]
        assert isinstance(cloze, Cloze) and cloze.text == "Bài “Dân vận” đăng báo [[1]] năm [[2]]."
        text, choice = (gap.asked for gap in cloze.gaps)
        assert isinstance(text, ShortText) and [o.weight for o in text.answers] == [100, 50]
        assert isinstance(choice, Choice) and choice.options == options("1930", "1949", right=1)
