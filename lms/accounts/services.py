"""Signing in and out, passwords, activation slips, roles."""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from flask import current_app
from flask_babel import gettext as _
from sqlalchemy import ColumnElement, delete, func, or_, select, update
from sqlalchemy.orm import Session

from lms import audit
from lms.accounts.models import Account, RoleGrant, SignIn, SignInFailure
from lms.accounts.passwords import check_strength, fits, hash_password, new_code, plain_code
from lms.accounts.sessions import token_hash
from lms.clock import day_of
from lms.db import db, transaction
from lms.errors import Refused
from lms.organisation.models import Appointment, Person, Post, Unit
from lms.organisation.queries import in_force
from lms.plugins import ROLES

SLIP_DAYS = 30
# The notice at /privacy; a new wording gets a new version, and what people were shown stays known.
PRIVACY_VERSION = "2026-12"


def sign_in(username: str, password: str, *, address: str, browser: str, at: datetime) -> str:
    """Opens a sign-in and returns its token. Raises Refused for a wrong name or password, or while locked.

    The sentence is the same for a wrong name and a wrong password. Verifying takes its time outside the transaction.
    """
    username = username.strip().lower()
    _check_lock(username, address, at)
    account = db.session.scalar(select(Account).where(Account.username == username))
    right = fits(account, password)
    if not right or account is None or account.disabled_at is not None:
        with transaction() as session:
            session.add(SignInFailure(username=username[:120], address=address, at=at))
            audit.record("lms.sign_in_failed", f"account:{account.id}" if account else "account:", actor="stranger")
        raise Refused(_("The sign-in name or the password is not right."))
    return _open(account.id, address, browser, at)


def _check_lock(username: str, address: str, at: datetime) -> None:
    conf = current_app.config
    since = at - timedelta(minutes=conf["LOCK_MINUTES"])
    bounds = (
        (SignInFailure.username == username, conf["LOCK_AFTER_ACCOUNT"]),
        (SignInFailure.address == address, conf["LOCK_AFTER_ADDRESS"]),
    )
    for same, bound in bounds:
        count = db.session.scalar(select(func.count(SignInFailure.id)).where(same, SignInFailure.at > since)) or 0
        if count >= bound:
            minutes = conf["LOCK_MINUTES"]
            raise Refused(_("Too many wrong attempts. Wait %(minutes)s minutes, then try again.", minutes=minutes))


def _open(account_id: int, address: str, browser: str, at: datetime) -> str:
    token = secrets.token_urlsafe(32)
    with transaction() as session:
        account = session.get_one(Account, account_id)
        session.add(
            SignIn(
                token_hash=token_hash(token), account_id=account.id, created_at=at, address=address,
                browser=browser[:200], ends_at=at + timedelta(hours=current_app.config["SESSION_HOURS"]),
            )
        )  # fmt: skip
        session.execute(delete(SignInFailure).where(SignInFailure.username == account.username))
        session.execute(delete(SignInFailure).where(SignInFailure.at < at - timedelta(days=1)))
        session.execute(delete(SignIn).where(SignIn.ends_at < at))
        audit.record("lms.sign_in", f"account:{account.id}", actor=account.username)
    return token


def sign_out(sign_in_id: int) -> None:
    """Ends one sign-in; ending it twice does nothing."""
    with transaction() as session:
        session.execute(delete(SignIn).where(SignIn.id == sign_in_id))


def change_password(account_id: int, old: str, new: str, *, keep_sign_in: int) -> None:
    """Sets a new password and ends every other sign-in. Raises Refused when the old one is wrong or the new weak."""
    account = db.session.get_one(Account, account_id)
    if not fits(account, old):
        raise Refused(_("The present password is not right."))
    check_strength(new, account)
    hashed = hash_password(new)
    with transaction() as session:
        session.execute(
            update(Account).where(Account.id == account_id).values(password_hash=hashed, must_change_password=False)
        )
        session.execute(delete(SignIn).where(SignIn.account_id == account_id, SignIn.id != keep_sign_in))
        audit.record("lms.change_password", f"account:{account_id}")


@dataclass(frozen=True)
class Slip:
    """What is printed on an activation slip; the code exists nowhere else."""

    name: str
    username: str
    code: str
    ends_at: datetime
    unit: str


def issue_slips(person_ids: Iterable[int], at: datetime) -> list[Slip]:
    """A slip for each person, whose account is made if there is none; an older slip stops working.

    The present password, if any, works until the slip is used.
    """
    slips = []
    with transaction() as session:
        people = session.scalars(
            select(Person)
            .where(Person.id.in_(list(person_ids)), Person.anonymised_at.is_(None))
            .order_by(Person.sort_key, Person.id)
        ).all()
        accounts = {
            a.person_id: a
            for a in session.scalars(select(Account).where(Account.person_id.in_([p.id for p in people])))
        }
        units = _units_of(session, [p.id for p in people], day_of(at))
        for person in people:
            account = accounts.get(person.id)
            if account is None:
                account = Account(username=person.code.lower(), name=person.name, person_id=person.id, created_at=at)
                session.add(account)
            code = new_code()
            account.activation_hash = token_hash(plain_code(code))
            account.activation_ends_at = at + timedelta(days=SLIP_DAYS)
            unit = units.get(person.id, "")
            slips.append(Slip(person.name, account.username, code, account.activation_ends_at, unit))
        session.flush()
        audit.record("lms.issue_slips", "accounts", people=[p.id for p in people])
    return slips


def _units_of(session: Session, people: list[int], on: date) -> dict[int, str]:
    """The unit on whose sheet each person's slip stands: that of the first post held on that day."""
    query = (
        select(Appointment.person_id, Unit.name)
        .join(Post, Post.id == Appointment.post_id)
        .join(Unit, Unit.id == Post.unit_id)
        .where(Appointment.person_id.in_(people), in_force(Appointment, on))
        .order_by(Appointment.id.desc())
    )
    return {person: name for person, name in session.execute(query)}


def activate(code: str, password: str, *, address: str, browser: str, at: datetime) -> str:
    """Uses a slip: sets the password, opens a sign-in and returns its token. Raises Refused; a slip works once.

    The page that calls this shows the privacy notice: its version and this moment are kept.
    """
    _check_lock("", address, at)
    hashed_code = token_hash(plain_code(code))
    account = db.session.scalar(
        select(Account).where(Account.activation_hash == hashed_code, Account.activation_ends_at > at)
    )
    if account is None or account.disabled_at is not None:
        with transaction() as session:
            session.add(SignInFailure(username="(activation)", address=address, at=at))
        raise Refused(_("This code is not right, was used already, or has expired. Ask for a new slip."))
    check_strength(password, account)
    hashed = hash_password(password)
    with transaction() as session:
        used = session.execute(
            update(Account)
            .where(Account.id == account.id, Account.activation_hash == hashed_code)
            .values(
                password_hash=hashed,
                activation_hash="",
                activation_ends_at=None,
                must_change_password=False,
                privacy_version=PRIVACY_VERSION,
                privacy_seen_at=at,
            )
            .returning(Account.id)
        ).first()
        if used is None:
            raise Refused(_("This code is not right, was used already, or has expired. Ask for a new slip."))
        session.execute(delete(SignIn).where(SignIn.account_id == account.id))
        audit.record("lms.activate", f"account:{account.id}", actor=account.username, privacy=PRIVACY_VERSION)
    return _open(account.id, address, browser, at)


def note_privacy(account_id: int, at: datetime) -> None:
    """Whoever signed in was shown the privacy notice: its version and the moment are kept."""
    with transaction() as session:
        seen = {"privacy_version": PRIVACY_VERSION, "privacy_seen_at": at}
        session.execute(update(Account).where(Account.id == account_id).values(**seen))
        audit.record("lms.read_privacy_notice", f"account:{account_id}", privacy=PRIVACY_VERSION)


def add_account(username: str, name: str, password: str, *, must_change: bool, at: datetime,
                person_id: int | None = None) -> int:  # fmt: skip
    """A new account with a password; used by the command line and the demo. Raises Refused when the name is taken."""
    hashed = hash_password(password)
    with transaction() as session:
        if session.scalar(select(Account.id).where(Account.username == username.lower())):
            raise Refused(_("The sign-in name %(name)s is taken.", name=username))
        account = Account(
            username=username.lower(), name=name, password_hash=hashed, must_change_password=must_change, created_at=at,
            person_id=person_id,
        )  # fmt: skip
        session.add(account)
        session.flush()
        audit.record("lms.add_account", f"account:{account.id}", username=account.username)
        return account.id


def set_enabled(account_id: int, enabled: bool, at: datetime) -> None:
    """Disables an account, ending its sign-ins, or enables it again; what it did stays.

    Raises Refused for the last administrator of the whole tree.
    """
    with transaction() as session:
        account = session.get_one(Account, account_id)
        if not enabled:
            check_administrator_left(session, day_of(at), RoleGrant.account_id != account_id)
            session.execute(delete(SignIn).where(SignIn.account_id == account_id))
        account.disabled_at = None if enabled else at
        audit.record("lms.enable_account" if enabled else "lms.disable_account", f"account:{account_id}")


def grant_role(account_id: int, role: str, unit_id: int, valid_from: date, valid_to: date | None, at: datetime) -> int:
    """Gives a role over a unit's subtree from a day to a day (included). Raises Refused for a role we don't know."""
    if role not in ROLES:
        raise Refused(_("There is no such role."))
    if valid_to and valid_to < valid_from:
        raise Refused(_("The last day lies before the first."))
    with transaction() as session:
        grant = RoleGrant(
            account_id=account_id, role=role, unit_id=unit_id, valid_from=valid_from, valid_to=valid_to, recorded_at=at
        )
        session.add(grant)
        session.flush()
        audit.record("lms.grant_role", f"account:{account_id}", role=role, unit=unit_id, grant=grant.id)
        return grant.id


def withdraw_role(grant_id: int, at: datetime) -> None:
    """Takes a role back at once; the row stays. Raises Refused for the last administrator of the whole tree."""
    with transaction() as session:
        check_administrator_left(session, day_of(at), RoleGrant.id != grant_id)
        grant = session.get_one(RoleGrant, grant_id)
        grant.withdrawn_at = grant.withdrawn_at or at
        audit.record("lms.withdraw_role", f"account:{grant.account_id}", role=grant.role, unit=grant.unit_id)


def check_administrator_left(session: Session, on: date, others: ColumnElement[bool]) -> None:
    """Raises Refused when nobody but those that `others` leaves out administers the whole tree. Takes turns with
    others that ask: two administrators cannot remove each other at once."""
    query = (
        select(RoleGrant.id, others.label("stays"))
        .join(Unit, Unit.id == RoleGrant.unit_id)
        .join(Account, Account.id == RoleGrant.account_id)
        .where(RoleGrant.role == "administrator", Unit.parent_id.is_(None), Account.disabled_at.is_(None))
        .where(RoleGrant.withdrawn_at.is_(None), RoleGrant.valid_from <= on)
        .where(or_(RoleGrant.valid_to.is_(None), RoleGrant.valid_to >= on))
        .order_by(RoleGrant.id)
        .with_for_update(of=RoleGrant)
    )
    administrators = session.execute(query).all()
    if administrators and not any(row.stays for row in administrators):
        raise Refused(_("This is the last administrator: give the role to somebody else first."))
