"""Pages of the register: one's own certificates, the books, a certificate and what can be done with it."""

from typing import Any
from urllib.parse import quote

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from certificates.designs import draw_register
from certificates.designs.register_book import HEADER
from certificates.register import queries, services
from certificates.register.access import ISSUE, READ, book_to_read, certificate_to_end, certificate_to_see
from certificates.register.forms import EndForm, RevokeForm
from lms import audit, clock
from lms.access import current_account, may, requires, scopes, signed_in
from lms.errors import Refused
from lms.pages import paginate, send_xlsx

blueprint = Blueprint("certificates", __name__, template_folder="../templates")


@blueprint.get("/certificates")
@signed_in
def mine() -> str:
    """The certificates of the person signed in."""
    person_id = current_account().person_id
    return render_template("certificates/mine.html", rows=queries.certificates_of(person_id) if person_id else [])


@blueprint.get("/certificates/<code>.pdf")
@signed_in
def pdf(code: str) -> Response:
    """The certificate as a PDF: one's own, or one within the scope."""
    certificate = certificate_to_see(code)
    name = quote(f"Giấy chứng nhận {certificate.number_text.replace('/', '-')}.pdf")
    response = Response(queries.pdf_of(certificate), mimetype="application/pdf")
    response.headers["Content-Disposition"] = f"inline; filename*=UTF-8''{name}"
    return response


@blueprint.get("/register")
@requires(READ)
def register() -> str:
    """The lines of the books within the scope, with a search."""
    books = queries.books(scopes(READ))
    wanted = {name: request.args.get(name, "") for name in ("q", "status", "book")}
    chosen = [book.id for book in books if wanted["book"] in ("", str(book.id))]
    page = paginate(queries.register(chosen, wanted["q"], wanted["status"]))
    return render_template(
        "certificates/register.html", page=page, books=books, wanted=wanted, issuers=queries.issuers(),
        waiting=len(queries.missing()) if may(ISSUE) else 0,
    )  # fmt: skip


@blueprint.post("/register/issue-missing")
@requires(ISSUE)
def issue_missing() -> Any:
    """Issue everything that is due, as a job."""
    job_id = services.ask_for_missing(current_account().id)
    return redirect(url_for("lms_jobs.job", job_id=job_id))


@blueprint.get("/register/<code>")
@requires(READ)
def certificate(code: str) -> str:
    """One line of the register with its history, and the forms that end it."""
    found = certificate_to_see(code)
    return render_template(
        "certificates/certificate.html", found=found, facts=found.facts, after=queries.replaced_by(found),
        revoke_form=RevokeForm(on=clock.today(), formdata=None), replace_form=EndForm(formdata=None),
        may_end=found.status == "issued" and may(ISSUE, found.book.issuer.unit), address=queries.address_of(found),
    )  # fmt: skip


@blueprint.post("/register/<code>/revoke")
@requires(ISSUE)
def revoke(code: str) -> Any:
    """Take a certificate back by a decision."""
    found = certificate_to_end(code)
    form = RevokeForm()
    if not form.validate():
        raise Refused(_("Give the number of the decision and the reason."))
    services.revoke(found.id, decision=form.decision.data, reason=form.reason.data, on=form.on.data, at=clock.now())
    flash(_("The certificate is revoked."), "success")
    return redirect(url_for("certificates.certificate", code=found.code))


@blueprint.post("/register/<code>/replace")
@requires(ISSUE)
def replace(code: str) -> Any:
    """Issue a new certificate in the place of one with an error."""
    found = certificate_to_end(code)
    form = EndForm()
    if not form.validate():
        raise Refused(_("Give the number of the decision and the reason."))
    new = services.replace(found.id, decision=form.decision.data, reason=form.reason.data, at=clock.now())
    flash(_("The certificate is replaced; this is the new one."), "success")
    return redirect(url_for("certificates.certificate", code=new))


@blueprint.get("/register/books/<int:book_id>.pdf")
@requires(READ)
def print_book(book_id: int) -> Response:
    """The book as a PDF, for printing and sealing."""
    book = book_to_read(book_id)
    data = draw_register(book.issuer.name, book.year, queries.lines(book), queries.font_folder())
    audit.record_reading("certificates.export_register", f"book:{book_id}", kind="pdf")
    return Response(data, mimetype="application/pdf")


@blueprint.get("/register/books/<int:book_id>.xlsx")
@requires(READ)
def export_book(book_id: int) -> Response:
    """The book as a spreadsheet."""
    book = book_to_read(book_id)
    rows = (line.cells() for line in queries.lines(book))
    response = send_xlsx(f"So cap {book.issuer.code} {book.year}.xlsx", str(book.year), HEADER, rows)
    audit.record_reading("certificates.export_register", f"book:{book_id}", kind="xlsx")
    return response
