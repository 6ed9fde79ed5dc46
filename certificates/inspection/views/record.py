"""The end of an inspection: its record, and the evidence pack that the team takes away."""

from typing import Any

from flask import Blueprint, Response, abort, flash, redirect, request, url_for
from flask_babel import gettext as _

from certificates.inspection import papers, services
from certificates.inspection.access import INSPECT, inspection_to_read, record_to_read
from certificates.inspection.forms import CloseForm
from certificates.register.queries import font_folder
from certificates.reports.office import FORMS
from lms import audit, clock
from lms.access import current_account, requires
from lms.errors import Refused

blueprint = Blueprint("certificates_record", __name__, url_prefix="/inspections", template_folder="../templates")

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@blueprint.post("/<int:inspection_id>/close")
@requires(INSPECT)
def close(inspection_id: int) -> Any:
    """Close the inspection: from then on nothing of it changes."""
    found, form = inspection_to_read(inspection_id), CloseForm()
    if not form.validate():
        raise Refused(_("Write the conclusion first."))
    services.close(found.id, form.conclusion.data, clock.now())
    flash(_("The inspection is closed and its record is frozen."), "success")
    return redirect(url_for("certificates_inspection.inspection", inspection_id=found.id))


@blueprint.get("/<int:inspection_id>/record.<any(docx, pdf):kind>")
@requires(INSPECT)
def record(inspection_id: int, kind: str) -> Response:
    """The record as a paper. `?form=` is party or state."""
    found, form = record_to_read(inspection_id), request.args.get("form", "party")
    if form not in FORMS:
        abort(404)
    audit.record_reading("certificates.export_record", f"inspection:{found.id}", kind=kind)
    if kind == "pdf":
        data = papers.pdf(found.content, found.sha256, form, font_folder())
        return Response(data, mimetype="application/pdf")
    response = Response(papers.docx(found.content, found.sha256, form), mimetype=WORD)
    response.headers["Content-Disposition"] = f"attachment; filename=bien-ban-{found.id}.docx"
    return response


@blueprint.post("/<int:inspection_id>/pack")
@requires(INSPECT)
def pack(inspection_id: int) -> Any:
    """The evidence pack, made as a job."""
    found = record_to_read(inspection_id)
    return redirect(url_for("lms_jobs.job", job_id=services.ask_for_pack(found.id, current_account().id)))
