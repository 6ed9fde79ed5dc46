"""Courses as learners see them: the list, the course, the lesson."""

from typing import Any

from flask import Blueprint, flash, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext as _

from courses.access import course_to_see, learner_id, lesson_to_study
from courses.catalogue import queries as catalogue
from courses.catalogue.text import html
from courses.learning import queries, services
from lms import clock
from lms.access import signed_in, visitor
from lms.errors import Refused

blueprint = Blueprint("courses", __name__, url_prefix="/courses", template_folder="templates")


@blueprint.get("")
@signed_in
def courses() -> str:
    """Every course, with the reader's progress."""
    return render_template("courses/courses.html", courses=catalogue.catalogue())


@blueprint.get("/<code>")
@signed_in
def course(code: str) -> str:
    """A course: its topics, what is done, open or locked, and the documents it rests on."""
    found = course_to_see(code)
    person_id = visitor().person_id
    standing = queries.standing(found, person_id) if person_id else queries.Standing(found, enrolled=False)
    return render_template(
        "courses/course.html",
        course=found,
        standing=standing,
        documents=catalogue.documents(found.id),
        learner=person_id,
    )


@blueprint.post("/<code>/enrol")
@signed_in
def enrol(code: str) -> Any:
    """Start the course."""
    found = course_to_see(code)
    services.enrol(found.id, learner_id(), clock.now())
    first = queries.standing(found, learner_id()).next_lesson()
    if first is None:
        return redirect(url_for("courses.course", code=code))
    lesson = first.lesson
    return redirect(url_for("courses.lesson", code=code, topic=lesson.topic.code, lesson=lesson.code))


@blueprint.get("/<code>/<topic>/<lesson>")
@signed_in
def lesson(code: str, topic: str, lesson: str) -> str:
    """A lesson; it opens where the reader left it."""
    found, standing = lesson_to_study(code, topic, lesson)
    step = standing.step(found.topic_id)
    here = next(item for item in step.lessons if item.lesson.id == found.id) if step else None
    documents = catalogue.documents(standing.course.id)
    cited = [documents[key] for key in found.documents if key in documents]
    return render_template(
        "courses/lesson.html", lesson=found, here=here, step=step, standing=standing, body=html(found.body),
        cited=cited, documents=documents,
    )  # fmt: skip


@blueprint.post("/<code>/<topic>/<lesson>/place")
@signed_in
def place(code: str, topic: str, lesson: str) -> Any:
    """Remember how far the reader is; sent by the page now and then."""
    found, _standing = lesson_to_study(code, topic, lesson)
    line = request.get_json(silent=True)
    sent = line.get("place") if isinstance(line, dict) else None
    if not isinstance(sent, int | float) or isinstance(sent, bool):
        raise Refused(_("A place lies between 0 and 1."))
    services.keep_place(found.id, learner_id(), float(sent))
    return jsonify(saved=True)


@blueprint.post("/<code>/<topic>/<lesson>/done")
@signed_in
def done(code: str, topic: str, lesson: str) -> Any:
    """The reader says that the lesson is studied."""
    found, _standing = lesson_to_study(code, topic, lesson)
    services.finish_lesson(found.id, learner_id(), clock.now())
    flash(_("Lesson done."), "success")
    standing = queries.standing(course_to_see(code), learner_id())
    step = standing.step(found.topic_id)
    if step and step.practice and not step.practice_passed and all(item.done for item in step.lessons):
        return redirect(url_for("courses_quizzes.quiz", quiz_id=step.practice.id))
    following = standing.next_lesson()
    if following is None:
        return redirect(url_for("courses.course", code=code))
    return redirect(
        url_for("courses.lesson", code=code, topic=following.lesson.topic.code, lesson=following.lesson.code)
    )
