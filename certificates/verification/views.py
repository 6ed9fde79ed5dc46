"""`/verify`: open to everybody, bounded in number."""

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for

from certificates.register.queries import by_code, plain_code
from certificates.verification.queries import shown
from lms.access import public
from lms.pages import limiter

blueprint = Blueprint("certificates_verification", __name__, url_prefix="/verify", template_folder="templates")


@blueprint.get("")
@public
def ask() -> Any:
    """Type a code; the form leads to its page."""
    code = plain_code(request.args.get("code", ""))
    if code:
        return redirect(url_for("certificates_verification.verify", code=code))
    return render_template("certificates/verify.html", code="", found=None)


@blueprint.get("/<code>")
@public
@limiter.limit("60 per minute")
def verify(code: str) -> Any:
    """What is known of the certificate with that code; 404 with a sentence when there is none."""
    certificate = by_code(code)
    page = render_template("certificates/verify.html", code=code, found=shown(certificate) if certificate else None)
    return page, 200 if certificate else 404
