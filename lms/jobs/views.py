"""The progress of long work, for the page and for the person who started it."""

from typing import Any

from flask import Blueprint, abort, jsonify, render_template, send_file, url_for

from lms import files
from lms.access import signed_in
from lms.jobs.access import job_to_see

blueprint = Blueprint("lms_jobs", __name__, url_prefix="/jobs", template_folder="templates")


@blueprint.get("/<int:job_id>")
@signed_in
def job(job_id: int) -> str:
    """A job's page: progress, then its result."""
    return render_template("lms/job.html", job=job_to_see(job_id))


@blueprint.get("/<int:job_id>/state")
@signed_in
def state(job_id: int) -> Any:
    """The progress as JSON, asked for by the page."""
    found = job_to_see(job_id)
    return jsonify(
        state=found.state,
        done=found.done,
        total=found.total,
        message=found.message,
        url=found.next_url or url_for("lms_jobs.job", job_id=job_id),
    )


@blueprint.get("/<int:job_id>/file")
@signed_in
def result(job_id: int) -> Any:
    """The file that the job left."""
    found = job_to_see(job_id)
    if not found.file_key:
        abort(404)
    return send_file(files.path_of(found.file_key), as_attachment=True, download_name=found.file_name)
