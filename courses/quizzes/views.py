"""Quiz pages: before the start, the paper, the result and the review."""

import re
from datetime import datetime
from functools import partial
from typing import Any

from flask import Blueprint, abort, flash, jsonify, redirect, render_template, request, send_file, url_for
from flask_babel import gettext as _

from courses.access import attempt_to_answer, learner_id, quiz_to_take
from courses.questions.marking import printed
from courses.quizzes import queries, services
from courses.quizzes.blueprint import total
from courses.quizzes.entry import attempts_of, inside
from courses.quizzes.forms import answers_in
from courses.quizzes.models import Quiz
from courses.quizzes.services import Door, Save
from lms import clock
from lms.access import signed_in
from lms.db import db
from lms.errors import Refused
from lms.files import path_of
from lms.text import clean

# What browsers make of the name of a line in their journal.
KEY = re.compile(r"[0-9A-Za-z_-]{8,64}")

blueprint = Blueprint("courses_quizzes", __name__, template_folder="templates")
blueprint.add_app_template_filter(lambda score: printed(score) if score is not None else "–", "score")


@blueprint.get("/quizzes/<int:quiz_id>")
@signed_in
def quiz(quiz_id: int) -> str:
    """What the quiz asks, its rules, and the attempts so far."""
    found, at = quiz_to_take(quiz_id), clock.now()
    before = attempts_of(db.session(), quiz_id, learner_id())
    going_on = bool(before) and before[-1].submitted_at is None
    return render_template(
        "courses/quiz.html", entry=found, quiz=found.quiz, attempts=before, going_on=going_on,
        why_not="" if going_on else found.why_not(before, at), count=total(found.quiz.draw),
        review=Quiz(kind=found.quiz.kind, review=found.quiz.review).review_rule,
    )  # fmt: skip


@blueprint.post("/quizzes/<int:quiz_id>/start")
@signed_in
def start(quiz_id: int) -> Any:
    """Start an attempt, or go on with the open one."""
    door = Door(clean(request.form.get("room_code", "")), request.remote_addr or "")
    attempt_id = services.start(quiz_id, learner_id(), clock.now(), door)
    if attempt_id is None:
        abort(404)
    return redirect(url_for("courses_quizzes.attempt", attempt_id=attempt_id))


@blueprint.get("/attempts/<int:attempt_id>")
@signed_in
def attempt(attempt_id: int) -> Any:
    """The paper while the attempt is open (with `?question=` one by one), its result afterwards."""
    found, at = attempt_to_answer(attempt_id), clock.now()
    if found.submitted_at is None:
        if not inside(found.quiz.addresses, request.remote_addr or ""):
            raise Refused(_("This quiz is taken in the exam room: this device is not on its network."))
        questions, seq = queries.shown(found)
        left = int((found.ends_at - at).total_seconds()) if found.ends_at else None
        one = request.args.get("question", type=int)
        one = min(max(one, 1), len(questions)) if one is not None else None
        return render_template("courses/attempt.html", attempt=found, questions=questions, seq=seq, left=left, one=one)
    reviewed = queries.review(found) if queries.review_open(found, at) else []
    return render_template("courses/result.html", attempt=found, reviewed=reviewed)


@blueprint.get("/attempts/<int:attempt_id>/images/<int:position>")
@signed_in
def image(attempt_id: int, position: int) -> Any:
    """The picture of a question, for the one whose paper it is on."""
    found = attempt_to_answer(attempt_id)
    if position >= len(found.paper):
        abort(404)
    view = queries.shown(found)[0][position].view
    if view.image is None:
        abort(404)
    return send_file(path_of(view.image.key), max_age=86400)


@blueprint.post("/attempts/<int:attempt_id>/answers")
@signed_in
def save(attempt_id: int) -> Any:
    """Keep one answer; the page sends them in order and again until it hears that they are kept."""
    at = clock.now()
    saved = services.save_answer(attempt_id, learner_id(), _line(request.get_json(silent=True)), at)
    if saved is None:
        abort(404)
    return jsonify(saved=saved.seq, left=_left(saved.ends_at, at))


@blueprint.post("/attempts/<int:attempt_id>/here")
@signed_in
def here(attempt_id: int) -> Any:
    """A sign of life of the page; tells it how much time is left, and whether the attempt was closed elsewhere."""
    at = clock.now()
    found = services.be_here(attempt_id, learner_id(), at)
    if found is None:
        abort(404)
    return jsonify(closed=found.submitted_at is not None, left=_left(found.ends_at, at))


def _left(ends_at: datetime | None, at: datetime) -> int | None:
    return max(0, int((ends_at - at).total_seconds())) if ends_at else None


@blueprint.post("/attempts/<int:attempt_id>/page")
@signed_in
def page(attempt_id: int) -> Any:
    """Keep the answer of one page, then turn it: the way through a quiz without JavaScript."""
    if not services.keep_page(attempt_id, learner_id(), partial(answers_in, request.form), clock.now()):
        abort(404)
    return redirect(url_for("courses_quizzes.attempt", attempt_id=attempt_id, question=request.form.get("to", "1")))


@blueprint.post("/attempts/<int:attempt_id>/submit")
@signed_in
def submit(attempt_id: int) -> Any:
    """Submit once; submitting again shows the same result."""
    if not services.submit(attempt_id, learner_id(), partial(answers_in, request.form), clock.now()):
        abort(404)
    flash(_("The answers are submitted."), "success")
    return redirect(url_for("courses_quizzes.attempt", attempt_id=attempt_id))


def _line(line: Any) -> Save:
    if not isinstance(line, dict):
        raise Refused(_("The answer does not fit the question."))
    key: Any = line.get("key")
    seq: Any = line.get("seq")
    position: Any = line.get("position")
    fits = isinstance(key, str) and KEY.fullmatch(key) and type(seq) is int and type(position) is int
    if not (fits and 0 < seq < 10**6 and 0 <= position < 1000):
        raise Refused(_("The answer does not fit the question."))
    return Save(key, seq, position, line.get("value"))
