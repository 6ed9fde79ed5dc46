"""The pages of a list's way in: take it, show what was understood, show what it would do, do it, undo it."""

from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from lms import audit, clock, files
from lms.access import current_account, requires, scopes, top_units, unit_to
from lms.organisation.access import SEE, unit_to_see
from lms.organisation.queries import post_kinds
from lms.organisation.roster import queries, services
from lms.organisation.roster.access import IMPORT, import_to_decide
from lms.organisation.roster.export import result_workbook, roster_workbook
from lms.organisation.roster.forms import MEANINGS, UploadForm, said_of_columns, said_of_rows, said_of_whole
from lms.organisation.roster.jobs import apply_now_or_later, read_now_or_later
from lms.organisation.roster.models import AMBIGUOUS, CHANGED, KINDS, LEAVING, NEW, REFUSED
from lms.pages.tables import paginate, send_workbook

blueprint = Blueprint("lms_roster", __name__, url_prefix="/organisation/import", template_folder="templates")


@blueprint.route("", methods=["GET", "POST"])
@requires(IMPORT)
def upload() -> Any:
    """Send a list; nothing is written before one has seen what it would do."""
    form, account = UploadForm(on=clock.today()), current_account()
    if form.validate_on_submit():
        unit = unit_to(IMPORT, form.unit.data) if form.unit.data else top_units(IMPORT)[0]
        import_id = services.take(
            form.file.data.read(), form.file.data.filename or "", unit.id, account.id, on=form.on.data or clock.today(),
            at=clock.now(), settings={"scopes": scopes(IMPORT)},
        )  # fmt: skip
        return redirect(read_now_or_later(import_to_decide(import_id), account.id))
    page = paginate(queries.imports(account.id, scopes(IMPORT)), 20)
    return render_template("lms/roster_upload.html", form=form, page=page), 422 if form.errors else 200


@blueprint.get("/template.xlsx")
@requires(IMPORT)
def template() -> Response:
    """An empty list to fill in, for offices that have none of their own."""
    return send_workbook("mau-danh-sach.xlsx", roster_workbook([]))


@blueprint.get("/roster.xlsx")
@requires(SEE)
def export() -> Response:
    """The roster of a unit and all beneath it; who took it is on the audit log. `?unit=`."""
    unit = unit_to_see(request.args.get("unit", ""))
    rows = queries.roster_rows(unit, clock.today())
    audit.record_reading("lms.export_roster", f"unit:{unit.code}", rows=len(rows))
    return send_workbook(f"danh-sach-{unit.code}.xlsx", roster_workbook(rows))


@blueprint.get("/<int:import_id>/understood")
@requires(IMPORT)
def understood(import_id: int) -> Any:
    """What was understood of the file: columns, letters, days and posts, each beside what the file says."""
    found = import_to_decide(import_id)
    if found.state in ("applied", "undone"):
        return redirect(url_for("lms_roster.changes", import_id=found.id))
    return render_template(
        "lms/roster_understood.html", found=found, meanings=MEANINGS, kinds=post_kinds(clock.today())
    )


@blueprint.post("/<int:import_id>/understood")
@requires(IMPORT)
def confirm_understood(import_id: int) -> Any:
    """What people put right is kept, and the file is read again; where all was right, on to the changes."""
    found = import_to_decide(import_id)
    remembered, settings = said_of_columns(request.form, found)
    if not remembered and not settings and found.state == "ready":
        return redirect(url_for("lms_roster.changes", import_id=found.id))
    services.answer(found.id, remembered=remembered, settings=settings, at=clock.now())
    return redirect(read_now_or_later(found, current_account().id))


@blueprint.get("/<int:import_id>")
@requires(IMPORT)
def changes(import_id: int) -> Any:
    """The change set, kind by kind, and the way to confirm it. `?kind=`."""
    found = import_to_decide(import_id)
    if found.state not in ("ready", "applied", "undone"):
        return redirect(url_for("lms_roster.understood", import_id=found.id))
    counts = found.summary["counts"]
    order = (AMBIGUOUS, REFUSED, NEW, CHANGED, LEAVING)
    kind = request.args.get("kind", "") if request.args.get("kind", "") in KINDS else ""
    kind = kind or next((name for name in order if counts[name]), KINDS[2])
    page = paginate(queries.changes(found.id, kind), 30)
    return render_template(
        "lms/roster_changes.html", found=found, counts=counts, kind=kind, page=page, kinds=post_kinds(clock.today()),
        needs_number=services.needs_number(found), writes=sum(counts[name] for name in (NEW, CHANGED, LEAVING)),
    )  # fmt: skip


@blueprint.post("/<int:import_id>/choices")
@requires(IMPORT)
def choose(import_id: int) -> Any:
    """Who the open rows are, or whether the list is whole; the change set is made anew."""
    found = import_to_decide(import_id)
    settings = said_of_whole(request.form) if "whole_asked" in request.form else said_of_rows(request.form)
    services.answer(found.id, remembered={}, settings=settings, at=clock.now())
    read_on = read_now_or_later(found, current_account().id)
    return redirect(url_for("lms_roster.changes", import_id=found.id) if "/understood" in read_on else read_on)


@blueprint.post("/<int:import_id>/apply")
@requires(IMPORT)
def apply(import_id: int) -> Any:
    """Does what was shown."""
    found = import_to_decide(import_id)
    typed = request.form.get("typed", type=int)
    answer = redirect(apply_now_or_later(found, typed, current_account().id))
    flash(_("The list is being brought in."), "success")
    return answer


@blueprint.post("/<int:import_id>/undo")
@requires(IMPORT)
def undo(import_id: int) -> Any:
    """Takes it all back."""
    found = import_to_decide(import_id)
    services.undo(found.id, at=clock.now())
    flash(_("Everything that this list had changed is as it was before."), "success")
    return redirect(url_for("lms_roster.changes", import_id=found.id))


@blueprint.get("/<int:import_id>/result.xlsx")
@requires(IMPORT)
def result(import_id: int) -> Response:
    """The office's own sheet with what became of each row."""
    found = import_to_decide(import_id)
    data = result_workbook(files.path_of(found.file_key), queries.outcomes(found.id))
    audit.record_reading("lms.export_roster_result", f"roster:{found.id}")
    return send_workbook(f"ket-qua-{found.file_name.rsplit('.', 1)[0]}.xlsx", data)
