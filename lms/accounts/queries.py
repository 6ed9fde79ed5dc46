"""Reading accounts, roles and sign-ins."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, not_, or_, select

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


def holds_role_outside(paths: Iterable[str], on: date, account_id: int | None = None) -> Select[Any]:
    """The accounts that hold a role outside the subtrees, on that day or later; whoever could print their slips would
    take that role over."""
    lasting = or_(RoleGrant.valid_to.is_(None), RoleGrant.valid_to >= on)
    query = (
        select(RoleGrant.account_id)
        .join(Unit, Unit.id == RoleGrant.unit_id)
        .where(RoleGrant.withdrawn_at.is_(None), lasting, not_(in_any(paths)))
    )
    return query if account_id is None else query.where(RoleGrant.account_id == account_id)


def roles_of(account_id: int) -> list[RoleGrant]:
    """Every role that was ever given to the account, those in force first."""
    query = (
        select(RoleGrant)
        .where(RoleGrant.account_id == account_id)
        .order_by(RoleGrant.withdrawn_at.is_not(None), RoleGrant.valid_from.desc(), RoleGrant.id)
    )
    return list(db.session.scalars(query))


# Who answers for a unit.
RESPONSIBLE = ("unit_manager", "administrator")


def responsible(on: date) -> dict[int, list[int]]:
    """The people who answer for each unit on a day, by a role over that very unit; units without anybody left out."""
    query = (
        select(RoleGrant.unit_id, Account.person_id)
        .join(Account, Account.id == RoleGrant.account_id)
        .where(RoleGrant.role.in_(RESPONSIBLE), RoleGrant.withdrawn_at.is_(None), Account.disabled_at.is_(None))
        .where(RoleGrant.valid_from <= on, or_(RoleGrant.valid_to.is_(None), RoleGrant.valid_to >= on))
        .where(Account.person_id.is_not(None))
        .distinct()
        .order_by(RoleGrant.unit_id, Account.person_id)
    )
    found: dict[int, list[int]] = {}
    for unit, person in db.session.execute(query):
        assert person is not None
        found.setdefault(unit, []).append(person)
    return found


def open_sign_ins(account_id: int, at: datetime) -> list[SignIn]:
    """The browsers that are signed in now, the newest first."""
    query = select(SignIn).where(SignIn.account_id == account_id, SignIn.ends_at > at)
    return list(db.session.scalars(query.order_by(SignIn.created_at.desc())))


def waiting_for_slips(unit: Unit, on: date, paths: Iterable[str]) -> list[int]:
    """The people with a post in the unit's subtree who have no activated account, at most 500.

    Disabled accounts are left out, and those that hold a role outside `paths`, the scope of the one who prints.
    """
    settled = or_(Account.password_hash != "", Account.disabled_at.is_not(None),
                  Account.id.in_(holds_role_outside(paths, on)))  # fmt: skip
    activated = select(Account.person_id).where(Account.person_id.is_not(None), settled)
    query = (
        select(Appointment.person_id)
        .join(Post, Post.id == Appointment.post_id)
        .join(Unit, Unit.id == Post.unit_id)
        .where(in_any([unit.path]), in_force(Appointment, on), Appointment.person_id.not_in(activated))
        .distinct()
        .limit(500)
    )
    return list(db.session.scalars(query))
