"""Obtaining accounts, with the check."""

from flask import abort

from lms import clock
from lms.access import scopes
from lms.accounts.models import Account, RoleGrant
from lms.accounts.queries import accounts_in, holds_role_outside
from lms.db import db

MANAGE = "lms.manage_accounts"
RESET = "lms.reset_access"


def account_to_manage(account_id: int) -> Account:
    """The account, or 404 when its person and roles lie outside the scope; 403 when it also holds a role outside."""
    return _account(account_id, MANAGE)


def account_to_reset(account_id: int) -> Account:
    """The account of one of one's own people, or 404; 403 when it holds a role that one could not have given.

    Whoever prints a slip could take over what its account may do.
    """
    return _account(account_id, RESET)


def _account(account_id: int, permission: str) -> Account:
    query = accounts_in(scopes(permission), clock.today()).where(Account.id == account_id)
    account: Account | None = db.session.scalar(query)
    if account is None:
        abort(404)
    if db.session.scalar(holds_role_outside(scopes(MANAGE), clock.today(), account.id)):
        abort(403)
    return account


def grant_to_withdraw(grant_id: int) -> RoleGrant:
    """The role, or 404 when its unit lies outside the manager's scope."""
    grant = db.session.get(RoleGrant, grant_id)
    if grant is None or not any(grant.unit.path.startswith(path) for path in scopes(MANAGE)):
        abort(404)
    return grant
