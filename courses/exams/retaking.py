"""Those who failed a final twice: what waits for whoever may give them another attempt."""

from datetime import datetime, timedelta

from flask import url_for
from flask_babel import gettext as _
from sqlalchemy import exists, func, select
from sqlalchemy.orm import aliased

from courses.catalogue.models import Course
from courses.exams.access import INVIGILATE
from courses.quizzes.models import Attempt, Quiz
from lms.access import scopes
from lms.db import db
from lms.organisation.models import Appointment, Person, Post, Unit
from lms.organisation.queries import in_any
from lms.plugins import TASKS, Link, Task

# What lies further back waits no more.
LATELY = timedelta(days=90)
TWICE = 2


def tasks(at: datetime) -> list[Task]:
    """People of the scope who failed a final twice or more lately and have not passed it, the latest first."""
    paths = scopes(INVIGILATE)
    passed, held = aliased(Attempt), aliased(Appointment)
    inside = exists(
        select(held.id)
        .join(Post, Post.id == held.post_id)
        .join(Unit, Unit.id == Post.unit_id)
        .where(held.person_id == Attempt.person_id, held.withdrawn_at.is_(None), in_any(paths))
    )
    query = (
        select(Person.code, Person.name, Quiz.id, Course.title, func.count())
        .join_from(Attempt, Quiz, Quiz.id == Attempt.quiz_id)
        .join(Course, Course.id == Quiz.course_id)
        .join(Person, Person.id == Attempt.person_id)
        .where(Attempt.submitted_at > at - LATELY, Attempt.passed.is_(False), Quiz.kind == "final", inside)
        .where(~exists().where(passed.quiz_id == Quiz.id, passed.person_id == Person.id, passed.passed.is_(True)))
        .group_by(Person.id, Quiz.id, Course.id)
        .having(func.count() >= TWICE)
        .order_by(func.max(Attempt.submitted_at).desc())
        .limit(TASKS)
    )
    rows = db.session.execute(query).all() if paths else []
    first = [
        Link(name, url_for("courses_exams.room", quiz_id=quiz, person=code, _anchor="more"),
             _("failed %(count)s times: %(title)s", count=count, title=title))
        for code, name, quiz, title, count in rows[:5]
    ]  # fmt: skip
    return [Task(_("Failed twice"), len(rows), Link(_("Exams"), url_for("courses_exams.exams")), first, 20)]
