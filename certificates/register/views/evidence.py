"""Evidence of training elsewhere: the list, and the form that accepts it for one person or a whole class."""

from typing import Any

from flask import Blueprint, abort, current_app, flash, redirect, render_template, request, send_file, url_for
from flask_babel import gettext as _
from wtforms import SelectChoice

from certificates.register import queries
from certificates.register.access import ACCEPT, READ, evidence_to_read, evidence_to_withdraw
from certificates.register.forms import EvidenceForm, ReasonForm
from certificates.register.services.evidence import Completed, accept, keep_scan, withdraw
from certificates.register.views.forms_page import form_page
from lms import audit, clock, files
from lms.access import current_account, may, requires, scopes, visible_people
from lms.errors import Refused
from lms.pages import paginate
from lms.plugins import installed

blueprint = Blueprint(
    "certificates_evidence", __name__, url_prefix="/register/evidence", template_folder="../templates"
)


@blueprint.get("")
@requires(READ)
def evidence() -> str:
    """Accepted evidence about people of the scope, by name."""
    search = request.args.get("q", "")
    page = paginate(queries.evidence(scopes(READ), search))
    return render_template("certificates/evidence.html", page=page, search=search, may_accept=may(ACCEPT))


@blueprint.route("/new", methods=["GET", "POST"])
@requires(ACCEPT)
def new() -> Any:
    """Accept that people completed an activity elsewhere."""
    form = EvidenceForm()
    activities = [activity for plugin in installed(current_app) for activity in plugin.activities()]
    form.activity.choices = [SelectChoice(activity.key, activity.title) for activity in activities]
    if form.validate_on_submit():
        people, form.people.errors = queries.people_named(form.people.data, visible_people(ACCEPT))
        if not form.people.errors:
            fields = {name: form[name].data for name in Completed.__dataclass_fields__}
            fields["scan"] = keep_scan(form.scan.data.read()) if form.scan.data else ""
            account = current_account()
            count = accept(Completed(**fields), people, account_id=account.id, accepted_by=account.name, at=clock.now())
            flash(_("Recorded for %(count)s people.", count=count), "success")
            return redirect(url_for("certificates_evidence.evidence"))
    return form_page(
        form, _("Record evidence"), submit=_("Accept"), note=_("Your name is kept as the one who accepted it."),
        intro=_("Of an in-person class, for the whole list at once, or of a paper that another school issued."),
        crumbs=[(_("Evidence of training elsewhere"), url_for("certificates_evidence.evidence"))],
    )  # fmt: skip


@blueprint.get("/<int:evidence_id>/scan")
@requires(READ)
def scan(evidence_id: int) -> Any:
    """The scanned paper behind accepted evidence."""
    found = evidence_to_read(evidence_id)
    if not found.scan:
        abort(404)
    audit.record_reading("certificates.read_scan", f"evidence:{evidence_id}")
    return send_file(files.path_of(found.scan))


@blueprint.post("/<int:evidence_id>/withdraw")
@requires(ACCEPT)
def withdraw_one(evidence_id: int) -> Any:
    """Withdraw what was accepted by mistake; it no longer counts."""
    found, form = evidence_to_withdraw(evidence_id), ReasonForm()
    if not form.validate():
        raise Refused(_("Give the reason."))
    withdraw(found.id, reason=form.reason.data, at=clock.now())
    flash(_("Withdrawn: it no longer counts."), "success")
    return redirect(url_for("certificates_evidence.evidence"))
