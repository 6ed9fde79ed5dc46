"""Obtaining somebody whom one may anonymise, with the check."""

from flask import abort

from lms.access import may_see
from lms.db import db
from lms.organisation.access import SEE
from lms.organisation.models import Person

ANONYMISE = "lms.anonymise"


def person_to_anonymise(person_id: int) -> Person:
    """The person; 404 and 403 as always, 404 also for a record that was merged into another one."""
    person = db.session.get(Person, person_id)
    if person is None or person.merged_into_id is not None or not may_see(person_id, SEE):
        abort(404)
    if not may_see(person_id, ANONYMISE):
        abort(403)
    return person
