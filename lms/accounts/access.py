"""Obtaining accounts, with the check."""

from flask import abort

from lms import clock
from lms.access import scopes
from lms.accounts.models import Account, RoleGrant
from lms.accounts.queries import accounts_in, holds_role_outside
from lms.db import db


def account_to_manage(account_id: int) -> Account:
    """The account, or 404 when its person and roles lie outside the manager's scope.

    403 when it also holds a role outside: whoever could print its slip would take that role over.
    """
    query = accounts_in(scopes("lms.manage_accounts"), clock.today()).where(Account.id == account_id)
    account: Account | None = db.session.scalar(query)
    if account is None:
        abort(404)
    if db.session.scalar(holds_role_outside(scopes("lms.manage_accounts"), clock.today(), account.id)):
        abort(403)
    return account


def grant_to_withdraw(grant_id: int) -> RoleGrant:
    """The role, or 404 when its unit lies outside the manager's scope."""
    grant = db.session.get(RoleGrant, grant_id)
    if grant is None or not any(grant.unit.path.startswith(path) for path in scopes("lms.manage_accounts")):
        abort(404)
    return grant
