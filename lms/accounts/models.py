"""Accounts, their open sign-ins, and the roles they hold."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.db import Code, Model
from lms.organisation.models import Person, Unit


class Account(Model):
    """A way to sign in. Most belong to a person; `username` is stored folded to lower case."""

    __tablename__ = "lms_account"

    username: Mapped[str] = mapped_column(Code, unique=True)
    name: Mapped[str]
    person_id: Mapped[int | None] = mapped_column(ForeignKey("lms_person.id"), unique=True)
    # Empty until the account is activated or the password is set.
    password_hash: Mapped[str] = mapped_column(default="")
    # SHA-256 of the code on the printed activation slip; empty when none is open.
    activation_hash: Mapped[str] = mapped_column(Code, default="", index=True)
    activation_ends_at: Mapped[datetime | None]
    must_change_password: Mapped[bool] = mapped_column(default=False)
    disabled_at: Mapped[datetime | None]
    # Which privacy notice the person was shown with their first password, and when.
    privacy_version: Mapped[str] = mapped_column(default="")
    privacy_seen_at: Mapped[datetime | None]
    language: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime]

    person: Mapped[Person | None] = relationship()


class SignIn(Model):
    """A browser that is signed in. The cookie holds the token, the table only its SHA-256."""

    __tablename__ = "lms_sign_in"

    token_hash: Mapped[str] = mapped_column(Code, unique=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("lms_account.id"), index=True)
    created_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    address: Mapped[str]
    browser: Mapped[str]

    account: Mapped[Account] = relationship(lazy="joined")


class SignInFailure(Model):
    """A failed attempt, counted by account name and by address."""

    __tablename__ = "lms_sign_in_failure"
    __table_args__ = (Index("ix_lms_sign_in_failure_address", "address", "at"),)

    username: Mapped[str] = mapped_column(Code, index=True)
    address: Mapped[str] = mapped_column(Code)
    at: Mapped[datetime]


class RoleGrant(Model):
    """A role held over a unit's subtree, from a day to a day (included); withdrawn, never deleted."""

    __tablename__ = "lms_role_grant"

    account_id: Mapped[int] = mapped_column(ForeignKey("lms_account.id"), index=True)
    role: Mapped[str] = mapped_column(Code)
    unit_id: Mapped[int] = mapped_column(ForeignKey("lms_unit.id"), index=True)
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    recorded_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]

    unit: Mapped[Unit] = relationship()
