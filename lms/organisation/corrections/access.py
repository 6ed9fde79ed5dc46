"""Obtaining requests for correction, with the check."""

from flask import abort

from lms.access import may_see
from lms.db import db
from lms.organisation.corrections.models import CorrectionRequest
from lms.organisation.people.access import CHANGE


def request_to_answer(request_id: int) -> CorrectionRequest:
    """An open request of somebody whose record one may change; 404 for any other, and for one that was answered."""
    found = db.session.get(CorrectionRequest, request_id)
    if found is None or found.answered_at is not None or not may_see(found.person_id, CHANGE):
        abort(404)
    return found
