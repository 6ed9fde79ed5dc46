"""Pages of targets: the list, the figures of a unit, who is missing."""

from datetime import date
from typing import Any

from flask import Blueprint, Response, current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from wtforms.fields.choices import SelectChoice

from certificates.targets import queries, services
from certificates.targets.access import MANAGE, SEE, exemption_to_end, person_to_exempt, target_to_see
from certificates.targets.forms import ExemptionForm, TargetForm
from lms import audit, clock
from lms.access import current_account, may, requires, unit_to
from lms.errors import Refused
from lms.organisation.queries import ancestors, post_kinds
from lms.pages import send_xlsx
from lms.plugins import installed

# Lines of the missing list on one page.
PAGE = 30

blueprint = Blueprint("certificates_targets", __name__, url_prefix="/targets", template_folder="templates")


@blueprint.get("")
@requires(SEE)
def targets() -> str:
    """Every target."""
    return render_template("certificates/targets.html", targets=queries.all_targets())


@blueprint.route("/new", methods=["GET", "POST"])
@requires(MANAGE)
def new() -> Any:
    """Set a target for a unit of one's own scope."""
    today = clock.today()
    form = TargetForm(starts_on=today.replace(month=1, day=1), ends_on=today.replace(month=12, day=31))
    form.post_kinds.choices = [SelectChoice(kind.code, kind.name) for kind in post_kinds(today)]
    activities = [activity for plugin in installed(current_app) for activity in plugin.activities()]
    form.activities.choices = [SelectChoice(activity.key, activity.title) for activity in activities]
    if form.validate_on_submit():
        unit = unit_to(MANAGE, form.unit.data)
        services.add_target(
            form.code.data, form.title.data, unit_id=unit.id, post_kinds=form.post_kinds.data,
            activities=form.activities.data, starts_on=form.starts_on.data, ends_on=form.ends_on.data, at=clock.now(),
        )  # fmt: skip
        flash(_("The target is set."), "success")
        return redirect(url_for("certificates_targets.target", code=form.code.data))
    return render_template("certificates/new_target.html", form=form), 422 if form.errors else 200


def _day(name: str) -> date | None:
    """A day that the address names; None when it names none."""
    text = request.args.get(name, "")
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise Refused(_("%(text)s is no day: write it like 2026-12-31.", text=text)) from error


def _clocks() -> queries.Clocks:
    """`?on=` and `?known=`: without them today, as we know it now. Knowledge of today and later is that of now."""
    known = _day("known")
    return queries.Clocks(_day("on") or clock.today(), known if known and known < clock.today() else None)


@blueprint.get("/<code>")
@requires(SEE)
def target(code: str) -> str:
    """A unit's coverage: in all, by post kind, by the units beneath, who is missing. `?unit= ?on= ?known= ?kind=`."""
    found, unit = target_to_see(code, request.args.get("unit", ""))
    clocks, kind = _clocks(), request.args.get("kind", "")
    crumbs = [above for above in ancestors(unit) if above.path.startswith(found.unit.path) and may(SEE, above)]
    place = request.args.get("after", "").rpartition("~")
    after = (place[0], int(place[2])) if place[0] and place[2].isdigit() else ("", 0)
    missing = queries.missing(found, unit, clocks, kind, after, PAGE + 1)
    return render_template(
        "certificates/target.html", target=found, unit=unit, coverage=queries.coverage(found, unit, clocks),
        clocks=clocks, crumbs=crumbs, missing=missing[:PAGE], more=len(missing) > PAGE, kind=kind,
        exemptions=queries.exemptions(found, unit, clocks), today=clock.today(),
    )  # fmt: skip


@blueprint.get("/<code>/missing.xlsx")
@requires(SEE)
def missing(code: str) -> Response:
    """Who is missing, as a spreadsheet."""
    found, unit = target_to_see(code, request.args.get("unit", ""))
    header = [_("No."), _("Name"), _("Born"), _("Post"), _("Unit"), _("Phone"), _("Capacity")]
    capacities = {
        "holder": "", "acting": _("acting"), "concurrent": _("concurrent"), "seconded": _("seconded"),
    }  # fmt: skip
    rows = [
        (number, line.person.name, line.person.birth_on or line.person.birth_year, line.kind.name, line.unit_name,
         line.person.phone, capacities[line.capacity])
        for number, line in enumerate(queries.missing(found, unit, _clocks(), request.args.get("kind", "")), start=1)
    ]  # fmt: skip
    audit.record_reading("certificates.export_missing", f"target:{code}", unit=unit.code, people=len(rows))
    name = f"Danh sach chua hoan thanh {code} {unit.code}.xlsx"
    return send_xlsx(name, code, header, rows, (6, 28, 13, 32, 44, 15, 14))


@blueprint.route("/<code>/people/<int:person_id>/exempt", methods=["GET", "POST"])
@requires(MANAGE)
def exempt(code: str, person_id: int) -> Any:
    """Exempt a person, with reason and document."""
    found, _unit = target_to_see(code, "")
    person, form = person_to_exempt(person_id), ExemptionForm()
    if form.validate_on_submit():
        services.exempt(
            found.id, person.id, reason=form.reason.data, document=form.document.data, valid_to=form.valid_to.data,
            today=clock.today(), account_id=current_account().id, at=clock.now(),
        )  # fmt: skip
        flash(_("The exemption is recorded."), "success")
        return redirect(url_for("certificates_targets.target", code=code))
    return render_template("certificates/exempt.html", form=form, person=person, target=found), (
        422 if form.errors else 200
    )


@blueprint.post("/exemptions/<int:exemption_id>/end")
@requires(MANAGE)
def end_exemption(exemption_id: int) -> Any:
    """Withdraw an exemption."""
    found = exemption_to_end(exemption_id)
    services.end_exemption(found.id, at=clock.now())
    flash(_("The exemption is withdrawn."), "success")
    return redirect(url_for("certificates_targets.targets"))
