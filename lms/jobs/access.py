"""Obtaining jobs, with the check."""

from flask import abort

from lms.access import current_account
from lms.db import db
from lms.jobs.models import Job


def job_to_see(job_id: int) -> Job:
    """One's own job; 404 for any other."""
    job = db.session.get(Job, job_id)
    if job is None or job.account_id != current_account().id:
        abort(404)
    return job
