"""Passwords (argon2id) and the codes of activation slips."""

import secrets

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from flask import current_app
from flask_babel import gettext as _

from lms.accounts.models import Account
from lms.errors import Refused
from lms.text import fold

MINIMUM = 10
# No letters or digits that are mistaken for one another on paper.
_ALPHABET = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
_hasher = PasswordHasher()
# Verified against when there is no such account, or one without a password yet, so that the answer takes as long.
_NOBODY = _hasher.hash(secrets.token_hex(16))


def hash_password(password: str) -> str:
    """An argon2id hash; cheap in tests, where thousands are made."""
    if current_app.testing:
        return PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(password)
    return _hasher.hash(password)


def fits(account: Account | None, password: str) -> bool:
    """Whether the password is the account's; takes as long when there is no account or none is set."""
    kept = account.password_hash if account else ""
    try:
        return _hasher.verify(kept or _NOBODY, password) and kept != ""
    except (VerificationError, InvalidHashError):
        return False


def check_strength(password: str, account: Account) -> None:
    """Raises Refused for a password that is short, all digits (a telephone, a birthday), or the account's own name."""
    if len(password) < MINIMUM:
        raise Refused(_("The password must have at least %(count)s characters.", count=MINIMUM))
    plain = fold(password).replace(" ", "")
    own = account.username in plain and len(plain) - len(account.username) < MINIMUM
    if own or plain in fold(account.name).replace(" ", ""):
        raise Refused(_("The password must not be your name or sign-in name."))
    if password.isdecimal():
        raise Refused(_("The password must not be digits only: telephone numbers and birthdays are guessed first."))
    if len(set(password)) < 4:
        raise Refused(_("The password repeats too few characters."))


def new_code() -> str:
    """A code for an activation slip: three groups of four, about 59 bits."""
    letters = "".join(secrets.choice(_ALPHABET) for _ in range(12))
    return f"{letters[:4]}-{letters[4:8]}-{letters[8:]}"


def plain_code(typed: str) -> str:
    """A code as it was meant, however it was typed: capitals, without spaces and dashes."""
    return "".join(c for c in typed.upper() if c.isalnum())
