"""Between Flask-Login and the sign-in table: the cookie carries a random token, never an account's id."""

import hashlib
from dataclasses import dataclass

from flask_login import LoginManager, UserMixin
from sqlalchemy import select

from lms import clock
from lms.accounts.models import Account, SignIn
from lms.db import db

login_manager = LoginManager()


@dataclass
class Visitor(UserMixin):
    """Who is signed in on this browser."""

    account: Account
    token: str
    sign_in_id: int

    def get_id(self) -> str:
        return self.token


def token_hash(token: str) -> str:
    """What the table keeps of a token or code: a stolen copy of the table opens nothing."""
    return hashlib.sha256(token.encode()).hexdigest()


@login_manager.user_loader  # type: ignore[untyped-decorator]
def load(token: str) -> Visitor | None:
    """The visitor behind a cookie; None once the sign-in has ended or the account is disabled."""
    query = select(SignIn).where(SignIn.token_hash == token_hash(token), SignIn.ends_at > clock.now())
    sign_in = db.session.scalar(query)
    if sign_in is None or sign_in.account.disabled_at is not None:
        return None
    return Visitor(sign_in.account, token, sign_in.id)
