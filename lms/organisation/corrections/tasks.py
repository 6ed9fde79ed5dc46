"""Requests that wait for an answer, for the inbox of whoever keeps the records."""

from datetime import date

from flask import url_for
from flask_babel import gettext as _

from lms.access import scopes
from lms.db import db
from lms.organisation.corrections.queries import waiting
from lms.organisation.people.access import CHANGE
from lms.plugins import TASKS, Link, Task


def tasks(on: date) -> list[Task]:
    """The open requests of people of the scope, the oldest first."""
    paths = scopes(CHANGE)
    rows = db.session.scalars(waiting(paths, on).limit(TASKS)).all() if paths else []
    first = [
        Link(row.person.name, url_for("lms_corrections.correction", request_id=row.id), row.text[:100])
        for row in rows[:5]
    ]
    page = Link(_("Answer the requests"), url_for("lms_corrections.corrections"))
    return [Task(_("Requests to answer"), len(rows), page, first, 15)]
