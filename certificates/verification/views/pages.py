"""`/verify`: open to everybody, bounded in number."""

from contextlib import closing
from typing import Any

from flask import Blueprint, Response, current_app, redirect, render_template, request, url_for
from flask_babel import gettext as _

from certificates.register.queries import by_code, newest_roots, plain_code
from certificates.verification.queries import looked_at, shown
from certificates.verification.words import of_credential, sentence
from lms.access import public
from lms.errors import Refused
from lms.pages import limiter, paginate

FILE_LIMIT = 5 * 1024 * 1024
blueprint = Blueprint("certificates_verification", __name__, url_prefix="/verify", template_folder="../templates")


@blueprint.get("")
@public
def ask() -> Any:
    """Type a code; the form leads to its page."""
    code = plain_code(request.args.get("code", ""))
    if code:
        return redirect(url_for("certificates_verification.verify", code=code))
    return render_template("certificates/verify.html", code="", found=None)


@blueprint.get("/offline")
@public
def offline() -> str:
    """The page that a phone keeps: it checks the signature in a QR code by itself when the server does not answer."""
    return render_template("certificates/offline.html")


@blueprint.get("/roots")
@public
@limiter.limit("60 per minute")
def roots() -> str:
    """The roots of days, for people: what they are, and how to hold a register against one."""
    return render_template("certificates/roots.html", page=paginate(newest_roots()))


@blueprint.get("/worker.js")
@public
def worker() -> Response:
    """The script that keeps that page; its reach is the whole of `/verify`, the page without a code included."""
    response = current_app.send_static_file("verify-worker.js")
    response.headers["Service-Worker-Allowed"] = url_for("certificates_verification.ask")
    response.headers["Cache-Control"] = "no-cache"
    return response


@blueprint.get("/<code>")
@public
@limiter.limit("60 per minute")
def verify(code: str) -> Any:
    """What is known of the certificate with that code; 404 with a sentence when there is none."""
    certificate = by_code(code)
    page = render_template("certificates/verify.html", code=code, found=shown(certificate) if certificate else None)
    return page, 200 if certificate else 404


def _uploaded() -> bytes:
    upload = request.files.get("file")
    if upload is None:
        return b""
    with closing(upload):
        return bytes(upload.read(FILE_LIMIT + 1))


@blueprint.post("/file")
@public
@limiter.limit("20 per minute")
def verify_file() -> Any:
    """What is known of a file: whose certificate, changed or not, who signed it and when. The file is not kept."""
    data = _uploaded()
    if not data or len(data) > FILE_LIMIT:
        raise Refused(_("Choose a file of at most 5 MB."))
    check = looked_at(data)
    if not check.is_pdf and not check.credential:
        raise Refused(_("Choose a certificate as a PDF, or its credential (.json or .jwt)."))
    return render_template(
        "certificates/verify.html", code="", found=None, check=check, sentence=sentence(check),
        about_credential=of_credential(check),
    )  # fmt: skip
