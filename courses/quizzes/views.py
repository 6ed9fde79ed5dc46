"""Quiz pages: before the start, the paper, the result and the review."""

import re
from typing import Any

from flask import Blueprint, flash, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from courses.access import attempt_to_answer, check_open, learner_id, quiz_to_take
from courses.questions.marking import printed
from courses.quizzes import queries, services
from courses.quizzes.services import Save
from lms import clock
from lms.access import signed_in
from lms.errors import Refused

# What browsers make of the name of a line in their journal.
KEY = re.compile(r"[0-9A-Za-z_-]{8,64}")

blueprint = Blueprint("courses_quizzes", __name__, template_folder="templates")
blueprint.add_app_template_filter(lambda score: printed(score) if score is not None else "–", "score")


@blueprint.get("/quizzes/<int:quiz_id>")
@signed_in
def quiz(quiz_id: int) -> str:
    """What the quiz asks, its rules, and the attempts so far."""
    found, standing = quiz_to_take(quiz_id)
    before = queries.attempts(found.id, learner_id())
    opens_at = services.next_start(found, before)
    why_not = ""
    try:
        check_open(found, standing)
    except Refused as refusal:
        why_not = str(refusal)
    return render_template(
        "courses/quiz.html", quiz=found, attempts=before, why_not=why_not, opens_at=opens_at, now=clock.now(),
        count=sum(found.draw.values()),
    )  # fmt: skip


@blueprint.post("/quizzes/<int:quiz_id>/start")
@signed_in
def start(quiz_id: int) -> Any:
    """Start an attempt, or go on with the open one."""
    found, standing = quiz_to_take(quiz_id)
    check_open(found, standing)
    attempt_id = services.start(found.id, learner_id(), clock.now())
    return redirect(url_for("courses_quizzes.attempt", attempt_id=attempt_id))


@blueprint.get("/attempts/<int:attempt_id>")
@signed_in
def attempt(attempt_id: int) -> Any:
    """The paper while the attempt is open, its result afterwards."""
    found = attempt_to_answer(attempt_id)
    if found.submitted_at is None:
        questions, seq = queries.shown(found)
        left = int((found.ends_at - clock.now()).total_seconds()) if found.ends_at else None
        return render_template("courses/attempt.html", attempt=found, questions=questions, seq=seq, left=left)
    reviewed = queries.review(found) if queries.review_open(found) else []
    return render_template("courses/result.html", attempt=found, reviewed=reviewed)


@blueprint.post("/attempts/<int:attempt_id>/answers")
@signed_in
def save(attempt_id: int) -> Any:
    """Keep one answer; the page sends them in order and again until it hears that they are kept."""
    found = attempt_to_answer(attempt_id)
    line = request.get_json(silent=True)
    seq = services.save_answer(found.id, _line(line), clock.now())
    return jsonify(saved=seq)


def _line(line: Any) -> Save:
    if not isinstance(line, dict):
        raise Refused(_("The answer does not fit the question."))
    key: Any = line.get("key")
    seq: Any = line.get("seq")
    position: Any = line.get("position")
    fits = isinstance(key, str) and KEY.fullmatch(key) and type(seq) is int and type(position) is int
    if not (fits and 0 < seq < 10**6):
        raise Refused(_("The answer does not fit the question."))
    return Save(key, seq, position, line.get("value"))


@blueprint.post("/attempts/<int:attempt_id>/submit")
@signed_in
def submit(attempt_id: int) -> Any:
    """Submit once; submitting again shows the same result."""
    found = attempt_to_answer(attempt_id)
    if found.submitted_at is None:
        services.submit(found.id, _answers(found, request.form), clock.now())
        flash(_("The answers are submitted."), "success")
    return redirect(url_for("courses_quizzes.attempt", attempt_id=attempt_id))


def _answers(attempt: Any, form: MultiDict[str, str]) -> dict[int, Any]:
    """The answers in the submitted form, by position; fields that make no sense are left to the check."""
    questions, _seq = queries.shown(attempt)
    found: dict[int, Any] = {}
    for question in questions:
        sent = form.getlist(f"q{question.position}")
        try:
            if question.view.kind == "matching":
                values = [form.get(f"q{question.position}-{row}", "") for row in range(len(question.view.prompts))]
                if any(values):
                    found[question.position] = [int(value) if value else None for value in values]
            elif sent and question.view.kind == "multiple":
                found[question.position] = [int(value) for value in sent]
            elif sent:
                value = int(sent[0])
                found[question.position] = {0: False, 1: True}[value] if question.view.kind == "truefalse" else value
        except (ValueError, KeyError) as error:
            raise Refused(_("The answer does not fit the question.")) from error
    return found
