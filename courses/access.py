"""Obtaining courses, quizzes and attempts, with the check."""

from flask import abort
from flask_babel import gettext as _

from courses.catalogue import queries as catalogue
from courses.catalogue.models import Course, Lesson
from courses.learning.queries import Standing, standing
from courses.quizzes.entry import Entry, entry
from courses.quizzes.models import Attempt
from lms.access import visitor
from lms.db import db
from lms.errors import Refused


def learner_id() -> int:
    """The person who studies; 403 for an account that is no person (an office's)."""
    person_id = visitor().person_id
    if person_id is None:
        abort(403)
    return person_id


def course_to_see(code: str) -> Course:
    """The course, or 404."""
    course = catalogue.by_code(code)
    if course is None:
        abort(404)
    return course


def lesson_to_study(code: str, topic_code: str, lesson_code: str) -> tuple[Lesson, Standing]:
    """The lesson and the learner's standing; 404 when there is none. Raises Refused while its topic is locked."""
    course = course_to_see(code)
    lesson = catalogue.lesson(course, topic_code, lesson_code)
    if lesson is None:
        abort(404)
    found = standing(course, learner_id())
    step = found.step(lesson.topic_id)
    if not found.enrolled:
        raise Refused(_("Start the course first."))
    if step is None or step.locked:
        raise Refused(_("This topic opens when the one before it is done."))
    return lesson, found


def quiz_to_take(quiz_id: int) -> Entry:
    """The quiz as it stands before the learner; 404 when there is none."""
    found = entry(db.session(), quiz_id, learner_id())
    if found is None:
        abort(404)
    return found


def attempt_to_answer(attempt_id: int) -> Attempt:
    """One's own attempt; 404 for any other, guessed or not."""
    attempt = db.session.get(Attempt, attempt_id)
    if attempt is None or attempt.person_id != learner_id():
        abort(404)
    return attempt
