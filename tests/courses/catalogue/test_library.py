"""The course that we ship keeps its promises: what it teaches, on what it rests, and that its questions ask."""

import re
import unicodedata
from pathlib import Path

import pytest

from courses.catalogue.folder import CourseFolder, LessonFolder
from courses.catalogue.reading import read_course
from courses.questions.types import Choice, Question
from lms.text import fold

FOLDER = Path(__file__).parents[3] / "courses/library/dv-nv"
# What the programme of 2014 needs, and words that show where it is taught.
SUBJECTS = {
    "Hồ Chí Minh's article": "bai bao dan van",
    "Resolution 25": "nghi quyet 25-nq/tw",
    "Decision 290 and its successor": "quyet dinh 290",
    "Directive 18/2000": "chi thi 18/2000/ct-ttg",
    "democracy at the grass roots": "dan chu o co so",
    "supervision and social criticism": "giam sat, phan bien xa hoi",
    "Dân vận khéo": "dan van kheo",
    "skills of a branch secretary": "ky nang dan van cua bi thu chi bo",
    "union and youth": "cong doan, doan thanh nien",
}


@pytest.fixture(scope="module")
def course() -> CourseFolder:
    return read_course(FOLDER)


def lessons(course: CourseFolder) -> list[LessonFolder]:
    return [lesson for topic in course.topics for lesson in topic.lessons]


def questions(course: CourseFolder) -> list[Question]:
    return [question for topic in course.topics for question in topic.questions]


def plain(text: str) -> str:
    return fold(re.sub("[“”]", "", text))


def test_every_subject_of_the_programme_has_a_lesson(course: CourseFolder) -> None:
    titles = [plain(f"{topic.title} {lesson.title}") for topic in course.topics for lesson in topic.lessons]
    assert not [name for name, words in SUBJECTS.items() if not any(words in title for title in titles)]
    assert sum(topic.hours for topic in course.topics) == course.hours


def test_every_lesson_can_be_studied(course: CourseFolder) -> None:
    for lesson in lessons(course):
        words = len(lesson.body.split())
        assert 600 <= words <= 1500, f"{lesson.name}: {words} words"
        for part in ("Học xong bài này", "## Ghi nhớ", "## Tự liên hệ", "*Nguồn:"):
            assert part in lesson.body, f"{lesson.name}: {part}"
        assert lesson.documents, lesson.name
        assert not re.search(r"\bbạn\b", lesson.body), lesson.name
        assert unicodedata.is_normalized("NFC", lesson.body), lesson.name


def test_what_a_lesson_says_of_documents_is_what_the_course_says(course: CourseFolder) -> None:
    for document in course.documents:
        if document.status != "con-hieu-luc":
            assert document.note or document.replaced_by, f"{document.id}: say why, or what replaced it"
    cited = {document for lesson in lessons(course) for document in lesson.documents}
    cited |= {question.document for question in questions(course)}
    assert {document.id for document in course.documents} == cited


def test_there_are_questions_enough_and_each_says_what_it_rests_on(course: CourseFolder) -> None:
    known = {document.id for document in course.documents}
    assert len(questions(course)) >= 120
    for topic in course.topics:
        # A leaked paper is worth little when the pool is several papers deep.
        assert len(topic.questions) >= 5 * course.final.per_topic[topic.code], topic.code
    for question in questions(course):
        assert question.document in known, question.name
        assert question.clause, question.name
        assert question.level in ("nhan-biet", "thong-hieu", "van-dung"), question.name
        assert question.content.explanation, question.name


def test_no_question_is_asked_twice(course: CourseFolder) -> None:
    texts = [plain(question.content.text) for question in questions(course)]
    assert len(set(texts)) == len(texts)


def single(course: CourseFolder) -> list[list[tuple[bool, str]]]:
    """The options of the questions with one right answer, the right one marked."""
    contents = [q.content for q in questions(course) if isinstance(q.content, Choice)]
    options = [[(option.weight > 0, option.text) for option in content.options] for content in contents]
    return [choices for choices in options if sum(right for right, _text in choices) == 1]


def test_options_differ_and_the_longest_is_not_always_right(course: CourseFolder) -> None:
    papers = single(course)
    for choices in papers:
        assert len({plain(text) for _right, text in choices}) == len(choices)
    telling = [max(choices, key=lambda option: (len(option[1]), not option[0])) for choices in papers]
    # Whoever always takes the longest option does no better than one who guesses among three.
    assert sum(right for right, _text in telling) < len(papers) / 3
