"""Setting a target and a unit's own plan beneath it, publishing it, exempting people."""

from typing import Any

from flask import Blueprint, abort, current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from certificates.targets import queries, services
from certificates.targets.access import (
    EXEMPT,
    MANAGE,
    PLAN,
    exemption_to_end,
    person_to_exempt,
    target_to_plan,
    target_to_see,
)
from certificates.targets.forms import ExemptionForm, TargetForm
from lms import clock
from lms.access import current_account, may, requires, unit_to
from lms.accounts.queries import responsible
from lms.organisation.queries import post_kinds
from lms.plugins import installed

blueprint = Blueprint("certificates_setting", __name__, url_prefix="/targets", template_folder="../templates")


@blueprint.route("/new", methods=["GET", "POST"])
@requires(PLAN)
def new() -> Any:
    """Draft a target for a unit of one's own scope; `?parent=` makes it that unit's plan beneath another target."""
    today, parent = clock.today(), queries.by_code(request.args.get("parent", ""))
    if parent is None and not may(MANAGE):
        abort(403)
    form = TargetForm(**_suggested(parent), unit=request.args.get("unit", ""))
    form.offer(
        post_kinds(today), queries.levels(), [a for plugin in installed(current_app) for a in plugin.activities()]
    )
    if form.validate_on_submit():
        unit = unit_to(PLAN, form.unit.data)
        services.draft(form.plan(unit.id, parent.id if parent else None), clock.now())
        flash(_("This is a draft: see below what it would ask, then publish it."), "success")
        return redirect(url_for("certificates_targets.target", code=form.code.data))
    return render_template("certificates/new_target.html", form=form, parent=parent), 422 if form.errors else 200


def _suggested(parent: Any) -> dict[str, Any]:
    """A plan beneath a target begins as that target."""
    today = clock.today()
    if parent is None:
        return {"starts_on": today.replace(month=1, day=1), "ends_on": today.replace(month=12, day=31)}
    levels = [f"{kind}:{level}" for kind, found in parent.levels.items() for level in found]
    names = ("title", "post_kinds", "activities", "ways", "all_of", "starts_on", "ends_on", "validity_months",
             "renewal_days", "grace_days")  # fmt: skip
    return {name: getattr(parent, name) for name in names} | {"levels": levels, "in_force": bool(parent.editions)}


@blueprint.post("/<code>/publish")
@requires(PLAN)
def publish(code: str) -> Any:
    """From now on the target counts, and its rules stay."""
    target = target_to_plan(code)
    services.publish(target.id, clock.now())
    flash(_("The target is set. Its figures are being counted."), "success")
    return redirect(url_for("certificates_targets.target", code=code))


@blueprint.post("/<code>/discard")
@requires(PLAN)
def discard(code: str) -> Any:
    """Throw a draft away."""
    services.discard_draft(target_to_plan(code).id)
    flash(_("The draft is discarded."), "success")
    return redirect(url_for("certificates_targets.targets"))


@blueprint.route("/<code>/people/<int:person_id>/exempt", methods=["GET", "POST"])
@requires(EXEMPT)
def exempt(code: str, person_id: int) -> Any:
    """Exempt a person, with reason, document and approver, from a day to a day; whoever answers for the target is told
    when somebody beneath does it."""
    found, _unit = target_to_see(code, "")
    above = [] if may(MANAGE, found.unit) else responsible(clock.today()).get(found.unit_id, [])
    person, form = person_to_exempt(person_id), ExemptionForm(valid_from=clock.today())
    if form.validate_on_submit():
        services.exempt(
            found.id, person.id, reason=form.reason.data, document=form.document.data, approver=form.approver.data,
            valid_from=form.valid_from.data, valid_to=form.valid_to.data, today=clock.today(),
            account_id=current_account().id, at=clock.now(), told=above,
        )  # fmt: skip
        flash(_("The exemption is recorded."), "success")
        return redirect(url_for("certificates_why.why", code=code, person_id=person_id))
    return render_template("certificates/exempt.html", form=form, person=person, target=found), (
        422 if form.errors else 200
    )


@blueprint.post("/exemptions/<int:exemption_id>/end")
@requires(EXEMPT)
def end_exemption(exemption_id: int) -> Any:
    """Withdraw an exemption."""
    found = exemption_to_end(exemption_id)
    services.end_exemption(found.id, at=clock.now())
    flash(_("The exemption is withdrawn."), "success")
    return redirect(url_for("certificates_why.why", code=found.target.code, person_id=found.person_id))
