"""Pages of decisions: entered change by change, seen in full before they are carried out, undone."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from lms import clock, files
from lms.access import requires
from lms.errors import Refused
from lms.organisation.reorganisation import services
from lms.organisation.reorganisation.access import REORGANISE, decision_to_undo, plan_to_carry_out
from lms.organisation.reorganisation.forms import ACTIONS, DecisionForm, TableForm
from lms.organisation.reorganisation.queries import decisions
from lms.organisation.reorganisation.report import Report

blueprint = Blueprint(
    "lms_reorganisation", __name__, url_prefix="/organisation/decisions", template_folder="../templates"
)


@blueprint.get("")
@requires(REORGANISE)
def listed() -> str:
    """Every decision, the latest first."""
    return render_template("lms/decisions.html", decisions=decisions())


@blueprint.route("/new", methods=["GET", "POST"])
@requires(REORGANISE)
def new() -> Any:
    """Enter a decision. Each change that is added shows what all of them would do; `?unit=` fills in a code."""
    today = clock.today()
    form = DecisionForm(issued_on=today, effective_on=today, unit=request.args.get("unit", ""))
    report, problem = _seen(form) if form.validate_on_submit() else (None, "")
    if report is not None and not report.dry_run:
        flash(_("The decision is carried out."), "success")
        return redirect(url_for("lms_reorganisation.listed"))
    page = render_template("lms/decision.html", form=form, report=report, problem=problem, actions=ACTIONS)
    return page, 422 if form.errors or problem else 200


def _seen(form: DecisionForm) -> tuple[Report | None, str]:
    """What the decision would do, or does where the button that carries it out was pressed; or what is wrong."""
    try:
        form.take_or_drop(request.form.get("drop", type=int))
        plan = plan_to_carry_out(form.plan())
        doing = "carry_out" in request.form and bool(plan.changes)
        return services.reorganise([plan], at=clock.now(), today=clock.today(), dry_run=not doing), ""
    except Refused as refusal:
        return None, str(refusal)


@blueprint.route("/file", methods=["GET", "POST"])
@requires(REORGANISE)
def from_file() -> Any:
    """Decisions from a table: seen in full, then carried out together."""
    form = TableForm()
    report, problem = _seen_file(form) if form.validate_on_submit() else (None, "")
    if report is not None and not report.dry_run:
        files.remove(form.kept.data or "")
        files.remove(form.kept_new.data or "")
        flash(_("The decision is carried out."), "success")
        return redirect(url_for("lms_reorganisation.listed"))
    page = render_template("lms/decision_file.html", form=form, report=report, problem=problem)
    return page, 422 if form.errors or problem else 200


def _seen_file(form: TableForm) -> tuple[Report | None, str]:
    try:
        form.keep()
        plans = [plan_to_carry_out(plan) for plan in form.plans()]
        doing = "carry_out" in request.form
        return services.reorganise(plans, at=clock.now(), today=clock.today(), dry_run=not doing), ""
    except Refused as refusal:
        return None, str(refusal)


@blueprint.post("/<int:decision_id>/undo")
@requires(REORGANISE)
def undo(decision_id: int) -> Any:
    """Everything as before the decision."""
    services.undo(decision_to_undo(decision_id).id, at=clock.now(), today=clock.today())
    flash(_("The decision is undone. That it held for a while stays known."), "success")
    return redirect(url_for("lms_reorganisation.listed"))
