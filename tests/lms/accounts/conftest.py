"""Somebody with a password, and a sign-in as a browser makes it."""

from datetime import datetime

import pytest

from lms import clock
from lms.accounts.models import Account
from lms.accounts.passwords import hash_password
from lms.accounts.services import sign_in
from lms.db import db, transaction
from tests.conftest import Cast

PASSWORD = "dân vận khéo 1949"


@pytest.fixture
def cast(cast: Cast) -> Cast:
    """The cast; An, Hoa and Cường have the password PASSWORD."""
    hashed = hash_password(PASSWORD)
    with transaction() as session:
        for who in ("an", "hoa", "cuong"):
            session.get_one(Account, cast.accounts[who].id).password_hash = hashed
    return cast


def enter(username: str, password: str = PASSWORD, *, address: str = "10.0.0.1", at: datetime | None = None) -> str:
    """Signs in; the token that the cookie would hold."""
    return sign_in(username, password, address=address, browser="tests", at=at or clock.now())


def account_of(cast: Cast, who: str) -> Account:
    return db.session.get_one(Account, cast.accounts[who].id, populate_existing=True)
