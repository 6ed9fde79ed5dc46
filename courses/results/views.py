"""Pages after the attempts: results by unit, statistics, essays to mark, corrections of a key."""

from typing import Any

from flask import Blueprint, Response, abort, current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from courses.exams.access import INSPECT, TEACH, attempt_to_inspect, quiz_to_see, quiz_to_teach
from courses.questions import lines
from courses.questions.forms import HINTS
from courses.questions.types import Question
from courses.quizzes.models import Attempt
from courses.quizzes.queries import review
from courses.results import corrections, queries, records, services, sheets, statistics
from courses.results.forms import DecisionForm, marks_in
from lms import audit, clock
from lms.access import current_account, requires, top_units
from lms.db import db
from lms.pages import send_xlsx
from lms.plugins import installed

blueprint = Blueprint("courses_results", __name__, url_prefix="/exams", template_folder="templates")

# So many questions stand on the page of statistics at first: those to look at.
SHOWN = 25
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@blueprint.get("/<int:quiz_id>/results")
@requires(TEACH)
def results(quiz_id: int) -> str:
    """How one's units did, with the files to take away."""
    quiz = quiz_to_see(quiz_id)
    rows = sheets.by_unit(queries.takers(quiz.id, clock.today()))
    audit.record_reading("courses.read_results", f"quiz:{quiz.id}", units=len(rows))
    return render_template("courses/results.html", quiz=quiz, rows=rows)


@blueprint.get("/<int:quiz_id>/results.xlsx")
@requires(TEACH)
def results_xlsx(quiz_id: int) -> Response:
    """Results by unit as a spreadsheet."""
    quiz = quiz_to_see(quiz_id)
    rows = sheets.by_unit(queries.takers(quiz.id, clock.today()))
    audit.record_reading("courses.export_results", f"quiz:{quiz.id}", units=len(rows))
    header = ("Cấp trên", "Đơn vị", "Số người làm bài", "Đạt", "Tỷ lệ đạt (%)", "Điểm trung bình")
    return send_xlsx(f"ket-qua-{quiz.course.code}-{quiz.id}.xlsx", "Kết quả", header, rows, (40, 40, 16, 10, 14, 16))


@blueprint.get("/<int:quiz_id>/mark-sheet.xlsx")
@requires(TEACH)
def mark_sheet(quiz_id: int) -> Response:
    """The mark sheet of one's units in office form."""
    quiz = quiz_to_see(quiz_id)
    takers, units = queries.takers(quiz.id, clock.today()), top_units(TEACH)
    audit.record_reading("courses.export_mark_sheet", f"quiz:{quiz.id}", people=len(takers))
    body = sheets.mark_sheet(quiz.course.title, takers, clock.today(), units[0].name if units else "")
    response = Response(body, mimetype=XLSX)
    response.headers["Content-Disposition"] = f"attachment; filename=bang-diem-{quiz.id}.xlsx"
    return response


@blueprint.get("/<int:quiz_id>/statistics")
@requires(TEACH)
def quiz_statistics(quiz_id: int) -> str:
    """Statistics of the quiz and of its questions, those to look at first, each with a picture."""
    quiz, which = quiz_to_see(quiz_id), request.args.get("which", "first")
    which = which if which in queries.WHICH else "first"
    found = queries.chosen(queries.marked(db.session(), [Attempt.quiz_id == quiz.id]), which)
    questions = queries.question_ids(db.session(), {version for attempt in found for version in attempt.versions})
    sat = queries.sat_of(found, questions)
    return render_template(
        "courses/statistics.html", quiz=quiz, which=which, numbers=statistics.quiz_statistics(sat),
        items=queries.items(found, questions), spread=statistics.spread(sat),
        shown=10_000 if request.args.get("all") == "1" else SHOWN,
    )  # fmt: skip


@blueprint.route("/<int:quiz_id>/essays", methods=["GET", "POST"])
@requires(TEACH)
def essays(quiz_id: int) -> Any:
    """Essays that wait for this marker, ten at a time, question by question: points, Tab, Enter."""
    quiz, marker = quiz_to_see(quiz_id), current_account().id
    waiting, attempts = queries.essays_waiting(quiz, marker)
    if request.method == "POST":
        given = marks_in(request.form, waiting)
        done = services.mark_essays(given, marker, clock.now()) if given else 0
        flash(
            _("%(count)s essays are marked, %(done)s attempts have their score.", count=len(given), done=done),
            "success",
        )
        return redirect(url_for("courses_results.essays", quiz_id=quiz_id))
    return render_template("courses/essays.html", quiz=quiz, waiting=waiting, attempts=attempts)


@blueprint.get("/attempts/<int:attempt_id>/record")
@requires(INSPECT)
def record(attempt_id: int) -> str:
    """A submitted attempt as it is kept: every question with what was answered and what it earned."""
    found = attempt_to_inspect(attempt_id)
    audit.record_reading("courses.inspect_attempt", f"attempt:{found.id}")
    return render_template(
        "courses/record.html", attempt=found, person=records.person_of(found), questions=review(found),
        in_words=records.in_words,
    )  # fmt: skip


@blueprint.get("/<int:quiz_id>/questions/<int:version_id>/key")
@requires(TEACH)
def key(quiz_id: int, version_id: int) -> Any:
    """Correct a key: choose what is right (`?right=`) or strike the question out (`?void=1`), and see what follows."""
    quiz = quiz_to_teach(quiz_id)
    return _key_page(quiz, *_version(quiz.id, version_id))


@blueprint.post("/<int:quiz_id>/questions/<int:version_id>/key")
@requires(TEACH)
def apply_key(quiz_id: int, version_id: int) -> Any:
    """Apply the corrected key by a decision, to all attempts at once; a typed key is first shown with what follows."""
    quiz = quiz_to_teach(quiz_id)
    version, question = _version(quiz.id, version_id)
    if "preview" in request.form:
        return _key_page(quiz, version, question)
    kind, wanted = _wanted(question)
    form = DecisionForm()
    if wanted is None or not form.validate_on_submit():
        flash(_("Give the number of the decision and the reason."), "error")
        return redirect(request.full_path)
    found = services.correct_key(
        version.id, kind, wanted, decision=form.decision.data, reason=form.reason.data,
        account_id=current_account().id, expected=request.form.get("expected", -1, type=int), at=clock.now(),
    )  # fmt: skip
    flash(_("The key is corrected: %(count)s scores changed.", count=len(found)), "success")
    return redirect(url_for("courses_results.quiz_statistics", quiz_id=quiz_id))


def _key_page(quiz: Any, version: Any, question: Question) -> str:
    kind, wanted = _wanted(question)
    shown: dict[str, Any] = {"changes": None}
    if wanted is not None:
        found = corrections.changes(db.session(), version.id, kind, wanted)
        shown = _preview(quiz.course.activity, found)
        audit.record_reading("courses.preview_key", f"question_version:{version.id}", attempts=len(found))
    return render_template(
        "courses/key.html", quiz=quiz, version=version, question=question, kind=kind, form=DecisionForm(None),
        right=request.args.getlist("right", type=int), typed=request.form.get("answers"),
        written=lines.write(question.content), hint=HINTS.get(question.content.kind, ""), **shown,
    )  # fmt: skip


def _version(quiz_id: int, version_id: int) -> tuple[Any, Question]:
    version = queries.version_drawn(quiz_id, version_id)
    if version is None:
        abort(404)
    return version, Question.from_json(version.content)


def _wanted(question: Question) -> tuple[str, Question | None]:
    """The kind of correction that is asked for, and the question as it would be; None when nothing is asked."""
    if request.args.get("void") == "1":
        return "void", question
    if (typed := request.form.get("answers")) is not None:
        return "key", corrections.retyped(question, typed)
    right = request.args.getlist("right", type=int)
    return "key", corrections.corrected(question, right) if right else None


def _preview(activity: str, found: list[corrections.Change]) -> dict[str, Any]:
    people = {change.attempt.person_id for change in found}
    names = queries.names(people)
    down = [change for change in found if change.passed_before and not change.passed_after]
    lost = [change.attempt.person_id for change in down]
    awards = [award for plugin in installed(current_app) for award in plugin.awards(activity, lost)]
    return {
        "changes": found, "names": names, "down": down, "awards": awards,
        "up": [change for change in found if change.passed_after and not change.passed_before],
    }  # fmt: skip
