"""Importing a course folder: the second time changes nothing, edits are versions, what is gone keeps its results."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from courses.catalogue.export import folder_of
from courses.catalogue.folder import CourseFolder, CourseFolderError, write_course
from courses.catalogue.models import Document, Lesson, Topic
from courses.catalogue.queries import by_code
from courses.catalogue.reading import read_course
from courses.catalogue.services import import_course
from courses.learning.services import enrol, finish_lesson
from courses.questions.models import BankQuestion, QuestionVersion
from courses.questions.types import Image, Question
from courses.quizzes import services as quizzes
from courses.quizzes.models import Attempt, Quiz
from courses.quizzes.queries import shown
from lms import clock
from lms.audit.models import AuditEntry
from lms.db import db
from tests.conftest import Cast
from tests.courses.catalogue.folders import choice, small_course, truth


def rows(model: Any) -> int:
    return db.session.scalar(select(func.count(model.id))) or 0


def with_questions(course: CourseFolder, *questions: Question) -> CourseFolder:
    """The course with other questions in its first topic."""
    return replace(course, topics=(replace(course.topics[0], questions=questions), *course.topics[1:]))


def test_importing_twice_changes_nothing(cast: Cast) -> None:
    first = import_course(small_course(), cast.now)
    assert (first.topics, first.lessons, first.questions, first.new_versions, first.removed) == (2, 2, 6, 6, 0)
    models = (Topic, Lesson, Document, BankQuestion, QuestionVersion, Quiz)
    before = {model: rows(model) for model in models}
    second = import_course(small_course(), cast.now + timedelta(days=1))
    assert (second.questions, second.new_versions, second.removed) == (6, 0, 0)
    assert {model: rows(model) for model in models} == before
    assert rows(AuditEntry) == 2


def test_an_edit_makes_a_version_and_leaves_the_old_one_alone(cast: Cast) -> None:
    course = small_course()
    import_course(course, cast.now)
    edited = with_questions(course, truth("mot-1", "qd-290"), *course.topics[0].questions[1:])
    done = import_course(edited, cast.now + timedelta(days=1))
    assert (done.new_versions, done.removed) == (1, 0)
    versions = db.session.scalars(
        select(QuestionVersion).join(BankQuestion).where(BankQuestion.name == "mot-1").order_by(QuestionVersion.number)
    ).all()
    assert [(v.number, v.document, v.recorded_at - cast.now) for v in versions] == [
        (1, "qd-23", timedelta(0)), (2, "qd-290", timedelta(days=1)),
    ]  # fmt: skip
    assert Question.from_json(versions[0].content) == course.topics[0].questions[0]


def test_attempts_keep_the_version_that_they_were_drawn_with(cast: Cast) -> None:
    course = small_course()
    import_course(course, cast.now)
    stored = by_code(course.code)
    assert stored is not None
    quiz = db.session.scalars(select(Quiz).where(Quiz.topic_id == stored.topics[0].id)).one()
    enrol(stored.id, cast.people["an"].id, cast.now)
    for lesson in stored.topics[0].lessons:
        finish_lesson(lesson.id, cast.people["an"].id, cast.now)
    attempt_id = quizzes.start(quiz.id, cast.people["an"].id, cast.now)
    before = shown(db.session.get_one(Attempt, attempt_id))
    import_course(with_questions(course, *(choice(f"moi-{n}") for n in range(3))), cast.now + timedelta(days=1))
    assert shown(db.session.get_one(Attempt, attempt_id)) == before


def test_what_is_gone_is_marked_removed_and_comes_back_whole(cast: Cast) -> None:
    course = small_course()
    import_course(course, cast.now)
    without = replace(
        with_questions(course, *course.topics[0].questions[1:]),
        topics=(replace(course.topics[0], questions=course.topics[0].questions[1:], lessons=()),),
        final=replace(course.final, per_topic={}),
    )
    done = import_course(without, cast.now + timedelta(days=1))
    assert done.removed == 6  # a topic with its three questions, a lesson, a question
    assert folder_of(course.code) == without
    assert rows(Topic) == 2 and rows(BankQuestion) == 6
    assert import_course(course, cast.now + timedelta(days=2)).new_versions == 0
    assert folder_of(course.code) == course


def test_export_gives_back_what_was_imported(cast: Cast) -> None:
    shipped = read_course(Path(__file__).parents[3] / "courses/library/dv-nv")
    import_course(shipped, clock.now())
    assert folder_of(shipped.code) == shipped
    assert folder_of("KHONG-CO") is None


def test_images_travel_with_the_folder(cast: Cast, tmp_path: Path) -> None:
    course = small_course()
    picture = (Path(__file__).parents[1] / "questions/golden/qti22/media/bia.png").read_bytes()
    first, *others = course.topics[0].questions
    shown = replace(first, content=replace(first.content, image=Image("bia.png", "Trang nhất; báo")))
    write_course(replace(with_questions(course, shown, *others), images={"bia.png": picture}), tmp_path)
    read = read_course(tmp_path)
    key = next(iter(read.images))
    assert read.images == {key: picture} and len(key) == 36
    for _twice in range(2):
        import_course(read, cast.now)
    assert folder_of(course.code) == read
    write_course(read, tmp_path / "ra")
    assert read_course(tmp_path / "ra") == read
    (tmp_path / "ra/questions/images" / key).write_bytes(b"<svg/>")
    with pytest.raises(CourseFolderError, match=r"questions/mot.gift: .* 3: .*" + key):
        read_course(tmp_path / "ra")


def test_a_document_that_is_no_longer_listed_goes(cast: Cast) -> None:
    course = small_course()
    import_course(course, cast.now)
    import_course(replace(course, documents=course.documents[1:]), cast.now)
    assert [d.key for d in db.session.scalars(select(Document))] == ["qd-23"]
