"""What can happen to posts and their holders. Each is one transaction, one line in the audit log and one event."""

from datetime import date, datetime, timedelta
from typing import Any

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from lms import audit
from lms.db import transaction
from lms.errors import Refused
from lms.events import AppointmentsChanged, publish
from lms.organisation import history
from lms.organisation.models import Appointment, Person, Post, PostKind, Unit
from lms.text import short_date


def add_post(unit_id: int, kind_id: int, *, valid_from: date, at: datetime) -> int:
    """A new post, vacant. Raises Refused when the unit or the kind is of another tree or not there on that day."""
    with transaction() as session:
        unit, kind = session.get_one(Unit, unit_id), session.get_one(PostKind, kind_id)
        if unit.tree != kind.tree:
            raise Refused(_("%(kind)s is no post of this kind of unit.", kind=kind.name))
        for first, last in ((unit.valid_from, unit.valid_to), (kind.valid_from, kind.valid_to)):
            if (first and valid_from < first) or (last and valid_from > last):
                raise Refused(_("On that day the unit or the kind of post is not there."))
        post = Post(unit_id=unit_id, kind_id=kind_id, valid_from=valid_from, recorded_at=at)
        session.add(post)
        session.flush()
        audit.record("lms.add_post", f"unit:{unit.code}", kind=kind.code, valid_from=str(valid_from))
        publish(AppointmentsChanged([unit_id]))
        return post.id


def close_post(post_id: int, *, last_day: date, at: datetime) -> None:
    """The post and the time of those who hold it end with that day; what would begin later is withdrawn."""
    with transaction() as session:
        post = _post(session, post_id)
        history.end_post(session, post, last_day, at)
        audit.record("lms.close_post", f"unit:{post.unit.code}", post=post_id, last_day=str(last_day))
        publish(AppointmentsChanged([post.unit_id]))


def appoint(post_id: int, person_id: int, *, capacity: str, valid_from: date, valid_to: date | None, document: str,
            at: datetime) -> int:  # fmt: skip
    """Gives a person a post from a day on. Raises Refused when it is not free then; only acting may stand beside."""
    with transaction() as session:
        post, person = _post(session, post_id), session.get_one(Person, person_id)
        new = Appointment(
            post_id=post_id, person_id=person_id, capacity=capacity, valid_from=valid_from, valid_to=valid_to,
            document=document, recorded_at=at,
        )  # fmt: skip
        _check(session, post, person, new)
        session.add(new)
        session.flush()
        _told(post, "lms.appoint", new)
        return new.id


def hand_over(appointment_id: int, person_id: int, *, on: date, capacity: str, document: str, at: datetime) -> int:
    """In one step: whoever holds the post ceases the day before, the successor begins. Acting ones cease as well.

    Raises Refused when the holder begins on that day or later: then it is an error to correct, not a hand-over.
    """
    with transaction() as session:
        old = _appointment(session, appointment_id)
        post, person = _post(session, old.post_id), session.get_one(Person, person_id)
        if old.person_id == person_id:
            raise Refused(_("%(name)s holds this post already.", name=person.name))
        if old.valid_from >= on:
            sentence = _("%(name)s begins on %(day)s: choose a later day, or correct the entry.",
                         name=old.person.name, day=short_date(old.valid_from))  # fmt: skip
            raise Refused(sentence)
        last_day = on - timedelta(days=1)
        for held in history.appointments_to(session, post.id):
            begun = held.valid_from < on and (held.valid_to is None or held.valid_to >= on)
            if held.id == old.id or (begun and held.capacity == "acting"):
                history.end(session, held, last_day, at)
        new = Appointment(
            post_id=post.id, person_id=person_id, capacity=capacity, valid_from=on, document=document, recorded_at=at
        )
        _check(session, post, person, new)
        session.add(new)
        session.flush()
        _told(post, "lms.hand_over", new, before=old.person_id)
        return new.id


def relieve(appointment_id: int, *, last_day: date, document: str, at: datetime) -> None:
    """The holder's last day; afterwards the post is vacant. Raises Refused when it lies before the first."""
    with transaction() as session:
        old = _appointment(session, appointment_id)
        if last_day < old.valid_from:
            raise Refused(_("The last day lies before the first."))
        documents = "; ".join(part for part in (old.document, document) if part)
        new = history.replace(session, old, at, valid_to=last_day, document=documents)
        _told(_post(session, old.post_id), "lms.relieve", new)


def correct(appointment_id: int, *, capacity: str, valid_from: date, valid_to: date | None, document: str,
            reason: str, at: datetime) -> int:  # fmt: skip
    """Puts right what was recorded wrongly; what was known until now stays beside it. Returns the new entry's id."""
    with transaction() as session:
        values = {"capacity": capacity, "valid_from": valid_from, "valid_to": valid_to, "document": document}
        return put_right(session, appointment_id, reason=reason, at=at, **values).id


def put_right(session: Session, appointment_id: int, *, reason: str, at: datetime, **values: Any) -> Appointment:
    """The same as part of an open transaction; returns the new entry."""
    old = _appointment(session, appointment_id)
    post = _post(session, old.post_id)
    new = history.replace(session, old, at, **values)
    _check(session, post, old.person, new)
    _told(post, "lms.correct_appointment", new, reason=reason)
    return new


def withdraw(appointment_id: int, *, reason: str, at: datetime) -> None:
    """The entry was an error: the person never held the post. Raises Refused without a reason."""
    if not reason.strip():
        raise Refused(_("Say why the entry is an error."))
    with transaction() as session:
        old = _appointment(session, appointment_id)
        old.withdrawn_at = at
        session.flush()
        _told(_post(session, old.post_id), "lms.withdraw_appointment", old, reason=reason)


def _post(session: Session, post_id: int) -> Post:
    """The post, locked: two who appoint to it at once do so one after the other."""
    post = session.get_one(Post, post_id, with_for_update=True)
    if post.withdrawn_at is not None:
        raise Refused(_("This post has been changed meanwhile: load the page again."))
    return post


def _appointment(session: Session, appointment_id: int) -> Appointment:
    found = session.get_one(Appointment, appointment_id, with_for_update=True)
    if found.withdrawn_at is not None:
        raise Refused(_("This entry has been changed meanwhile: load the page again."))
    return found


def _check(session: Session, post: Post, person: Person, new: Appointment) -> None:
    """What is true of every appointment: inside the post's time, nobody twice, one holder at a time."""
    if new.valid_to is not None and new.valid_to < new.valid_from:
        raise Refused(_("The last day lies before the first."))
    if new.valid_from < post.valid_from or (post.valid_to is not None and (new.valid_to or date.max) > post.valid_to):
        times = {"start": short_date(post.valid_from), "end": short_date(post.valid_to) if post.valid_to else "…"}
        raise Refused(_("The post exists from %(start)s to %(end)s.", **times))
    if person.merged_into_id is not None:
        raise Refused(_("This record was merged into another one: choose that one."))
    if person.anonymised_at is not None:
        raise Refused(_("This record was anonymised: nothing can be entered in it."))
    for held in history.appointments_to(session, post.id):
        apart = (held.valid_to is not None and held.valid_to < new.valid_from) or (
            new.valid_to is not None and new.valid_to < held.valid_from
        )
        if held.id == new.id or apart:
            continue
        if held.person_id == person.id:
            raise Refused(_("%(name)s holds this post already.", name=person.name))
        if "acting" not in (held.capacity, new.capacity):
            sentence = _("%(name)s holds this post since %(day)s: hand it over instead.",
                         name=held.person.name, day=short_date(held.valid_from))  # fmt: skip
            raise Refused(sentence)


def _told(post: Post, action: str, row: Appointment, **details: Any) -> None:
    audit.record(
        action, f"person:{row.person_id}", unit=post.unit.code, kind=post.kind.code, capacity=row.capacity,
        valid_from=str(row.valid_from), valid_to=str(row.valid_to or ""), document=row.document, **details,
    )  # fmt: skip
    publish(AppointmentsChanged([post.unit_id]))
