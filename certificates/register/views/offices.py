"""Issuers and their office: papers, signers, books, decisions, blank forms."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext as _

from certificates.register import queries
from certificates.register.access import (
    ISSUE,
    MANAGE,
    READ,
    issuer_to_manage,
    issuer_to_read,
    issuer_to_serve,
    signer_to_withdraw,
    stock_to_withdraw,
)
from certificates.register.forms import (
    BookForm,
    IssuerForm,
    NewDecisionForm,
    NewIssuerForm,
    SignerForm,
    StockForm,
    values_of,
)
from certificates.register.models import Issuer
from certificates.register.services import offices
from certificates.register.views.forms_page import form_page
from lms import clock
from lms.access import current_account, may, requires, scopes, unit_to

blueprint = Blueprint("certificates_offices", __name__, url_prefix="/register/issuers", template_folder="../templates")


def _crumbs(issuer: Issuer | None = None) -> list[tuple[object, str]]:
    crumbs = [(_("Register of certificates"), url_for("certificates.register"))]
    crumbs.append((_("Issuers"), url_for("certificates_offices.issuers")))
    return [*crumbs, (issuer.name, url_for("certificates_offices.issuer", code=issuer.code))] if issuer else crumbs


def _done(issuer: Issuer, sentence: str) -> Any:
    flash(sentence, "success")
    return redirect(url_for("certificates_offices.issuer", code=issuer.code))


@blueprint.get("")
@requires(READ)
def issuers() -> str:
    """The issuers within the scope."""
    found = queries.issuers_in(scopes(READ))
    return render_template("certificates/issuers.html", issuers=found, crumbs=_crumbs()[:1])


@blueprint.get("/<code>")
@requires(READ)
def issuer(code: str) -> str:
    """An issuer with its signers, books, decisions and blank forms."""
    found = issuer_to_read(code)
    return render_template(
        "certificates/issuer.html", found=found, office=queries.office(found), crumbs=_crumbs(),
        may_manage=may(MANAGE, found.unit), may_issue=may(ISSUE, found.unit),
    )  # fmt: skip


@blueprint.route("/new", methods=["GET", "POST"])
@requires(MANAGE)
def new() -> Any:
    """Add an issuer for a unit of one's own scope."""
    form = NewIssuerForm()
    if form.validate_on_submit():
        unit = unit_to(MANAGE, form.unit.data)
        offices.add_issuer(unit_id=unit.id, **values_of(form, "unit"))
        flash(_("The issuer is added."), "success")
        return redirect(url_for("certificates_offices.issuer", code=form.code.data))
    return form_page(form, _("Add an issuer"), submit=_("Add"), crumbs=_crumbs())


@blueprint.route("/<code>/edit", methods=["GET", "POST"])
@requires(MANAGE)
def edit(code: str) -> Any:
    """Change what future certificates print; what is issued stays as it is."""
    found = issuer_to_manage(code)
    form = IssuerForm(obj=found)
    if form.validate_on_submit():
        offices.change_issuer(found.id, **values_of(form))
        return _done(found, _("The issuer is changed; certificates that are issued stay as they are."))
    return form_page(form, _("Change the issuer"), submit=_("Save"), crumbs=_crumbs(found))


@blueprint.route("/<code>/signers/new", methods=["GET", "POST"])
@requires(MANAGE)
def new_signer(code: str) -> Any:
    """Somebody signs from a day on."""
    found = issuer_to_manage(code)
    form = SignerForm(valid_from=clock.today())
    if form.validate_on_submit():
        offices.add_signer(found.id, at=clock.now(), **values_of(form))
        return _done(found, _("The signer is added."))
    return form_page(form, _("Add a signer"), submit=_("Add"), crumbs=_crumbs(found))


@blueprint.post("/signers/<int:signer_id>/withdraw")
@requires(MANAGE)
def withdraw_signer(signer_id: int) -> Any:
    """Take back a signer who was entered by mistake."""
    signer, found = signer_to_withdraw(signer_id)
    offices.withdraw_signer(signer.id, clock.now())
    return _done(found, _("The signer is withdrawn."))


@blueprint.route("/<code>/books/new", methods=["GET", "POST"])
@requires(MANAGE)
def new_book(code: str) -> Any:
    """Open a book of a term, or one that goes on where a book on paper stands."""
    found = issuer_to_manage(code)
    form = BookForm(number_pattern=found.number_pattern)
    if form.validate_on_submit():
        offices.open_book(found.id, **values_of(form))
        return _done(found, _("The book is open."))
    return form_page(form, _("Open a book"), submit=_("Open"), crumbs=_crumbs(found))


@blueprint.route("/<code>/decisions/new", methods=["GET", "POST"])
@requires(ISSUE)
def new_decision(code: str) -> Any:
    """Write down a decision that certificates rest on."""
    found = issuer_to_serve(code)
    form = NewDecisionForm()
    if form.validate_on_submit():
        offices.record_decision(
            found.id, number=form.decision.data, decided_on=form.decided_on.data, text=form.text.data, at=clock.now()
        )
        return _done(found, _("The decision is recorded."))
    return form_page(form, _("Record a decision"), submit=_("Add"), crumbs=_crumbs(found))


@blueprint.route("/<code>/stock/new", methods=["GET", "POST"])
@requires(ISSUE)
def new_stock(code: str) -> Any:
    """Blank forms came, were used or were spoiled."""
    found = issuer_to_serve(code)
    form = StockForm(moved_on=clock.today())
    if form.validate_on_submit():
        offices.move_stock(found.id, account_id=current_account().id, at=clock.now(), **values_of(form))
        return _done(found, _("The stock is recorded."))
    return form_page(form, _("Blank forms"), submit=_("Add"), crumbs=_crumbs(found))


@blueprint.post("/stock/<int:move_id>/withdraw")
@requires(ISSUE)
def withdraw_stock(move_id: int) -> Any:
    """Take back a wrong entry of the stock."""
    move, found = stock_to_withdraw(move_id)
    offices.withdraw_stock(move.id, clock.now())
    return _done(found, _("The entry is withdrawn."))
