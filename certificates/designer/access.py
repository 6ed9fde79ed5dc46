"""Obtaining designs, with the check."""

from flask import abort

from certificates.designer.models import DesignVersion, StoredDesign
from certificates.designer.queries import by_code
from certificates.register.models import Issuer
from lms.access import may
from lms.db import db

DESIGN = "certificates.design"


def design_to_edit(code: str) -> StoredDesign:
    """The design, or 404; our own ready designs are copied, not edited: 404 as well."""
    stored = by_code(code)
    if stored is None or code.startswith("ready-"):
        abort(404)
    return stored


def version_to_see(code: str, number: int) -> DesignVersion:
    """A version of a design, or 404."""
    stored = by_code(code)
    return next((v for v in stored.versions if v.number == number), None) or abort(404) if stored else abort(404)


def issuer_to_dress(issuer_id: int) -> Issuer:
    """An issuer of the scope, or 404."""
    issuer = db.session.get(Issuer, issuer_id)
    if issuer is None or not may(DESIGN, issuer.unit):
        abort(404)
    return issuer
