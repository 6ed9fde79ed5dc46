"""Obtaining people, with the check."""

from flask import abort
from sqlalchemy import select

from lms.access import current_account, may_see
from lms.db import db
from lms.organisation.access import SEE
from lms.organisation.models import Person, PersonMerge

CHANGE = "lms.change_people"
MERGE = "lms.merge_people"


def oneself() -> Person:
    """The person who is signed in; 404 for an account that is no person's."""
    person_id = current_account().person_id
    return (db.session.get(Person, person_id) if person_id else None) or abort(404)


def person_to_change(person_id: int) -> Person:
    """Somebody who holds or held a post in the scope, or anybody where it is everything; 404 and 403 as always."""
    return _person(person_id, CHANGE)


def person_to_merge(person_id: int) -> Person:
    """The record, for those who merge records in its units."""
    return _person(person_id, MERGE)


def other_to_merge(code: str) -> Person | None:
    """The record with that code where the same may merge it; None when there is none such."""
    person = db.session.scalar(select(Person).where(Person.code == code.strip().upper()))
    return person if person is not None and may_see(person.id, MERGE) else None


def merge_to_undo(merge_id: int) -> PersonMerge:
    """A merge that holds, of a person whom one may merge."""
    entry = db.session.get(PersonMerge, merge_id)
    if entry is None or entry.withdrawn_at is not None:
        abort(404)
    person_to_merge(entry.kept_id)
    return entry


def _person(person_id: int, permission: str) -> Person:
    person = db.session.get(Person, person_id)
    if person is None or not may_see(person_id, SEE):
        abort(404)
    if not may_see(person_id, permission):
        abort(403)
    return person
