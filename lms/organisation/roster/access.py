"""Obtaining an import, with the check."""

from flask import abort

from lms.access import may
from lms.db import db
from lms.organisation.roster.models import RosterImport

IMPORT = "lms.import_roster"


def import_to_decide(import_id: int) -> RosterImport:
    """The import: one's own, or one for a unit within the scope; 404 for any other."""
    found = db.session.get(RosterImport, import_id)
    if found is None or found.unit is None or not may(IMPORT, found.unit):
        abort(404)
    return found
