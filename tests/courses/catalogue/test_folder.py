"""A course as a folder of files: nothing is lost on the way, and what is broken is told with file and line."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask_babel import force_locale
from hypothesis import given
from hypothesis import strategies as st

from courses.catalogue.folder import CourseFolder, CourseFolderError, LessonFolder, write_course
from courses.catalogue.reading import read_course
from tests.courses.catalogue.folders import small_course
from tests.courses.questions.strategies import banks, maybe, texts


@pytest.fixture(autouse=True)
def _speak(the_app: Flask) -> Iterator[None]:
    with the_app.app_context(), force_locale("en"):
        yield


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_course(small_course(), tmp_path)
    return tmp_path


def problems(folder: Path) -> list[str]:
    with pytest.raises(CourseFolderError) as error:
        read_course(folder)
    return error.value.problems


bodies = st.text("aăôợ #*-\n`:|", min_size=1).filter(str.strip)


@given(banks(), banks(), bodies, texts, maybe, st.booleans())
def test_what_is_written_reads_back_the_same(
    tmp_path: Path, first: Any, second: Any, body: str, title: str, note: str, ordered: bool
) -> None:
    course = small_course()
    taken = {question.name for question in first}
    second = [question for question in second if question.name not in taken]
    topics = (
        replace(course.topics[0], questions=tuple(_cited(first)), lessons=(LessonFolder("b1", title, 5, body),)),
        replace(course.topics[1], questions=tuple(_cited(second)), title=title),
    )
    documents = (replace(course.documents[0], note=note, replaced_by=""), *course.documents[1:])
    course = replace(
        course, topics=topics, documents=documents, title=title, summary=note, topics_in_order=ordered,
        final=replace(course.final, per_topic={}), practice=replace(course.practice, questions=0),
    )  # fmt: skip
    write_course(course, tmp_path)
    assert read_course(tmp_path) == course


def _cited(questions: Any) -> Any:
    return (replace(question, document="") for question in questions)


def test_the_course_that_we_ship_reads_back_the_same(tmp_path: Path) -> None:
    shipped = read_course(Path(__file__).parents[3] / "courses/library/dv-nv")
    write_course(shipped, tmp_path)
    assert read_course(tmp_path) == shipped
    assert sum(len(topic.questions) for topic in shipped.topics) >= 120


def test_windows_line_ends_and_a_byte_order_mark_change_nothing(folder: Path) -> None:
    for file in folder.rglob("*.*"):
        file.write_bytes(b"\xef\xbb\xbf" + file.read_bytes().replace(b"\n", b"\r\n"))
    assert read_course(folder) == small_course()


BROKEN: list[tuple[str, str, str, str]] = [
    ("course.yaml", "title: 'Khóa nhỏ: dân vận'\n", "", "course.yaml: line 1: `title` is missing."),
    ("course.yaml", "hours: 6", "hours: sáu", "course.yaml: line 4: `hours` must be a whole number."),
    ("course.yaml", "hours: 6", "hours: -6", "course.yaml: line 4: `hours` is out of range."),
    ("course.yaml", "hours: 6", "hours: 6\nhours: 7", "line 4: this is not YAML: 'hours' is written twice"),
    ("course.yaml", "hours: 6", "hours: [6", "course.yaml: line 5: this is not YAML: expected ',' or ']'"),
    ("course.yaml", "hours: 6", "hours: 6\nhuors: 6", "course.yaml: line 5: `huors` is not known here."),
    ("course.yaml", "code: DV-NHO", "code: ../DV", "course.yaml: line 1: «../DV» is no code"),
    ("course.yaml", "code: mot", "code: ../../etc", "«../../etc» is no code"),
    ("course.yaml", "- bai-mot", "- ../course", "«../course» is no code"),
    ("course.yaml", "status: duoc-thay-the", "status: mới", "document qd-290 has an unknown status: mới"),
    ("course.yaml", "dated_on: 2010-02-25", "dated_on: hôm qua", "the date of document qd-290 is no day (2013-06-03)."),
    ("course.yaml", "replaced_by: qd-23", "replaced_by: qd-24", "document qd-24 is not listed in course.yaml."),
    ("course.yaml", "- id: qd-23", "- id: qd-290", "document qd-290 is listed twice."),
    ("course.yaml", "- code: hai", "- code: mot", "topic mot is listed twice."),
    ("course.yaml", "- bai-hai", "- bai-mot", "lesson bai-mot is listed twice."),
    ("course.yaml", "    mot: 2", "    ba: 2", "the final draws from ba, which is no topic."),
    ("course.yaml", "    mot: 2", "    mot: 9", "the final asks 9 questions of mot, which has 3."),
    ("course.yaml", "    mot: 2", "    mot: hai", "`final` cannot be read: mot: 'hai'"),
    ("course.yaml", "pass_score: '5.5'", "pass_score: 55", "`final` cannot be read: pass_score: 55"),
    ("course.yaml", "pass_score: '5.5'", "pass_score: năm", "`final` cannot be read"),
    ("course.yaml", "  questions: 2", "  questions: '2'", "`practice` cannot be read: questions: '2'"),
    ("course.yaml", "  questions: 2", "  questoins: 2", "`practice` cannot be read"),
    ("course.yaml", "  questions: 2", "  questions: 4", "the practice of mot needs more questions than it has."),
    ("course.yaml", "lesson_done: read", "lesson_done: seen", "`lesson_done` knows only `read`."),
    ("lessons/bai-mot.md", "---\ntitle", "title", "bai-mot.md: line 1: the file must begin with front matter"),
    ("lessons/bai-mot.md", "minutes: 30", "minutes: [", "lessons/bai-mot.md: line 5: this is not YAML"),
    ("lessons/bai-mot.md", "minutes: 30", "minutes: lâu", "bai-mot.md: line 3: `minutes` must be a whole number."),
    ("lessons/bai-mot.md", "- qd-23", "- qd-24", "lessons/bai-mot.md: line 4: document qd-24 is not listed"),
    ("lessons/bai-mot.md", "Nội dung bài mot.\n\n- một\n- hai\n", "", "bai-mot.md: line 6: the lesson is empty."),
    ("questions/mot.gift", "  TRUE\n}\n", "  TRUE\n\n", "Line 2: question «mot-1» lacks the closing brace }"),
    ("questions/mot.gift", "document: qd-23", "document: qd-24", "mot.gift: Line 2: question «mot-1» cites qd-24"),
    ("questions/mot.gift", "level: nhan-biet", "level: dễ", "questions/mot.gift: Line 2: the level «dễ» is not known"),
    ("questions/hai.gift", "::hai-1::", "::mot-1::", "question mot-1 is listed twice."),
]  # fmt: skip


@pytest.mark.parametrize(("file", "old", "new", "sentence"), BROKEN, ids=lambda value: value[:40])
def test_what_is_broken_is_told_with_its_file_and_line(
    folder: Path, file: str, old: str, new: str, sentence: str
) -> None:
    text = (folder / file).read_text()
    assert old in text
    (folder / file).write_text(text.replace(old, new, 1))
    assert any(sentence in problem for problem in problems(folder)), problems(folder)


@pytest.mark.parametrize("file", ["course.yaml", "lessons/bai-hai.md", "questions/hai.gift"])
def test_a_missing_file_a_folder_in_its_place_and_wrong_bytes_are_told(folder: Path, file: str) -> None:
    (folder / file).write_bytes("title: Đảng".encode("cp1258", "ignore") + b"\xff")
    assert any(p.startswith(f"{file}: the file is not UTF-8 (byte ") for p in problems(folder))
    (folder / file).unlink()
    assert f"{file}: the file is missing." in problems(folder)
    (folder / file).mkdir()
    assert any(p.startswith(f"{file}: the file cannot be read: ") for p in problems(folder))


@pytest.mark.parametrize("text", ["", "- một\n", "một\n"])
def test_a_course_file_that_holds_something_else_is_told(folder: Path, text: str) -> None:
    (folder / "course.yaml").write_text(text)
    assert problems(folder) == ["course.yaml: line 1: expected `name: value` lines."]


def test_every_problem_is_told_at_once(folder: Path) -> None:
    (folder / "lessons/bai-mot.md").unlink()
    (folder / "questions/hai.gift").write_text("::x:: Không có ngoặc\n")
    found = problems(folder)
    assert [problem.split(":")[0] for problem in found[:2]] == ["lessons/bai-mot.md", "questions/hai.gift"]


def test_a_course_without_topics_is_a_course(tmp_path: Path) -> None:
    course = CourseFolder("DV-0", "Khóa mới", 0)
    write_course(course, tmp_path)
    assert read_course(tmp_path) == course
