"""Forgetting who somebody was, while all that is counted stays (docs/operations.md says what goes and what stays)."""

from collections.abc import Sequence
from datetime import date, datetime

from flask_babel import gettext as _
from sqlalchemy import delete, or_, select, update
from sqlalchemy.orm import Session

from lms import audit
from lms.accounts.models import Account, RoleGrant, SignIn, SignInFailure
from lms.accounts.services import check_administrator_left
from lms.db import db, transaction
from lms.errors import Refused
from lms.events import PersonAnonymised, publish
from lms.messages.models import Message
from lms.organisation.corrections.models import CorrectionRequest
from lms.organisation.models import Appointment, Person, PersonFormer, PersonMerge
from lms.organisation.roster import keeping
from lms.privacy import ANONYMOUS
from lms.text import fold, name_key


def anonymise(person_id: int, *, document: str, reason: str, at: datetime, today: date) -> None:
    """Takes out of the record, of those merged into it and of the account what tells who it was; plugins hear of it.

    Raises Refused while the person holds a post or is to hold one, and for words that name the person. Not undone.
    """
    ids = _records(person_id)
    lists = keeping.naming(ids)
    _check(person_id, document, reason, today)
    keeping.remove_files(lists)
    with transaction() as session:
        _check(person_id, document, reason, today)
        for person in session.scalars(select(Person).where(Person.id.in_(ids))):
            person.name, person.fold, person.sort_key = ANONYMOUS, fold(ANONYMOUS), name_key(ANONYMOUS)
            person.birth_on, person.birth_year = None, None
            person.gender = person.phone = person.email = ""
            person.anonymised_at = at
        session.execute(delete(PersonFormer).where(PersonFormer.person_id.in_(ids)))
        session.execute(delete(Message).where(Message.person_id.in_(ids)))
        session.execute(update(PersonMerge).where(PersonMerge.kept_id.in_(ids)).values(reason=ANONYMOUS))
        _answer_all(session, ids, at)
        keeping.empty(session, lists)
        _close_accounts(session, ids, at, today)
        audit.record("lms.anonymise", f"person:{person_id}", document=document, reason=reason)
        for number in ids:
            publish(PersonAnonymised(number, at))


def _records(person_id: int) -> list[int]:
    """The record and all that were merged into it, one into another."""
    ids = [person_id]
    for number in ids:
        ids += db.session.scalars(select(Person.id).where(Person.merged_into_id == number)).all()
    return ids


def _check(person_id: int, document: str, reason: str, today: date) -> None:
    person = db.session.get_one(Person, person_id)
    if person.anonymised_at is not None:
        raise Refused(_("This record was anonymised already."))
    if person.merged_into_id is not None:
        raise Refused(_("This record was merged into another one: choose that one."))
    if not document.strip() or not reason.strip():
        raise Refused(_("Say by which decision and why."))
    if any(person.fold in fold(words) for words in (document, reason)):
        raise Refused(_("Decision and reason stay on the audit log: write them without the person's name."))
    held = select(Appointment.id).where(
        Appointment.person_id == person_id, Appointment.withdrawn_at.is_(None),
        or_(Appointment.valid_to.is_(None), Appointment.valid_to >= today),
    )  # fmt: skip
    if db.session.scalar(held.limit(1)):
        raise Refused(_("This person holds a post, or is to hold one: relieve them of it first."))


def _answer_all(session: Session, ids: Sequence[int], at: datetime) -> None:
    mine = CorrectionRequest.person_id.in_(ids)
    session.execute(update(CorrectionRequest).where(mine).values(text=ANONYMOUS, answer=ANONYMOUS))
    waiting = mine, CorrectionRequest.answered_at.is_(None)
    session.execute(update(CorrectionRequest).where(*waiting).values(answered_at=at, accepted=False))


def _close_accounts(session: Session, ids: Sequence[int], at: datetime, today: date) -> None:
    """The account can neither be entered nor opened again; the roles it held are withdrawn."""
    for account in session.scalars(select(Account).where(Account.person_id.in_(ids))).all():
        check_administrator_left(session, today, RoleGrant.account_id != account.id)
        session.execute(delete(SignInFailure).where(SignInFailure.username == account.username))
        session.execute(delete(SignIn).where(SignIn.account_id == account.id))
        grants = RoleGrant.account_id == account.id, RoleGrant.withdrawn_at.is_(None)
        session.execute(update(RoleGrant).where(*grants).values(withdrawn_at=at))
        account.username, account.name = f"anonymous-{account.id}", ANONYMOUS
        account.password_hash = account.activation_hash = ""
        account.activation_ends_at, account.disabled_at = None, account.disabled_at or at
    session.flush()
