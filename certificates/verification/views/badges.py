"""`/badges`: where the addresses inside a credential lead, for machines that check without asking a person."""

from typing import Any

from flask import Blueprint, abort, current_app, jsonify

from certificates.proofs.credential import CONTEXTS, achievement, issuer_id, multikey
from certificates.proofs.queries import all_keys, key_named, signing_pair
from certificates.proofs.statuses import status_list
from certificates.register import queries
from lms import clock
from lms.access import public
from lms.db import db
from lms.pages import limiter

# The vocabulary of keys (W3C Controlled Identifiers).
KEYS_CONTEXT = "https://www.w3.org/ns/cid/v1"
blueprint = Blueprint("certificates_badges", __name__, url_prefix="/badges", template_folder="../templates")


def _published(document: dict[str, Any], seconds: int) -> Any:
    answer = jsonify(document)
    answer.headers["Cache-Control"] = f"public, max-age={seconds}"
    return answer


@blueprint.get("/issuers/<code>")
@public
@limiter.limit("60 per minute")
def issuer(code: str) -> Any:
    """An issuer's profile with the keys that sign for it; those that were stolen may no longer assert anything."""
    found = queries.issuer_by_code(code) or abort(404)
    name = issuer_id(current_app.config["PUBLIC_URL"], found.code)
    methods = [
        {"id": f"{name}#{key.kid}", "type": "Multikey", "controller": name,
         "publicKeyMultibase": multikey(key.public["ed25519"])}
        for key in all_keys() if not key.stolen_at
    ]  # fmt: skip
    profile = {"@context": [*CONTEXTS, KEYS_CONTEXT], "id": name, "type": ["Profile"], "name": found.name}
    return _published(
        profile | {"verificationMethod": methods, "assertionMethod": [method["id"] for method in methods]}, 3600
    )


@blueprint.get("/achievements/<code>/<path:activity>")
@public
@limiter.limit("60 per minute")
def achievements(code: str, activity: str) -> Any:
    """What an issuer's certificates for an activity are given for, as the newest one says."""
    last = queries.last_for(code, activity) or abort(404)
    facts = last.facts
    said = achievement(current_app.config["PUBLIC_URL"], code, activity, facts["title"], facts["hours"])
    return _published({"@context": CONTEXTS, **said}, 3600)


@blueprint.get("/status/<int:book_id>")
@public
@limiter.limit("60 per minute")
def statuses(book_id: int) -> Any:
    """The status list of a book: a bit for each number, set when its certificate no longer stands."""
    book = queries.book_by_id(book_id) or abort(404)
    pair = signing_pair(db.session()) or abort(404)
    base = current_app.config["PUBLIC_URL"]
    signed = status_list(
        f"{base}/badges/status/{book.id}", issuer_id(base, book.issuer.code), queries.ended_numbers(book),
        book.last_number, clock.now(), pair,
    )  # fmt: skip
    return _published(signed, 300)


@blueprint.get("/keys/<kid>")
@public
@limiter.limit("60 per minute")
def key(kid: str) -> Any:
    """The public key that signed a JWT, as a JSON Web Key."""
    found = key_named(kid) or abort(404)
    return _published(found.public["p256"] | {"kid": found.kid, "use": "sig", "alg": "ES256"}, 3600)
