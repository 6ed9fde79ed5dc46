"""The evidence of a post of the sample, and what the team finds about it."""

from typing import Any

from flask import Blueprint, Response, abort, flash, redirect, render_template, send_file, url_for
from flask_babel import gettext as _

from certificates.inspection import queries, services, words
from certificates.inspection.access import INSPECT, finding_to_withdraw, item_to_read
from certificates.inspection.evidence import evidence_of
from certificates.inspection.forms import FindingForm
from certificates.register.queries import by_code, pdf_of
from lms import audit, clock, files
from lms.access import current_account, requires
from lms.errors import Refused

blueprint = Blueprint("certificates_findings", __name__, url_prefix="/inspections", template_folder="../templates")


@blueprint.get("/<int:inspection_id>/posts/<int:place>")
@requires(INSPECT)
def item(inspection_id: int, place: int) -> str:
    """Why the post counts as it does, what proves it, and the form that notes a finding."""
    inspection, found = item_to_read(inspection_id, place)
    audit.record_reading("certificates.inspect_post", f"inspection:{inspection_id}", place=place, post=found.post_id)
    return render_template(
        "certificates/inspected.html", inspection=inspection, item=found, words=words,
        evidence=evidence_of(inspection, found), findings=queries.findings_of(inspection_id).get(found.id, []),
        count=len(queries.items_of(inspection_id)), form=FindingForm(formdata=None),
    )  # fmt: skip


@blueprint.get("/<int:inspection_id>/posts/<int:place>/<code>.pdf")
@requires(INSPECT)
def certificate(inspection_id: int, place: int, code: str) -> Response:
    """A certificate that proves the post; 404 for any other."""
    inspection, found = item_to_read(inspection_id, place)
    evidence = evidence_of(inspection, found)
    row = by_code(code) if code in evidence.certificates else None
    if row is None:
        abort(404)
    audit.record_reading("certificates.inspect_certificate", f"certificate:{row.code}", inspection=inspection_id)
    return Response(pdf_of(row), mimetype="application/pdf")


@blueprint.get("/<int:inspection_id>/posts/<int:place>/scans/<key>")
@requires(INSPECT)
def scan(inspection_id: int, place: int, key: str) -> Response:
    """The scanned paper behind evidence that proves the post; 404 for any other."""
    inspection, found = item_to_read(inspection_id, place)
    if key not in [proof.scan for proof in evidence_of(inspection, found).proofs if proof.scan]:
        abort(404)
    audit.record_reading("certificates.inspect_scan", f"inspection:{inspection_id}", place=place)
    return send_file(files.path_of(key))


@blueprint.post("/<int:inspection_id>/posts/<int:place>")
@requires(INSPECT)
def note(inspection_id: int, place: int) -> Any:
    """Note a finding about the post."""
    _inspection, found = item_to_read(inspection_id, place)
    form, account = FindingForm(), current_account()
    if not form.validate():
        raise Refused(_("Choose what kind of finding it is."))
    services.note(found.id, form.kind.data, form.text.data or "", account.id, account.name, clock.now())
    flash(_("The finding is noted."), "success")
    return redirect(url_for("certificates_findings.item", inspection_id=inspection_id, place=place))


@blueprint.post("/findings/<int:finding_id>/withdraw")
@requires(INSPECT)
def withdraw(finding_id: int) -> Any:
    """Withdraw a finding."""
    finding, found = finding_to_withdraw(finding_id)
    services.withdraw_finding(finding.id, clock.now())
    flash(_("The finding is withdrawn."), "success")
    return redirect(url_for("certificates_findings.item", inspection_id=found.inspection_id, place=found.place))
