"""Pages of reminders: the steps of a target, who gets what tomorrow, and reminding at once."""

from datetime import timedelta
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from certificates.reminders import queries, services, wording
from certificates.reminders.access import REMIND, missing_to_remind, step_to_change
from certificates.reminders.asking import asked
from certificates.reminders.forms import TO, StepForm
from certificates.targets.access import MANAGE, PLAN, target_to_plan, target_to_see
from lms import audit, clock
from lms.access import current_account, requires, scopes, unit_to
from lms.errors import Refused
from lms.messages.days import Calendar
from lms.pages.addresses import asked_day

blueprint = Blueprint("certificates_reminders", __name__, url_prefix="/targets", template_folder="templates")
# So many letters on the page of tomorrow.
MOST = 100


@blueprint.route("/<code>/reminders", methods=["GET", "POST"])
@requires(PLAN)
def steps(code: str) -> Any:
    """The steps by which a target reminds, and the form for a further one."""
    target, form = target_to_plan(code), StepForm()
    if form.validate_on_submit():
        services.add_step(target.id, form.words(), clock.now())
        flash(_("The step is added."), "success")
        return redirect(url_for("certificates_reminders.steps", code=code))
    return render_template(
        "certificates/reminder_steps.html", target=target, steps=queries.steps_of(target.id), form=form, to=TO,
        after=wording.after, fields=wording.fields_for,
    ), 422 if form.errors else 200  # fmt: skip


@blueprint.post("/<code>/reminders/usual")
@requires(PLAN)
def usual(code: str) -> Any:
    """Begin with the usual steps."""
    services.add_usual_steps(target_to_plan(code).id, clock.now())
    flash(_("These are the usual steps: change them as your office writes."), "success")
    return redirect(url_for("certificates_reminders.steps", code=code))


@blueprint.route("/reminders/<int:step_id>", methods=["GET", "POST"])
@requires(PLAN)
def step(step_id: int) -> Any:
    """Other words, or another day."""
    found = step_to_change(step_id)
    form = StepForm(obj=found, number=abs(found.days), side="before" if found.days < 0 else "after")
    if form.validate_on_submit():
        services.change_step(found.id, form.words())
        flash(_("The step is changed."), "success")
        return redirect(url_for("certificates_reminders.steps", code=found.target.code))
    return render_template(
        "certificates/reminder_step.html", step=found, form=form, fields=wording.fields_for
    ), 422 if form.errors else 200  # fmt: skip


@blueprint.post("/reminders/<int:step_id>/end")
@requires(PLAN)
def end(step_id: int) -> Any:
    """The step sends nothing more."""
    found = step_to_change(step_id)
    services.end_step(found.id, clock.now())
    flash(_("The step sends nothing more."), "success")
    return redirect(url_for("certificates_reminders.steps", code=found.target.code))


@blueprint.get("/reminders")
@requires(MANAGE)
def tomorrow() -> str:
    """Who gets what on the next working day, within the scope: the very reminders that will then be written. `?on=`."""
    later = max(asked_day("on") or clock.today(), clock.today() + timedelta(days=1))
    day = Calendar(later).on_or_after(later)
    found, mine = queries.planned(day), scopes(MANAGE)
    inside = [reminder for reminder in found if any(reminder.path.startswith(path) for path in mine)]
    audit.record_reading("certificates.preview_reminders", f"day:{day.isoformat()}", people=len(inside))
    return render_template(
        "certificates/reminders_tomorrow.html", day=day, total=len(inside), outside=len(found) - len(inside),
        notices=list(queries.notices(inside[:MOST], day)),
    )  # fmt: skip


@blueprint.post("/<code>/remind")
@requires(REMIND)
def remind(code: str) -> Any:
    """Remind one missing person, `person`, or all of a unit, at once."""
    target, _top = target_to_see(code, request.form.get("unit", ""))
    unit, by = unit_to(REMIND, request.form.get("unit", "")), current_account().name
    person = request.form.get("person", type=int)
    if person is None:
        job = services.queue_missing(target.id, unit.id, by, current_account().id)
        return redirect(url_for("lms_jobs.job", job_id=job))
    line = missing_to_remind(target, unit, person)
    if not services.tell(list(asked(target, [line], by, clock.today()).values()), clock.now()):
        raise Refused(_("%(name)s was reminded today already.", name=line.person.name))
    audit.record_reading("certificates.remind", f"person:{person}", target=code)
    flash(_("%(name)s is reminded.", name=line.person.name), "success")
    return redirect(url_for("certificates_targets.target", code=code, unit=unit.code, _anchor="missing"))
