"""The inspections of a member: open one, draw its sample, see what was found."""

from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from wtforms import SelectChoice

from certificates.inspection import queries, services, words
from certificates.inspection.access import INSPECT, inspection_to_read, sample_to_read
from certificates.inspection.forms import CloseForm, DrawForm, InspectionForm
from certificates.inspection.services import Mandate, Wish
from certificates.register.views.forms_page import form_page
from certificates.reports.content import digest
from certificates.reports.queries import report
from certificates.targets.models import Target
from certificates.targets.queries import all_targets, belongs
from lms import audit, clock
from lms.access import current_account, grants, requires, top_units, unit_to
from lms.errors import Refused
from lms.organisation.models import Unit
from lms.pages import paginate

blueprint = Blueprint("certificates_inspection", __name__, url_prefix="/inspections", template_folder="../templates")


@blueprint.get("")
@requires(INSPECT)
def inspections() -> str:
    """The inspections of which one is a member."""
    page = paginate(queries.inspections_of(current_account().id))
    return render_template("certificates/inspections.html", page=page)


@blueprint.route("/new", methods=["GET", "POST"])
@requires(INSPECT)
def new() -> Any:
    """Open an inspection of a target in a unit of one's scope, with its team."""
    today = clock.today()
    form = InspectionForm(
        from_on=today.replace(month=1, day=1), to_on=today,
        unit=request.args.get("unit") or next((top.code for top in top_units(INSPECT)), ""),
    )  # fmt: skip
    targets = {target.code: target for target in all_targets() if target.published_at}
    form.target.choices = [SelectChoice(code, target.title) for code, target in targets.items()]
    if form.validate_on_submit():
        unit = unit_to(INSPECT, form.unit.data)
        mandate, team = _mandate(form, targets[form.target.data], unit), _team(form.members.data, unit)
        found = services.open_inspection(mandate, current_account().id, team, clock.now())
        return redirect(url_for("certificates_inspection.inspection", inspection_id=found))
    return form_page(
        form, _("A new inspection"), submit=_("Open the inspection"),
        intro=_("It reads only: nothing that counts is changed."),
        crumbs=[(_("Inspections"), url_for("certificates_inspection.inspections"))],
    )  # fmt: skip


def _mandate(form: InspectionForm, target: Target, unit: Unit) -> Mandate:
    """What was typed, with the report that it names."""
    if not belongs(target, unit):
        raise Refused(_("This unit is not part of the target."))
    frozen = report(target.id, form.report.data) if form.report.data else None
    if form.report.data and (frozen is None or frozen.unit_id != unit.id):
        raise Refused(_("There is no report with that number on this unit."))
    return Mandate(form.title.data, target.id, unit.id, form.from_on.data, form.to_on.data, form.decision.data or "",
                   frozen.id if frozen else None)  # fmt: skip


def _team(text: str | None, unit: Unit) -> list[int]:
    """The accounts that the lines name; each must inspect the unit."""
    names = [line.strip().lower() for line in (text or "").splitlines() if line.strip()]
    found, today = queries.accounts_named(names), clock.today()
    for name in names:
        held = grants(found[name].id, today) if name in found else []
        if not any(grant.role == "inspector" and unit.path.startswith(grant.path) for grant in held):
            raise Refused(_("«%(name)s» is no inspector of this unit.", name=name))
    return [found[name].id for name in names]


@blueprint.get("/<int:inspection_id>")
@requires(INSPECT)
def inspection(inspection_id: int) -> str:
    """The inspection: its mandate, the form that draws or the sample with its findings."""
    found = inspection_to_read(inspection_id)
    audit.record_reading("certificates.read_inspection", f"inspection:{found.id}")
    day = found.report.on if found.report else min(found.to_on, clock.today())
    return render_template(
        "certificates/inspection.html", found=found, members=queries.members(found.id), words=words,
        items=queries.items_of(found.id), findings=queries.findings_of(found.id), form=DrawForm(on=day, formdata=None),
        end=CloseForm(formdata=None), whole=found.closed_at is not None and digest(found.content) == found.sha256,
    )  # fmt: skip


@blueprint.post("/<int:inspection_id>/draw")
@requires(INSPECT)
def draw(inspection_id: int) -> Any:
    """Draw the sample."""
    found, form = inspection_to_read(inspection_id), DrawForm()
    if not form.validate():
        raise Refused(" ".join(str(error) for errors in form.errors.values() for error in errors))
    wish = Wish(form.on.data, form.among.data, form.size.data, form.words.data, form.by_kind.data)
    count = services.draw(found.id, wish, clock.now())
    flash(_("%(count)s posts are drawn.", count=count), "success")
    return redirect(url_for("certificates_inspection.inspection", inspection_id=found.id))


@blueprint.get("/<int:inspection_id>/list.csv")
@requires(INSPECT)
def population(inspection_id: int) -> Response:
    """The list that the sample was drawn from, byte by byte as it was hashed."""
    found = sample_to_read(inspection_id)
    audit.record_reading("certificates.export_sample_list", f"inspection:{found.id}")
    response = Response(found.population, mimetype="text/csv")
    response.headers["Content-Disposition"] = f"attachment; filename=danh-sach-rut-mau-{found.id}.csv"
    return response
