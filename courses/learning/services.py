"""Starting a course, keeping one's place, finishing a lesson."""

from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import func

from courses.catalogue.models import Course
from courses.learning.models import Enrolment, LessonProgress
from lms.db import transaction
from lms.errors import Refused
from lms.events import ActivityStarted, publish
from lms.writing import insert_of


def enrol(course_id: int, person_id: int, at: datetime) -> None:
    """The person studies the course from now on; the second time nothing changes."""
    values = {"course_id": course_id, "person_id": person_id, "started_at": at}
    with transaction() as session:
        into = insert_of(session)(Enrolment).values(**values).on_conflict_do_nothing()
        if session.scalar(into.returning(Enrolment.id)) is not None:
            publish(ActivityStarted(session.get_one(Course, course_id).activity, person_id, at))


def keep_place(lesson_id: int, person_id: int, place: float) -> None:
    """Remembers how far down the page the person is, 0 to 1."""
    if not 0 <= place <= 1:
        raise Refused(_("A place lies between 0 and 1."))
    values = {"lesson_id": lesson_id, "person_id": person_id, "place": place}
    with transaction() as session:
        into = insert_of(session)(LessonProgress).values(**values)
        session.execute(into.on_conflict_do_update(index_elements=["person_id", "lesson_id"], set_={"place": place}))


def finish_lesson(lesson_id: int, person_id: int, at: datetime) -> None:
    """The person says that the lesson is studied: the rule that the page states. The first time counts."""
    values = {"lesson_id": lesson_id, "person_id": person_id, "place": 1.0, "done_at": at}
    with transaction() as session:
        into = insert_of(session)(LessonProgress).values(**values)
        first = func.coalesce(LessonProgress.done_at, into.excluded.done_at)
        session.execute(into.on_conflict_do_update(index_elements=["person_id", "lesson_id"], set_={"done_at": first}))
