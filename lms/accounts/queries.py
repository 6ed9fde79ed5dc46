"""Reading accounts, roles and sign-ins."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, or_, select

from lms.accounts.models import Account, RoleGrant, SignIn
from lms.db import db
from lms.organisation.models import Appointment, Person, Post, Unit
from lms.organisation.queries import in_any, in_force, people_in
from lms.text import fold


def accounts_in(paths: Iterable[str], on: date, search: str = "") -> Select[Any]:
    """Accounts of people with a post, or with a role, inside the subtrees; by name or sign-in name, by given name."""
    paths = list(paths)
    people = people_in(paths, on).with_only_columns(Person.id).order_by(None)
    holders = select(RoleGrant.account_id).join(Unit, Unit.id == RoleGrant.unit_id).where(in_any(paths))
    query = (
        select(Account)
        .outerjoin(Person, Person.id == Account.person_id)
        .where(or_(Account.person_id.in_(people), Account.id.in_(holders)))
        .order_by(Person.sort_key, Account.username)
    )
    for word in fold(search).split():
        query = query.where(or_(Person.fold.contains(word, autoescape=True), Account.username.contains(word)))
    return query


def roles_of(account_id: int) -> list[RoleGrant]:
    """Every role that was ever given to the account, those in force first."""
    query = (
        select(RoleGrant)
        .where(RoleGrant.account_id == account_id)
        .order_by(RoleGrant.withdrawn_at.is_not(None), RoleGrant.valid_from.desc(), RoleGrant.id)
    )
    return list(db.session.scalars(query))


def open_sign_ins(account_id: int, at: datetime) -> list[SignIn]:
    """The browsers that are signed in now, the newest first."""
    query = select(SignIn).where(SignIn.account_id == account_id, SignIn.ends_at > at)
    return list(db.session.scalars(query.order_by(SignIn.created_at.desc())))


def waiting_for_slips(unit: Unit, on: date) -> list[int]:
    """The people with a post in the unit's subtree who have no activated account, at most 500."""
    activated = select(Account.person_id).where(Account.person_id.is_not(None), Account.password_hash != "")
    query = (
        select(Appointment.person_id)
        .join(Post, Post.id == Appointment.post_id)
        .join(Unit, Unit.id == Post.unit_id)
        .where(in_any([unit.path]), in_force(Appointment, on), Appointment.person_id.not_in(activated))
        .distinct()
        .limit(500)
    )
    return list(db.session.scalars(query))
