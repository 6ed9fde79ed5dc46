"""Entering people by hand and putting right what is recorded of them."""

from dataclasses import asdict, dataclass
from datetime import date, datetime

from flask_babel import gettext as _
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms import audit
from lms.db import transaction
from lms.errors import Refused
from lms.organisation.models import Person, PersonFormer
from lms.organisation.people.queries import alike
from lms.organisation.services import person_code
from lms.text import clean, fold, foreign_letters, name_key


@dataclass(frozen=True)
class Facts:
    """What is recorded of a person. `birth_year` alone where the day is not known."""

    name: str
    birth_on: date | None = None
    birth_year: int | None = None
    gender: str = ""
    phone: str = ""
    email: str = ""


def add_person(facts: Facts, *, at: datetime, today: date, sure: bool = False) -> int:
    """A new record. Raises Refused when somebody alike is recorded already and nobody said that it is another one."""
    with transaction() as session:
        _check(facts, today)
        year = facts.birth_on.year if facts.birth_on else facts.birth_year
        if not sure and (others := alike(facts.name, year)):
            codes = ", ".join(person.code for person in others)
            raise Refused(
                _("Somebody with this name is recorded already: %(codes)s. Is it another person?", codes=codes)
            )
        person = Person(code=f"new:{at.isoformat()}", recorded_at=at)
        _write(session, person, facts)
        session.add(person)
        session.flush()
        person.code = person_code(person.id)
        session.flush()
        audit.record("lms.add_person", f"person:{person.id}")
        return person.id


def change_person(person_id: int, facts: Facts, *, at: datetime, today: date) -> None:
    """Puts right a name, a birth or a contact; what was recorded before stays known."""
    with transaction() as session:
        put_right(session, person_id, facts, at=at, today=today)


def put_right(session: Session, person_id: int, facts: Facts, *, at: datetime, today: date) -> None:
    """The same as part of an open transaction. The log says which fields, not from what to what."""
    _check(facts, today)
    person = session.get_one(Person, person_id, with_for_update=True)
    if person.anonymised_at is not None:
        raise Refused(_("This record was anonymised: nothing can be entered in it."))
    before = {name: getattr(person, name) for name in asdict(facts)}
    last = select(func.max(PersonFormer.withdrawn_at)).where(PersonFormer.person_id == person_id)
    since = session.scalar(last) or person.recorded_at
    _write(session, person, facts)
    changed = sorted(name for name, value in before.items() if getattr(person, name) != value)
    if changed:
        session.add(PersonFormer(person_id=person_id, recorded_at=since, withdrawn_at=at, **before))
        session.flush()
        audit.record("lms.change_person", f"person:{person_id}", fields=changed)


def _check(facts: Facts, today: date) -> None:
    if len(clean(facts.name).split()) < 2:
        raise Refused(_("Give the full name."))
    if letters := foreign_letters(facts.name):
        raise Refused(_("The name has letters that are not Vietnamese: %(letters)s", letters=" ".join(letters)))
    if facts.birth_on and facts.birth_year and facts.birth_on.year != facts.birth_year:
        raise Refused(_("The day and the year of birth differ."))
    year = facts.birth_on.year if facts.birth_on else facts.birth_year
    if year and not today.year - 100 <= year <= today.year - 16:
        raise Refused(_("The year of birth %(year)s cannot be right.", year=year))


def _write(session: Session, person: Person, facts: Facts) -> None:
    person.name, person.fold, person.sort_key = clean(facts.name), fold(facts.name), name_key(facts.name)
    person.birth_on, person.gender = facts.birth_on, facts.gender
    person.birth_year = facts.birth_on.year if facts.birth_on else facts.birth_year
    person.phone, person.email = clean(facts.phone), clean(facts.email)
