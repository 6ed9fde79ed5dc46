"""Where a learner goes on in a course."""

from flask import url_for
from flask_babel import gettext as _

from courses.catalogue.models import Course
from courses.learning.queries import standing
from lms.plugins import Link


def next_step(course: Course, person_id: int) -> Link:
    """The next thing to do: begin, the next lesson, the final quiz; the course's page where nothing is open."""
    found = standing(course, person_id)
    note = _("%(done)s of %(total)s parts done", done=found.parts_done, total=found.parts) if found.enrolled else ""
    lesson = found.next_lesson() if found.enrolled else None
    if lesson:
        topic, code = lesson.lesson.topic.code, lesson.lesson.code
        page = url_for("courses.lesson", code=course.code, topic=topic, lesson=code)
        return Link(_("Go on: %(title)s", title=lesson.lesson.title), page, note)
    if found.enrolled and found.final and not found.completion and not found.final_locked:
        return Link(_("To the final quiz"), url_for("courses_quizzes.quiz", quiz_id=found.final.id), note)
    return Link(_("Study: %(title)s", title=course.title), url_for("courses.course", code=course.code), note)
