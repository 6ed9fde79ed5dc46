"""The desk of an issuer whose leaders sign by their own token: hand out, take back, look, take in."""

from contextlib import closing
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from certificates.batches import queries, services
from certificates.batches.access import batch_to_make, returned_to_take
from certificates.register.access import ISSUE, issuer_to_serve
from lms import clock
from lms.access import current_account, requires

blueprint = Blueprint("certificates_batches", __name__, url_prefix="/register/signing", template_folder="templates")


@blueprint.get("/<code>")
@requires(ISSUE)
def desk(code: str) -> str:
    """What waits for the leader's signature, the batches, and what was sent back."""
    found = issuer_to_serve(code)
    return render_template(
        "certificates/signing.html", found=found, desk=queries.desk(found), trusts=queries.trusts_anybody(found)
    )


@blueprint.post("/<code>/batches")
@requires(ISSUE)
def make(code: str) -> Any:
    """Put what waits into a batch; a job makes its file."""
    found = issuer_to_serve(code)
    job_id = services.make_batch(found.id, account_id=current_account().id, at=clock.now())
    return redirect(url_for("lms_jobs.job", job_id=job_id))


@blueprint.post("/batches/<int:batch_id>/file")
@requires(ISSUE)
def again(batch_id: int) -> Any:
    """Make a batch's file once more, of what still waits."""
    job_id = services.make_again(batch_to_make(batch_id).id, current_account().id)
    return redirect(url_for("lms_jobs.job", job_id=job_id))


@blueprint.post("/<code>/returned")
@requires(ISSUE)
def send(code: str) -> Any:
    """Send signed files in, as PDFs or a ZIP; a job checks them, nothing is taken in yet."""
    found = issuer_to_serve(code)
    sent = []
    for upload in request.files.getlist("files"):
        with closing(upload):
            sent.append((upload.filename or "", upload.read()))
    job_id = services.take_back(found.id, sent, account_id=current_account().id, at=clock.now())
    return redirect(url_for("lms_jobs.job", job_id=job_id))


@blueprint.get("/returned/<int:returned_id>")
@requires(ISSUE)
def returned(returned_id: int) -> str:
    """What was found in the files that came back, one by one."""
    back, found = returned_to_take(returned_id)
    findings = queries.findings(back)
    good = sum(not finding["why"] for finding in findings)
    return render_template("certificates/returned.html", back=back, found=found, findings=findings, good=good)


@blueprint.post("/returned/<int:returned_id>/accept")
@requires(ISSUE)
def accept(returned_id: int) -> Any:
    """Take the good files in: from now on they are what is downloaded."""
    back, found = returned_to_take(returned_id)
    account = current_account()
    count = services.keep_signed(back.id, queries.good_files(back), accepted_by=account.name, at=clock.now())
    flash(_("%(count)s signed certificates are taken in.", count=count), "success")
    return redirect(url_for("certificates_batches.desk", code=found.code))
