"""Those who came into a post lately and cannot sign in yet: what waits for whoever prints slips."""

from datetime import date, timedelta

from flask import url_for
from flask_babel import gettext as _
from sqlalchemy import exists, or_, select

from lms.access import scopes
from lms.accounts.access import RESET
from lms.accounts.models import Account
from lms.db import db
from lms.organisation.models import Appointment, Person, Post, PostKind, Unit
from lms.organisation.queries import in_any, in_force
from lms.plugins import TASKS, Link, Task
from lms.text import short_date

# Whoever holds a post for longer is no newcomer.
LATELY = timedelta(days=90)


def tasks(on: date) -> list[Task]:
    """New holders without an account, within the scope, the latest first."""
    paths = scopes(RESET)
    settled = exists().where(
        Account.person_id == Person.id, or_(Account.password_hash != "", Account.disabled_at.is_not(None))
    )
    query = (
        select(Person.id, Person.name, PostKind.name, Unit.name, Appointment.valid_from)
        .join_from(Appointment, Post, Post.id == Appointment.post_id)
        .join(PostKind, PostKind.id == Post.kind_id)
        .join(Unit, Unit.id == Post.unit_id)
        .join(Person, Person.id == Appointment.person_id)
        .where(in_any(paths), in_force(Appointment, on), Appointment.valid_from > on - LATELY, ~settled)
        .order_by(Appointment.valid_from.desc(), Appointment.id.desc())
        .limit(TASKS)
    )
    rows = db.session.execute(query).all() if paths else []
    first = [
        Link(name, url_for("lms_organisation.person", person_id=person),
             _("%(post)s of %(unit)s since %(day)s", post=post, unit=unit, day=short_date(since)))
        for person, name, post, unit, since in rows[:5]
    ]  # fmt: skip
    slips = Link(_("Print slips"), url_for("lms_accounts.accounts"))
    return [Task(_("New holders without an account"), len(rows), slips, first, 30)]
