"""Attempts as they are kept, for those who inspect: what was asked, what was answered, what it earned."""

from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select

from courses.catalogue.queries import by_code
from courses.questions.marking import printed
from courses.quizzes.models import Attempt, Quiz
from lms.clock import local
from lms.db import db
from lms.organisation.models import Person


def attempts_at(activity: str, person_id: int, by: datetime) -> list[Attempt]:
    """The attempts of a person at the final quizzes of a course, submitted before a moment, the first one first."""
    course = by_code(activity.removeprefix("courses:")) if activity.startswith("courses:") else None
    if course is None:
        return []
    query = (
        select(Attempt)
        .join(Quiz, Quiz.id == Attempt.quiz_id)
        .where(Quiz.course_id == course.id, Quiz.kind == "final", Attempt.person_id == person_id)
        .where(Attempt.submitted_at < by)
        .order_by(Attempt.id)
    )
    return list(db.session.scalars(query))


def told(attempt: Attempt) -> str:
    """When an attempt was made and what it scored, in one line."""
    score = printed(attempt.score) if attempt.score is not None else "–"
    verdict = _("passed") if attempt.passed else _("not passed")
    ended = attempt.submitted_at or attempt.started_at
    return f"{local(attempt.started_at):%d/%m/%Y %H:%M} – {local(ended):%H:%M}: {score}/10, {verdict}"


def person_of(attempt: Attempt) -> Person:
    """Who made the attempt."""
    return db.session.get_one(Person, attempt.person_id)


def in_words(view: Any, value: Any) -> str:
    """An answer, given or right, as the words of its options; a dash for none."""
    if value is None or value == "" or value == []:
        return "–"
    match view.kind:
        case "single":
            return str(view.choices[value])
        case "multiple":
            return "; ".join(str(view.choices[place]) for place in value)
        case "truefalse":
            return str(_("True") if value else _("False"))
        case "matching" | "ordering":
            pairs = zip(view.prompts, value, strict=False)
            return "; ".join(
                f"{prompt} → {view.choices[place] if place is not None else '–'}" for prompt, place in pairs
            )
        case "cloze":
            gaps = zip(view.gaps, value, strict=False)
            return "; ".join(str(gap.choices[v]) if isinstance(v, int) else str(v or "–") for gap, v in gaps)
    return str(value)
