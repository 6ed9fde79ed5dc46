"""Who may do what: views declare it, the guard enforces it, queries are scoped by it.

A view that declares nothing stops the start. A permission is held through a role over a unit's subtree; objects are
obtained through functions named `<thing>_to_<verb>`, which answer 404 to those who may not know that it exists.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar

from flask import Flask, abort, current_app, g, redirect, request, url_for
from flask_login import current_user
from sqlalchemy import bindparam, select

from lms import clock
from lms.accounts.models import Account, RoleGrant
from lms.accounts.sessions import Visitor
from lms.db import db
from lms.errors import StartError
from lms.organisation.models import Appointment, Person, Post, Unit
from lms.organisation.queries import everywhere, people_in
from lms.plugins import Permission

View = TypeVar("View", bound=Callable[..., Any])

PUBLIC = "public"
SIGNED_IN = "signed in"


def public(view: View) -> View:
    """Anybody may see this view."""
    return _declare(view, PUBLIC)


def signed_in(view: View) -> View:
    """Anybody who is signed in may see this view; it shows only what is theirs."""
    return _declare(view, SIGNED_IN)


def requires(permission: str) -> Callable[[View], View]:
    """Only those who hold the permission over some unit; the view's own load narrows it to the object."""
    return lambda view: _declare(view, permission)


def _declare(view: View, access: str) -> View:
    view.lms_access = access  # type: ignore[attr-defined]
    return view


def declared(app: Flask, endpoint: str) -> str:
    """What the view behind an endpoint declares; empty when nothing."""
    return getattr(app.view_functions[endpoint], "lms_access", "")


def check_declarations(app: Flask) -> None:
    """Raises StartError when a view declares nothing, or a permission that nobody declared."""
    for endpoint in app.view_functions:
        access = declared(app, endpoint)
        if not access:
            raise StartError(f"view {endpoint!r} does not declare who may see it")
        if access not in (PUBLIC, SIGNED_IN) and access not in app.extensions["lms_permissions"]:
            raise StartError(f"view {endpoint!r} requires {access!r}, which no plugin declares")


def guard() -> Any:
    """Before every request: sends strangers to the sign-in page, and says 403 to those who may not."""
    endpoint = request.endpoint
    if endpoint is None:
        return None
    access = declared(current_app, endpoint)
    if access == PUBLIC:
        return None
    if not current_user.is_authenticated:
        if request.method == "GET" and request.accept_mimetypes.best != "application/json":
            return redirect(url_for("lms_accounts.login", next=request.full_path.rstrip("?")))
        abort(401)
    if visitor().must_change_password and endpoint not in ("lms_accounts.password", "lms_accounts.logout"):
        return redirect(url_for("lms_accounts.password"))
    if access != SIGNED_IN and not may(access):
        abort(403)
    return None


def visitor() -> Visitor:
    """Who is signed in on this browser, without reading the account; 401 where nobody is."""
    if not current_user.is_authenticated:
        abort(401)
    found: Visitor = current_user._get_current_object()
    return found


def current_account() -> Account:
    """The account that is signed in; 401 where nobody is."""
    return visitor().account


@dataclass(frozen=True)
class Grant:
    """A role over a subtree, in force now."""

    role: str
    path: str


def grants(account_id: int, on: date) -> list[Grant]:
    """The roles that an account holds on that day, with the units' paths."""
    return [Grant(*row) for row in db.session.execute(_GRANTS, {"account_id": account_id, "on": on})]


# Every page with a navigation asks it: put together once.
_GRANT = RoleGrant.__table__.c
_GRANTS = (
    select(_GRANT.role, Unit.__table__.c.path)
    .join(Unit.__table__, Unit.__table__.c.id == _GRANT.unit_id)
    .where(_GRANT.account_id == bindparam("account_id"), _GRANT.withdrawn_at.is_(None))
    .where(_GRANT.valid_from <= bindparam("on"), _GRANT.valid_to.is_(None) | (_GRANT.valid_to >= bindparam("on")))
)


def _my_grants() -> list[Grant]:
    """The grants of the person signed in, read once a request."""
    if "lms_grants" not in g:
        g.lms_grants = grants(visitor().account_id, clock.today())
    found: list[Grant] = g.lms_grants
    return found


def scopes(permission: str) -> list[str]:
    """The paths of the subtrees over which the person signed in holds the permission."""
    declared_permission: Permission = current_app.extensions["lms_permissions"][permission]
    roles = {"administrator", *declared_permission.roles}
    return [grant.path for grant in _my_grants() if grant.role in roles]


def may(permission: str, unit: Unit | None = None) -> bool:
    """Whether the person signed in holds the permission, over that unit or over any."""
    if not current_user.is_authenticated:
        return False
    paths = scopes(permission)
    return bool(paths) if unit is None else any(unit.path.startswith(path) for path in paths)


def unit_to(permission: str, code: str) -> Unit:
    """The unit with that code, or 404 when there is none or it lies outside the scope."""
    unit = db.session.scalar(select(Unit).where(Unit.code == code))
    if unit is None or not may(permission, unit):
        abort(404)
    return unit


def top_units(permission: str) -> list[Unit]:
    """The units at the top of the person's scopes, the highest first."""
    paths = scopes(permission)
    tops = [p for p in paths if not any(p != q and p.startswith(q) for q in paths)]
    return list(db.session.scalars(select(Unit).where(Unit.path.in_(tops)).order_by(Unit.path)))


def visible_people(permission: str = "lms.see_people", on: date | None = None) -> Any:
    """A select of the people that the person signed in may see: holders of posts inside their scopes."""
    return people_in(scopes(permission), on or clock.today())


def person_to_see(person_id: int) -> Person:
    """The person, or 404: oneself, or somebody who ever held a post within the scope. Merged records lead on."""
    person = db.session.get(Person, person_id)
    while person is not None and person.merged_into_id is not None:
        person = db.session.get(Person, person.merged_into_id)
    if person is None:
        abort(404)
    if visitor().person_id == person.id or may_see(person.id):
        return person
    abort(404)


def may_see(person_id: int, permission: str = "lms.see_people") -> bool:
    """Whether the person holds, or held, a post inside the scopes of the one who asks; whoever sees all sees all."""
    paths = scopes(permission)
    if everywhere(paths, clock.today()):
        return True
    return any(path.startswith(scope) for path in _unit_paths_of(person_id) for scope in paths)


def _unit_paths_of(person_id: int) -> Iterable[str]:
    return db.session.scalars(
        select(Unit.path)
        .join(Post, Post.unit_id == Unit.id)
        .join(Appointment)
        .where(Appointment.person_id == person_id)
    )
