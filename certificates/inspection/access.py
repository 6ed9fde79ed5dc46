"""Obtaining inspections and what belongs to them, with the check: for the members of the team, while they inspect."""

from flask import abort

from certificates.inspection import queries
from certificates.inspection.models import Finding, Inspection, Item
from lms.access import current_account, may
from lms.db import db

INSPECT = "certificates.inspect"


def inspection_to_read(inspection_id: int) -> Inspection:
    """An inspection of which one is a member and whose unit lies within one's scope; 404 for any other."""
    found = db.session.get(Inspection, inspection_id)
    if found is None or not may(INSPECT, found.unit) or not queries.is_member(found.id, current_account().id):
        abort(404)
    return found


def sample_to_read(inspection_id: int) -> Inspection:
    """An inspection that has drawn its sample; 404 before."""
    found = inspection_to_read(inspection_id)
    if found.drawn_at is None:
        abort(404)
    return found


def record_to_read(inspection_id: int) -> Inspection:
    """An inspection that is closed; 404 before."""
    found = inspection_to_read(inspection_id)
    if found.closed_at is None:
        abort(404)
    return found


def item_to_read(inspection_id: int, place: int) -> tuple[Inspection, Item]:
    """A post of the sample of one's inspection, or 404."""
    inspection = inspection_to_read(inspection_id)
    item = queries.item(inspection.id, place)
    if item is None:
        abort(404)
    return inspection, item


def finding_to_withdraw(finding_id: int) -> tuple[Finding, Item]:
    """A finding of one's inspection, with its post, or 404."""
    finding = db.session.get(Finding, finding_id)
    item = db.session.get(Item, finding.item_id) if finding else None
    if finding is None or item is None:
        abort(404)
    inspection_to_read(item.inspection_id)
    return finding, item
