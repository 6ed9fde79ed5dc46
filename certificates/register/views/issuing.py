"""What is due, and the drafts that wait for a decision."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from certificates.register import queries, services
from certificates.register.access import ISSUE, book_to_issue
from certificates.register.forms import IssueForm, PapersForm
from certificates.register.views.forms_page import form_page
from lms import clock
from lms.access import current_account, requires, scopes
from lms.errors import Refused
from lms.pages import paginate

blueprint = Blueprint("certificates_issuing", __name__, url_prefix="/register", template_folder="../templates")


@blueprint.get("/due")
@requires(ISSUE)
def due() -> str:
    """Who completed what and has no certificate: one of them, one activity or everything can be issued."""
    activity = request.args.get("activity", "")
    paths = scopes(ISSUE)
    return render_template(
        "certificates/due_register.html", page=queries.due(activity, paths), activity=activity,
        activities=queries.due_activities(paths),
        form=IssueForm(formdata=None), first_issuer=next(iter(queries.issuers()), None),
    )  # fmt: skip


@blueprint.post("/due")
@requires(ISSUE)
def issue_due() -> Any:
    """Issue what is due within the scope, as a job: everything, one activity, or the chosen people."""
    form = IssueForm()
    if not form.validate():
        raise Refused(_("The decision could not be read."))
    people = queries.ids_of(request.form.getlist("person")) if "chosen" in request.form else []
    if "chosen" in request.form and not people:
        raise Refused(_("Choose at least one person."))
    by = services.ruling(form.decision.data or "", form.decided_on.data)
    job_id = services.ask_for_missing(
        current_account().id, scopes(ISSUE), activity=form.activity.data or "", people=people, by=by
    )
    return redirect(url_for("lms_jobs.job", job_id=job_id))


@blueprint.route("/books/<int:book_id>/papers", methods=["GET", "POST"])
@requires(ISSUE)
def papers(book_id: int) -> Any:
    """The certificates of a range of numbers, as a job: one file of all pages, or a ZIP of single files."""
    book = book_to_issue(book_id)
    form = PapersForm(first=book.first_number, last=book.last_number)
    if form.validate_on_submit():
        job_id = services.ask_for_papers(
            current_account().id, book.id, first=form.first.data, last=form.last.data, kind=form.kind.data
        )
        return redirect(url_for("lms_jobs.job", job_id=job_id))
    return form_page(
        form, _("The certificates of a book"), submit=_("Make the file"), intro=f"{book.issuer.name}, {book.name}",
        crumbs=[(_("Register of certificates"), url_for("certificates.register"))],
    )  # fmt: skip


@blueprint.get("/drafts")
@requires(ISSUE)
def drafts() -> str:
    """Drafts within the scope, for checking and issuing by a decision."""
    page = paginate(queries.drafts(scopes(ISSUE)), size=200)
    return render_template("certificates/drafts.html", page=page, form=IssueForm(formdata=None))


@blueprint.post("/drafts")
@requires(ISSUE)
def settle_drafts() -> Any:
    """Issue the chosen drafts by a decision, or discard them."""
    form = IssueForm()
    chosen = queries.drafts_among(scopes(ISSUE), request.form.getlist("draft", type=int))
    if not form.validate() or not chosen:
        raise Refused(_("Choose at least one draft."))
    if "discard" in request.form:
        flash(_("%(count)s drafts are discarded.", count=services.discard_drafts(chosen)), "success")
    else:
        by = services.ruling(form.decision.data or "", form.decided_on.data)
        count = services.issue_drafts(chosen, clock.now(), by)
        flash(_("%(count)s certificates issued.", count=count), "success")
    return redirect(url_for("certificates_issuing.drafts"))
