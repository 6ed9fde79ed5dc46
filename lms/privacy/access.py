"""Obtaining oneself, with the check."""

from flask import abort

from lms.access import current_account
from lms.db import db
from lms.organisation.models import Person


def person_to_tell() -> Person:
    """The person behind the account; 404 for an account that is no person's."""
    person_id = current_account().person_id
    return (db.session.get(Person, person_id) if person_id else None) or abort(404)
