"""Between Flask-Login and the sign-in table: the cookie carries a random token, never an account's id."""

import hashlib
from dataclasses import dataclass
from functools import cached_property

from flask_login import LoginManager, UserMixin
from sqlalchemy import bindparam, select

from lms import clock
from lms.accounts.models import Account, SignIn
from lms.db import db

login_manager = LoginManager()


@dataclass
class Visitor(UserMixin):
    """Who is signed in on this browser: what every request asks of an account; `account` is the whole of it."""

    sign_in_id: int
    account_id: int
    username: str
    name: str
    person_id: int | None
    language: str
    must_change_password: bool
    token: str = ""

    @cached_property
    def account(self) -> Account:
        """Read when it is first asked for."""
        return db.session.get_one(Account, self.account_id)

    def get_id(self) -> str:
        return self.token


def token_hash(token: str) -> str:
    """What the table keeps of a token or code: a stolen copy of the table opens nothing."""
    return hashlib.sha256(token.encode()).hexdigest()


# Every request of every visitor asks it: put together once.
_SIGN_IN, _ACCOUNT = SignIn.__table__.c, Account.__table__.c
_LOOK_UP = (
    select(_SIGN_IN.id, *(_ACCOUNT[name] for name in
           ("id", "username", "name", "person_id", "language", "must_change_password")))
    .join(Account.__table__, _ACCOUNT.id == _SIGN_IN.account_id)
    .where(_SIGN_IN.token_hash == bindparam("hash"), _SIGN_IN.ends_at > bindparam("now"))
    .where(_ACCOUNT.disabled_at.is_(None))
)  # fmt: skip


@login_manager.user_loader  # type: ignore[untyped-decorator]
def load(token: str) -> Visitor | None:
    """The visitor behind a cookie; None once the sign-in has ended or the account is disabled."""
    row = db.session.connection().execute(_LOOK_UP, {"hash": token_hash(token), "now": clock.now()}).first()
    return Visitor(*row, token) if row else None
