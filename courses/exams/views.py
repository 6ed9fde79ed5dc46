"""Pages of an exam: the quizzes, the blueprint, the rules of the day, papers, and the room."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from courses.exams import queries, services
from courses.exams.access import (
    INVIGILATE,
    TEACH,
    allowance_to_withdraw,
    attempt_to_invigilate,
    paper_to_print,
    quiz_to_see,
    quiz_to_teach,
)
from courses.exams.forms import AllowanceForm, EndForm, PapersForm, RulesForm, TimeForm, typed
from courses.quizzes.blueprint import ANY, Cell, total
from courses.quizzes.queries import printed_paper
from lms import audit, clock
from lms.access import current_account, requires
from lms.errors import Refused

blueprint = Blueprint("courses_exams", __name__, url_prefix="/exams", template_folder="templates")

# Shown in the form of the rules as the quiz keeps them.
FIELDS = ("minutes", "attempts", "wait_hours", "at_end", "grace_minutes", "room_code", "blind")
LEVEL_WORDS = (("nhan-biet", "Nhận biết"), ("thong-hieu", "Thông hiểu"), ("van-dung", "Vận dụng"))


@blueprint.get("")
@requires(INVIGILATE)
def exams() -> str:
    """Every quiz, with the ways to prepare it, to watch it and to read its results."""
    return render_template("courses/exams.html", quizzes=queries.quizzes(), total=total)


@blueprint.route("/<int:quiz_id>/blueprint", methods=["GET", "POST"])
@requires(TEACH)
def plan(quiz_id: int) -> Any:
    """The matrix topic x level x count beside what the bank has, and the alarm where it has too few."""
    quiz = quiz_to_teach(quiz_id)
    if request.method == "POST":
        services.set_blueprint(quiz.id, _cells())
        flash(_("The blueprint is set."), "success")
        return redirect(url_for("courses_exams.plan", quiz_id=quiz_id))
    rows, missing = queries.matrix(quiz)
    return render_template(
        "courses/blueprint.html", quiz=quiz, rows=rows, missing=missing, levels=(*LEVEL_WORDS, (ANY, _("Any level"))),
        total=total(quiz.draw), words=dict(LEVEL_WORDS),
    )  # fmt: skip


def _cells() -> list[Cell]:
    found = []
    for name, value in request.form.items():
        if name.startswith("n:") and value.strip():
            topic, _colon, level = name[2:].rpartition(":")
            if not value.strip().isascii() or not value.strip().isdigit() or int(value) > 100:
                raise Refused(_("%(value)s is no number of questions.", value=value[:20]))
            found.append(Cell(topic, level, int(value)))
    return found


@blueprint.route("/<int:quiz_id>/rules", methods=["GET", "POST"])
@requires(TEACH)
def rules(quiz_id: int) -> Any:
    """The rules of the day: window, end of time, review, room, markers."""
    quiz = quiz_to_teach(quiz_id)
    shown = {name: getattr(quiz, name) for name in FIELDS} | {
        "opens_at": typed(quiz.opens_at), "closes_at": typed(quiz.closes_at), "review": quiz.review_rule,
        "addresses": "\n".join(quiz.addresses), "markers": str(quiz.markers),
        "pass_score": Decimal(f"{quiz.pass_score.normalize():f}"),
    }  # fmt: skip
    form = RulesForm(data=shown)
    if form.validate_on_submit():
        services.set_rules(quiz.id, form.rules())
        flash(_("The rules are set."), "success")
        return redirect(url_for("courses_exams.rules", quiz_id=quiz_id))
    return render_template("courses/rules.html", quiz=quiz, form=form), 422 if form.errors else 200


@blueprint.route("/<int:quiz_id>/papers", methods=["GET", "POST"])
@requires(TEACH)
def papers(quiz_id: int) -> Any:
    """The papers built beforehand, how much they share, and building new ones."""
    quiz, form = quiz_to_teach(quiz_id), PapersForm()
    if form.validate_on_submit():
        numbers = services.build_papers(quiz.id, form.count.data, form.seed.data or "", clock.now())
        flash(_("%(count)s papers are built.", count=len(numbers)), "success")
        return redirect(url_for("courses_exams.papers", quiz_id=quiz_id))
    found, shared = queries.papers(quiz.id)
    status = 422 if form.errors else 200
    return render_template("courses/papers.html", quiz=quiz, form=form, papers=found, shared=shared), status


@blueprint.get("/papers/<int:paper_id>")
@requires(TEACH)
def paper(paper_id: int) -> str:
    """A paper to print, with its answer sheet; with `?key=1` also the key, which the log notes."""
    found, key = paper_to_print(paper_id), request.args.get("key") == "1"
    if key:
        audit.record_reading("courses.print_key", f"paper:{found.id}")
    return render_template(
        "courses/paper.html", paper=found, quiz=found.quiz, questions=printed_paper(found.items), key=key
    )


@blueprint.get("/<int:quiz_id>/room")
@requires(INVIGILATE)
def room(quiz_id: int) -> str:
    """The exam room: who has started, is connected, has submitted; and the allowances of single people. `?person=`."""
    quiz, at = quiz_to_see(quiz_id), clock.now()
    hours = min(max(request.args.get("hours", 12, type=int), 1), 24 * 31)
    seats = queries.room(quiz.id, at, at - timedelta(hours=hours))
    states = {state: sum(seat.state == state for seat in seats) for state in ("connected", "silent", "submitted")}
    return render_template(
        "courses/room.html", quiz=quiz, seats=seats, states=states, hours=hours, time_form=TimeForm(),
        end_form=EndForm(), allowance_form=AllowanceForm(None, person=request.args.get("person", "")),
        allowances=queries.allowances(quiz.id),
    )  # fmt: skip


@blueprint.post("/<int:quiz_id>/room/extend")
@requires(INVIGILATE)
def extend_all(quiz_id: int) -> Any:
    """More time for everybody who is sitting now, within one's units: after a power cut."""
    quiz, at, form = quiz_to_see(quiz_id), clock.now(), _valid(TimeForm())
    seats = queries.room(quiz.id, at, at - timedelta(days=2))
    running = [seat.attempt.id for seat in seats if seat.state != "submitted"]
    count = services.extend(running, form.minutes.data, form.reason.data, at)
    flash(_("%(count)s attempts have %(minutes)s minutes more.", count=count, minutes=form.minutes.data), "success")
    return redirect(url_for("courses_exams.room", quiz_id=quiz_id))


@blueprint.get("/attempts/<int:attempt_id>")
@requires(INVIGILATE)
def seat(attempt_id: int) -> str:
    """One attempt in the room, and what the invigilator may do with it."""
    found = attempt_to_invigilate(attempt_id)
    person = queries.person_of(found)
    return render_template("courses/seat.html", attempt=found, person=person, time_form=TimeForm(), end_form=EndForm())


@blueprint.post("/attempts/<int:attempt_id>/<any(extend, reopen, end):verb>")
@requires(INVIGILATE)
def act(attempt_id: int, verb: str) -> Any:
    """Extend, reopen or end one attempt, with the reason."""
    found, at = attempt_to_invigilate(attempt_id), clock.now()
    if verb == "end":
        services.end(found.id, _valid(EndForm()).reason.data, at)
    else:
        form = _valid(TimeForm())
        if verb == "extend":
            services.extend([found.id], form.minutes.data, form.reason.data, at)
        else:
            services.reopen(found.id, form.minutes.data, form.reason.data, at)
    flash(_("Done, and noted with the reason."), "success")
    return redirect(url_for("courses_exams.seat", attempt_id=attempt_id))


def _valid(form: Any) -> Any:
    if not form.validate_on_submit():
        raise Refused(_("Give the minutes and the reason."))
    return form


@blueprint.post("/<int:quiz_id>/allowances")
@requires(INVIGILATE)
def allow(quiz_id: int) -> Any:
    """More time or attempts for one person, found by code within one's units."""
    quiz, form = quiz_to_see(quiz_id), _valid(AllowanceForm())
    person = queries.visible_by_code(form.person.data)
    if person is None:
        raise Refused(_("Nobody in your units has the code %(code)s.", code=form.person.data))
    services.allow(
        quiz.id, person.id, minutes=form.minutes.data or 0, attempts=form.attempts.data or 0, reason=form.reason.data,
        account_id=current_account().id, at=clock.now(),
    )  # fmt: skip
    flash(_("Noted for %(name)s.", name=person.name), "success")
    return redirect(url_for("courses_exams.room", quiz_id=quiz_id))


@blueprint.post("/allowances/<int:allowance_id>/withdraw")
@requires(INVIGILATE)
def withdraw(allowance_id: int) -> Any:
    """Take an allowance back."""
    found = allowance_to_withdraw(allowance_id)
    services.withdraw_allowance(found.id, clock.now())
    return redirect(url_for("courses_exams.room", quiz_id=found.quiz_id))
