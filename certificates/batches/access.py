"""Obtaining batches and what came back, with the check: for those who may issue for their issuer."""

from flask import abort

from certificates.batches.queries import batch_by_id, returned_by_id
from certificates.register.access import ISSUE, READ
from certificates.register.models import Issuer
from certificates.signing.models import Batch, Returned
from lms.access import may
from lms.db import db


def batch_to_make(batch_id: int) -> Batch:
    """A batch of an issuer for which one may issue; 404 for those who may not see it, 403 for other readers."""
    batch = batch_by_id(batch_id)
    if batch is None:
        abort(404)
    _check(batch.issuer_id)
    return batch


def returned_to_take(returned_id: int) -> tuple[Returned, Issuer]:
    """What came back to an issuer for which one may issue, with the issuer; 404 or 403 for others."""
    back = returned_by_id(returned_id)
    if back is None:
        abort(404)
    return back, _check(back.issuer_id)


def _check(issuer_id: int) -> Issuer:
    issuer = db.session.get_one(Issuer, issuer_id)
    if not may(READ, issuer.unit):
        abort(404)
    if not may(ISSUE, issuer.unit):
        abort(403)
    return issuer
