"""Pages for oneself (sign in, password, activation) and for those who manage accounts."""

from io import BytesIO
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, send_file, session, url_for
from flask_babel import gettext as _
from flask_login import current_user, login_user, logout_user

from lms import clock
from lms.access import current_account, public, requires, scopes, signed_in, top_units, unit_to
from lms.accounts import queries, services
from lms.accounts.access import MANAGE, RESET, account_to_manage, account_to_reset, grant_to_withdraw
from lms.accounts.forms import ROLE_NAMES, ActivationForm, LoginForm, PasswordForm, RoleForm
from lms.accounts.sessions import load
from lms.accounts.slips import qr, sheets
from lms.errors import Refused
from lms.pages import limiter, paginate
from lms.pages.addresses import here_or

blueprint = Blueprint("lms_accounts", __name__, template_folder="templates")

# A whole office may sign in behind one address in one minute; a machine that guesses is slower than that.
by_address = limiter.shared_limit("300 per minute", "sign-in", methods=["POST"])


def _enter(token: str) -> Any:
    """Puts the token in a fresh cookie and goes where the person wanted to go, if that is here."""
    session.clear()
    login_user(load(token))
    return _onward()


def _onward() -> Any:
    """On to where the person wanted to go; first to the privacy notice, where this wording was not shown yet."""
    if current_account().privacy_version != services.PRIVACY_VERSION:
        return redirect(url_for("lms_accounts.notice", next=request.args.get("next")))
    return redirect(here_or(request.args.get("next", ""), url_for("lms_pages.home")))


def _whence() -> dict[str, str]:
    return {"address": request.remote_addr or "", "browser": request.user_agent.string}


@blueprint.route("/login", methods=["GET", "POST"])
@public
@by_address
def login() -> Any:
    """Sign in with name and password."""
    if current_user.is_authenticated:
        return redirect(url_for("lms_pages.home"))
    form = LoginForm()
    if form.validate_on_submit():
        try:
            return _enter(services.sign_in(form.username.data, form.password.data, at=clock.now(), **_whence()))
        except Refused as refusal:
            form.password.errors = [str(refusal)]
    return render_template("lms/login.html", form=form), 422 if form.errors else 200


@blueprint.post("/logout")
@signed_in
def logout() -> Any:
    """Ends this browser's sign-in."""
    services.sign_out(current_user.sign_in_id)
    logout_user()
    session.clear()
    return redirect(url_for("lms_accounts.login"))


@blueprint.route("/activate", methods=["GET", "POST"])
@public
@by_address
def activate() -> Any:
    """Use the code on an activation slip: choose a password and be signed in."""
    form = ActivationForm(code=request.args.get("code", ""))
    if form.validate_on_submit():
        try:
            return _enter(services.activate(form.code.data, form.new.data, at=clock.now(), **_whence()))
        except Refused as refusal:
            form.code.errors = [str(refusal)]
    return render_template("lms/activate.html", form=form), 422 if form.errors else 200


@blueprint.route("/password", methods=["GET", "POST"])
@signed_in
def password() -> Any:
    """Change one's own password; see and end one's other sign-ins."""
    form = PasswordForm()
    account = current_account()
    if form.validate_on_submit():
        try:
            services.change_password(account.id, form.old.data, form.new.data, keep_sign_in=current_user.sign_in_id)
        except Refused as refusal:
            form.new.errors = [str(refusal)]
        else:
            flash(_("The password is changed. Other browsers are signed out."), "success")
            return _onward()
    sign_ins = queries.open_sign_ins(account.id, clock.now())
    page = render_template("lms/password.html", form=form, sign_ins=sign_ins, here=current_user.sign_in_id)
    return page, 422 if form.errors else 200


@blueprint.route("/privacy/notice", methods=["GET", "POST"])
@signed_in
def notice() -> Any:
    """The privacy notice at the first sign-in, and when its wording has changed: that it was shown is kept."""
    if request.method == "POST":
        services.note_privacy(current_account().id, clock.now())
        return redirect(here_or(request.args.get("next", ""), url_for("lms_pages.home")))
    return render_template("lms/privacy.html", version=services.PRIVACY_VERSION, first=True)


@blueprint.get("/privacy")
@public
def privacy() -> str:
    """What is kept of people, why, and for how long."""
    return render_template("lms/privacy.html", version=services.PRIVACY_VERSION)


@blueprint.get("/accounts")
@requires(RESET)
def accounts() -> str:
    """Accounts within the scope, with a search."""
    search = request.args.get("q", "")
    page = paginate(queries.accounts_in(scopes(RESET), clock.today(), search))
    return render_template("lms/accounts.html", page=page, search=search, units=top_units(RESET))


@blueprint.get("/accounts/<int:account_id>")
@requires(RESET)
def account(account_id: int) -> str:
    """One account: state, roles, and what can be done."""
    found = account_to_reset(account_id)
    form = RoleForm(valid_from=clock.today())
    roles = queries.roles_of(found.id)
    return render_template("lms/account.html", found=found, form=form, roles=roles, role_names=ROLE_NAMES)


@blueprint.post("/accounts/<int:account_id>/roles")
@requires(MANAGE)
def grant(account_id: int) -> Any:
    """Give a role over a unit of one's own scope."""
    found = account_to_manage(account_id)
    form = RoleForm()
    if not form.validate():
        raise Refused(_("Fill in the role, the unit code and the first day."))
    unit = unit_to(MANAGE, form.unit.data)
    services.grant_role(found.id, form.role.data, unit.id, form.valid_from.data, form.valid_to.data, clock.now())
    flash(_("The role is given."), "success")
    return redirect(url_for("lms_accounts.account", account_id=found.id))


@blueprint.post("/roles/<int:grant_id>/withdraw")
@requires(MANAGE)
def withdraw(grant_id: int) -> Any:
    """Take a role back."""
    found = grant_to_withdraw(grant_id)
    services.withdraw_role(found.id, clock.now())
    flash(_("The role is withdrawn."), "success")
    return redirect(url_for("lms_accounts.account", account_id=found.account_id))


@blueprint.post("/accounts/<int:account_id>/enabled")
@requires(MANAGE)
def enabled(account_id: int) -> Any:
    """Disable an account, or enable it again."""
    found = account_to_manage(account_id)
    services.set_enabled(found.id, request.form.get("enabled") == "1", clock.now())
    flash(_("Saved."), "success")
    return redirect(url_for("lms_accounts.account", account_id=found.id))


@blueprint.post("/accounts/<int:account_id>/slip")
@requires(RESET)
def slip(account_id: int) -> Any:
    """A new activation slip for one person, to print now: the code is shown only this once."""
    found = account_to_reset(account_id)
    if found.person_id is None:
        raise Refused(_("Only accounts of people in posts have slips."))
    return render_template("lms/slips.html", slips=services.issue_slips([found.person_id], clock.now()), qr=qr)


@blueprint.post("/accounts/slips")
@requires(RESET)
def slips() -> Any:
    """Slips for everybody in a unit who has not activated an account, to print now."""
    unit = unit_to(RESET, request.form.get("unit", "").strip())
    people = queries.waiting_for_slips(unit, clock.today(), scopes(MANAGE))
    if not people:
        raise Refused(_("Everybody in this unit has an account already."))
    made = services.issue_slips(people, clock.now())
    if "pdf" in request.form:
        return send_file(BytesIO(sheets(made)), "application/pdf", download_name=f"phieu-kich-hoat-{unit.code}.pdf")
    return render_template("lms/slips.html", slips=made, qr=qr)
