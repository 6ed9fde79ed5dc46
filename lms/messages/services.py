"""Writing notices, marking them read, and sending them outside every transaction."""

import logging
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta

from flask_babel import gettext as _
from sqlalchemy import delete, select, update

from lms import audit
from lms.db import db, in_transaction, transaction
from lms.errors import Refused
from lms.messages.days import may_send
from lms.messages.letters import Letter, letters
from lms.messages.models import CalendarDay, Message
from lms.messages.queries import channels, people_waiting, waiting
from lms.organisation.models import Person
from lms.plugins import Channel
from lms.text import clean
from lms.writing import insert_of

log = logging.getLogger(__name__)

# So many letters in one round of the worker; the next round goes on.
ROUND = 20
# A letter whose worker died while sending it is tried again after this.
CLAIMED = timedelta(minutes=10)


def notify(person_id: int, subject: str, body: str, *, reason: str, key: str, at: datetime) -> bool:
    """Tells a person something, as part of the open transaction; the same `key` again changes nothing: False.

    `key` begins with the plugin's name; `reason` says why this person is told.
    """
    if not in_transaction():
        raise RuntimeError("a notice belongs to the transaction of its cause")
    into = insert_of(db.session())(Message).values(
        key=key, person_id=person_id, subject=clean(subject), body=body.strip(), reason=clean(reason),
        created_at=at, due_at=at,
    )  # fmt: skip
    # Whoever writes the same key at the same moment waits for the other, and changes nothing.
    kept = into.on_conflict_do_nothing(index_elements=["key"]).returning(Message.id)
    return db.session.scalar(kept) is not None


def mark_read(message_id: int, at: datetime) -> None:
    """The person has read it: it leaves the first page and stays in the list."""
    with transaction() as session:
        session.execute(update(Message).where(Message.id == message_id, Message.read_at.is_(None)).values(read_at=at))


def set_day(day: date, works: bool, name: str) -> None:
    """The office works on that day, or does not, whatever the calendar says."""
    with transaction() as session:
        session.execute(delete(CalendarDay).where(CalendarDay.day == day))
        session.add(CalendarDay(day=day, works=works, name=clean(name)))
        audit.record("lms.set_day", f"day:{day.isoformat()}", works=works, name=name)


def clear_day(day: date) -> None:
    """The calendar decides about that day again. Raises Refused for a day of which nothing was entered."""
    with transaction() as session:
        found = session.scalar(select(CalendarDay).where(CalendarDay.day == day))
        if found is None:
            raise Refused(_("Nothing was entered for this day."))
        session.delete(found)
        audit.record("lms.clear_day", f"day:{day.isoformat()}")


def send_due(at: datetime) -> int:
    """Sends what is due, in working hours, one letter a day to each person; returns how many letters went out.

    A letter that fails is tried again, later each time. A worker that dies while sending leaves its letters to the next
    one, ten minutes later: such a letter may arrive twice, with the same key.
    """
    ways = channels()
    if not ways or not people_waiting(at, ways, 1) or not may_send(at):
        return 0
    claimed = _claim(at, ways)
    sent = 0
    for place, channel in enumerate(ways):
        batch = [letter for letter in claimed if letter.channel == place]
        errors = channel.send(batch) if batch else []
        for letter, error in zip(batch, errors, strict=True):
            _note(letter, channel.name, error, at)
        sent += sum(not error for error in errors)
    return sent


def _claim(at: datetime, ways: Sequence[Channel]) -> list[Letter]:
    """Letters that this worker alone will send now. The people are locked, so that no other finds notices to them."""
    with transaction() as session:
        people = people_waiting(at, ways, ROUND)
        session.scalars(select(Person.id).where(Person.id.in_(people)).order_by(Person.id).with_for_update()).all()
        found = letters(waiting(at, ways, people))
        _put_off(_ids(found), at + CLAIMED)
        return found


def _ids(found: Iterable[Letter]) -> list[int]:
    return [notice.id for letter in found for notice in letter.notices]


def _put_off(ids: Sequence[int], until: datetime) -> None:
    db.session.execute(update(Message).where(Message.id.in_(ids)).values(due_at=until))


def _note(letter: Letter, channel: str, error: str, at: datetime) -> None:
    attempts = max(notice.attempts for notice in letter.notices)
    values: dict[str, object] = {"attempts": attempts + 1, "error": error[:500], "channel": channel}
    if error:
        log.warning("letter %s failed: %s", letter.key, error)
        values["due_at"] = at + timedelta(minutes=min(5 * 2**attempts, 360))
    else:
        values["sent_at"] = at
    with transaction() as session:
        session.execute(update(Message).where(Message.id.in_(_ids([letter]))).values(**values))
