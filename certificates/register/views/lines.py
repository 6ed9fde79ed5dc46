"""One's own certificates, the books, a certificate and what can be done with it."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from certificates.batches.queries import waiting_by_issuer
from certificates.designs import draw_register
from certificates.designs.register_book import HEADER
from certificates.register import queries, services
from certificates.register.access import ISSUE, READ, book_to_read, certificate_to_end, certificate_to_see
from certificates.register.forms import REASONS, ReasonForm, ReplaceForm, RevokeForm
from certificates.register.models import Certificate
from certificates.register.views.forms_page import form_page
from certificates.signing.queries import Signature, signature_of, signatures_by_code
from lms import audit, clock
from lms.access import may, requires, scopes, signed_in, visitor
from lms.pages import paginate, send_xlsx

blueprint = Blueprint("certificates", __name__, template_folder="../templates")


@blueprint.get("/certificates")
@signed_in
def mine() -> str:
    """The certificates of the person signed in."""
    person_id = visitor().person_id
    rows = queries.certificates_of(person_id) if person_id else []
    return render_template("certificates/mine.html", rows=rows, signatures=_signatures(rows), today=clock.today())


def _signatures(rows: Sequence[Certificate]) -> dict[str, Signature]:
    return signatures_by_code((row.code, row.facts) for row in rows)


@blueprint.get("/certificates/<code>.pdf")
@signed_in
def pdf(code: str) -> Response:
    """The certificate as a PDF: one's own, or one within the scope."""
    certificate = certificate_to_see(code)
    unsigned = " (chưa ký)" if signature_of(code, certificate.facts).waits else ""
    name = quote(f"Giấy chứng nhận {certificate.number_text.replace('/', '-')}{unsigned}.pdf")
    response = Response(queries.pdf_of(certificate), mimetype="application/pdf")
    response.headers["Content-Disposition"] = f"inline; filename*=UTF-8''{name}"
    return response


@blueprint.get("/certificates/<code>.<any(json, jwt):kind>")
@signed_in
def credential(code: str, kind: str) -> Response:
    """The certificate as an Open Badge: one's own, or one within the scope; 404 for papers from before there were."""
    found = certificate_to_see(code)
    data = queries.credential_of(found) if kind == "json" else queries.jwt_of(found)
    response = Response(data or abort(404), mimetype="application/ld+json" if kind == "json" else "application/jwt")
    name = quote(f"Giấy chứng nhận {found.number_text.replace('/', '-')}.{kind}")
    response.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{name}"
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
        "certificates/register.html", page=page, signatures=_signatures(page.rows), books=books, wanted=wanted,
        issuers=queries.issuers(),
        waiting=len(queries.missing(paths=scopes(ISSUE))) if may(ISSUE) else 0,
        drafts=queries.count_drafts(scopes(ISSUE)),
        to_sign=waiting_by_issuer(queries.issuers_in(scopes(ISSUE))), root=queries.last_root(), today=clock.today(),
    )  # fmt: skip


@blueprint.get("/register/<code>")
@requires(READ)
def certificate(code: str) -> str:
    """One line of the register with its history, and what can be done with it."""
    found = certificate_to_see(code)
    return render_template(
        "certificates/certificate.html", found=found, facts=found.facts, after=queries.replaced_by(found),
        may_end=found.status == "issued" and may(ISSUE, found.issuer.unit), address=queries.address_of(found),
        signature=signature_of(found.code, found.facts),
        reasons={choice.value: choice.label for choice in REASONS}, today=clock.today(),
    )  # fmt: skip


def _crumbs(found: Certificate) -> list[tuple[object, str]]:
    return [
        (_("Register of certificates"), url_for("certificates.register")),
        (found.number_text, url_for("certificates.certificate", code=found.code)),
    ]


@blueprint.route("/register/<code>/revoke", methods=["GET", "POST"])
@requires(ISSUE)
def revoke(code: str) -> Any:
    """Take a certificate back by a decision."""
    found = certificate_to_end(code)
    form = RevokeForm(on=clock.today())
    if form.validate_on_submit():
        services.revoke(
            found.id, decision=form.decision.data, decided_on=form.decided_on.data, reason=form.reason.data,
            reason_class=form.reason_class.data, on=form.on.data, at=clock.now(),
        )  # fmt: skip
        flash(_("The certificate is revoked."), "success")
        return redirect(url_for("certificates.certificate", code=found.code))
    intro = _("By a written decision; it is sent to the holder. The number stays used.")
    return form_page(form, _("Revoke this certificate"), submit=_("Revoke"), intro=intro, crumbs=_crumbs(found))


@blueprint.route("/register/<code>/replace", methods=["GET", "POST"])
@requires(ISSUE)
def replace(code: str) -> Any:
    """Issue a new certificate in the place of one with an error."""
    found = certificate_to_end(code)
    form = ReplaceForm()
    if form.validate_on_submit():
        new = services.replace(
            found.id, decision=form.decision.data, decided_on=form.decided_on.data, reason=form.reason.data,
            at=clock.now(),
        )  # fmt: skip
        flash(_("The certificate is replaced; this is the new one."), "success")
        return redirect(url_for("certificates.certificate", code=new))
    intro = _("Correct the person's record first. The new certificate gets a new number; this one is no longer valid.")
    title = _("Replace it: the name or birth was wrong")
    return form_page(form, title, submit=_("Replace"), intro=intro, crumbs=_crumbs(found))


@blueprint.route("/register/<code>/void", methods=["GET", "POST"])
@requires(ISSUE)
def void(code: str) -> Any:
    """Void a certificate that was never handed out."""
    found = certificate_to_end(code)
    form = ReasonForm()
    if form.validate_on_submit():
        services.void(found.id, reason=form.reason.data, at=clock.now())
        flash(_("The certificate is voided; the completion is due again."), "success")
        return redirect(url_for("certificates.certificate", code=found.code))
    intro = _("For a misprint or a spoiled form that was never handed out. The number stays used; a new one is issued.")
    return form_page(form, _("Void this certificate"), submit=_("Void"), intro=intro, crumbs=_crumbs(found))


@blueprint.get("/register/books/<int:book_id>.pdf")
@requires(READ)
def print_book(book_id: int) -> Response:
    """The book as a PDF, for printing and sealing."""
    book = book_to_read(book_id)
    data = draw_register(
        book.issuer.name, book.title, queries.lines(book), queries.font_folder(), queries.root_words()
    )  # fmt: skip
    audit.record_reading("certificates.export_register", f"book:{book_id}", kind="pdf")
    return Response(data, mimetype="application/pdf")


@blueprint.get("/register/books/<int:book_id>.xlsx")
@requires(READ)
def export_book(book_id: int) -> Response:
    """The book as a spreadsheet."""
    book = book_to_read(book_id)
    rows = [*(line.cells() for line in queries.lines(book)), [], ["", queries.root_words()]]
    response = send_xlsx(f"So cap {book.issuer.code} {book.name}.xlsx", book.name, HEADER, rows)
    audit.record_reading("certificates.export_register", f"book:{book_id}", kind="xlsx")
    return response
