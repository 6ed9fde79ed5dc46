"""`/.well-known/`: what we publish so that others can check without trusting us."""

from typing import Any

from flask import Blueprint, jsonify

from certificates.register import queries
from certificates.register.auditing import as_published
from lms.access import public
from lms.pages import limiter

blueprint = Blueprint("certificates_proofs", __name__, url_prefix="/.well-known", template_folder="../templates")


@blueprint.get("/register-roots.json")
@public
@limiter.limit("60 per minute")
def register_roots() -> Any:
    """The root of every day: whoever kept an old one can show that nothing before it was changed."""
    return jsonify(roots=[as_published(row) for row in queries.roots()])
