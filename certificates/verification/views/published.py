"""`/.well-known/`: what we publish so that others can check without trusting us."""

from typing import Any

from flask import Blueprint, jsonify, request

from certificates.proofs.queries import key_set
from certificates.register import queries
from certificates.register.auditing import as_published
from lms.access import public
from lms.pages import limiter

HOUR = 3600
blueprint = Blueprint("certificates_proofs", __name__, url_prefix="/.well-known", template_folder="../templates")


@blueprint.get("/register-roots.json")
@public
@limiter.limit("60 per minute")
def register_roots() -> Any:
    """The root of every day: whoever kept an old one can show that nothing before it was changed."""
    return jsonify(roots=[as_published(row) for row in queries.roots()])


@blueprint.get("/jwks.json")
@public
@limiter.limit("120 per minute")
def keys() -> Any:
    """Every key that ever signed a certificate, and the issuers by the codes that QR codes carry."""
    answer = jsonify(keys=key_set(), issuers={issuer.code: issuer.name for issuer in queries.issuers()})
    answer.headers["Cache-Control"] = f"public, max-age={HOUR}"
    answer.add_etag()
    return answer.make_conditional(request)
