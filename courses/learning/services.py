"""Starting a course, keeping one's place, finishing a lesson."""

from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import Select, select

from courses.catalogue.models import Course
from courses.learning.models import Enrolment, LessonProgress
from lms.db import transaction
from lms.errors import Refused
from lms.events import ActivityStarted, publish


def enrol(course_id: int, person_id: int, at: datetime) -> None:
    """The person studies the course from now on; the second time nothing changes."""
    with transaction() as session:
        query = select(Enrolment.id).where(Enrolment.course_id == course_id, Enrolment.person_id == person_id)
        if session.scalar(query) is None:
            session.add(Enrolment(course_id=course_id, person_id=person_id, started_at=at))
            publish(ActivityStarted(session.get_one(Course, course_id).activity, person_id, at))


def keep_place(lesson_id: int, person_id: int, place: float) -> None:
    """Remembers how far down the page the person is, 0 to 1."""
    if not 0 <= place <= 1:
        raise Refused(_("A place lies between 0 and 1."))
    with transaction() as session:
        progress = session.scalar(_progress(lesson_id, person_id))
        if progress is None:
            session.add(LessonProgress(lesson_id=lesson_id, person_id=person_id, place=place))
        else:
            progress.place = place


def finish_lesson(lesson_id: int, person_id: int, at: datetime) -> None:
    """The person says that the lesson is studied: the rule that the page states. The first time counts."""
    with transaction() as session:
        progress = session.scalar(_progress(lesson_id, person_id))
        if progress is None:
            progress = LessonProgress(lesson_id=lesson_id, person_id=person_id, place=1.0)
            session.add(progress)
        progress.done_at = progress.done_at or at


def _progress(lesson_id: int, person_id: int) -> Select[LessonProgress]:
    return select(LessonProgress).where(LessonProgress.lesson_id == lesson_id, LessonProgress.person_id == person_id)
