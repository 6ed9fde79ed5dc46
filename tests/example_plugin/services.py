"""What can happen in the reading circle; each function is one transaction."""

from datetime import datetime, timedelta
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import delete, select

from lms import audit
from lms.db import transaction
from lms.errors import Refused
from lms.events import ActivityCompleted, publish
from lms.jobs import enqueue
from tests.example_plugin.models import Note, Reading, Text
from tests.example_plugin.queries import hours


def add_text(code: str, title: str, at: datetime) -> None:
    """A new text. Raises Refused when the code is taken."""
    with transaction() as session:
        if session.scalar(select(Text.id).where(Text.code == code)):
            raise Refused(_("There is a text with this code already."))
        session.add(Text(code=code, title=title, added_at=at))
        audit.record("example_plugin.add_text", f"text:{code}")


def read(text_id: int, person_id: int, at: datetime) -> None:
    """The person has read the text; the first time completes the activity, after that nothing changes."""
    with transaction() as session:
        text = session.get_one(Text, text_id)
        if session.scalar(select(Reading.id).where(Reading.text_id == text_id, Reading.person_id == person_id)):
            return
        session.add(Reading(text_id=text_id, person_id=person_id, read_at=at))
        publish(ActivityCompleted(text.activity, text.title, hours(), person_id, at, at))


def note_completion(person_id: int, activity: str, at: datetime) -> None:
    """Remembers a completion once."""
    with transaction() as session:
        known: Any = select(Note.id).where(Note.person_id == person_id, Note.activity == activity)
        if session.scalar(known) is None:
            session.add(Note(person_id=person_id, activity=activity, completed_at=at))


def forget_notes(at: datetime) -> int:
    """Deletes the notes of completions that are older than a year; returns how many."""
    old = Note.completed_at < at - timedelta(days=365)
    with transaction() as session:
        return len(session.execute(delete(Note).where(old).returning(Note.id)).all())


def forget_person(person_id: int) -> None:
    """Deletes the notes of one person; twice is once."""
    with transaction() as session:
        session.execute(delete(Note).where(Note.person_id == person_id))


def ask_for_count(account_id: int) -> int:
    """Puts the count in the queue; returns the job's id."""
    with transaction():
        return enqueue("example_plugin.count_readers", {}, account_id)
