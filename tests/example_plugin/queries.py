"""Questions about texts and their readers."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime

from flask import current_app
from flask_babel import lazy_gettext as _
from sqlalchemy import func, select

from lms.db import db
from lms.events import ActivityCompleted
from lms.organisation.models import Appointment, Post
from lms.organisation.queries import below, in_force, tree_on
from lms.plugins import Kept, Measure
from tests.example_plugin.models import Note, Reading, Text


def hours() -> int:
    """The setting: how many periods reading one text counts."""
    return int(current_app.config["EXAMPLE_PLUGIN_HOURS"])


def texts() -> list[Text]:
    """Every text, the oldest first."""
    return list(db.session.scalars(select(Text).order_by(Text.id)))


def by_code(code: str) -> Text | None:
    """The text with that code."""
    return db.session.scalar(select(Text).where(Text.code == code))


def by_activity(activity: str) -> Text | None:
    """The text behind an activity; None when the activity is another plugin's."""
    own, _colon, code = activity.partition(":")
    return by_code(code) if own == "example_plugin" else None


def unread(person_id: int) -> list[Text]:
    """The texts that the person has not read yet."""
    done = select(Reading.text_id).where(Reading.person_id == person_id)
    return list(db.session.scalars(select(Text).where(Text.id.not_in(done)).order_by(Text.id)))


def read_by(person_id: int, by: datetime | None = None) -> list[Text]:
    """The texts that the person has read, or had by a moment, the latest first."""
    query = select(Text).join(Reading).where(Reading.person_id == person_id)
    query = query if by is None else query.where(Reading.read_at < by)
    return list(db.session.scalars(query.order_by(Reading.id.desc())))


def kept(person_id: int) -> list[Kept]:
    """What is kept of a person, a table each; of the empty ones too."""
    read = select(Text.title, Reading.read_at).join(Reading).where(Reading.person_id == person_id)
    noted = select(Note.activity, Note.completed_at).where(Note.person_id == person_id)
    return [
        Kept("example_plugin_reading", _("Texts read"), {"text": _("Text"), "read_at": _("Read")},
             [tuple(row) for row in db.session.execute(read)]),
        Kept("example_plugin_note", _("Completions heard of"), {"activity": _("Activity"), "at": _("When")},
             [tuple(row) for row in db.session.execute(noted)]),
    ]  # fmt: skip


def without_readers() -> list[Text]:
    """The texts that nobody has read."""
    return list(db.session.scalars(select(Text).where(Text.id.not_in(select(Reading.text_id))).order_by(Text.id)))


def readers() -> dict[str, int]:
    """How many people read each text."""
    query = select(Text.code, func.count(Reading.id)).outerjoin(Reading).group_by(Text.code)
    return {code: count for code, count in db.session.execute(query)}


def noted(activity: str, people: Iterable[int]) -> list[int]:
    """Those of these people whose completion of the activity was noted."""
    query = select(Note.person_id).where(Note.activity == activity, Note.person_id.in_(list(people)))
    return list(db.session.scalars(query))


def completions() -> Iterable[ActivityCompleted]:
    """Every reading there ever was, as the event that told of it."""
    for reading in db.session.scalars(select(Reading).order_by(Reading.id)):
        at, text = reading.read_at, reading.text
        yield ActivityCompleted(text.activity, text.title, hours(), reading.person_id, at, at)


def read_in(units: Sequence[int], on: date) -> list[Measure]:
    """Of the people in posts of each unit's subtree on a day, how many have read something."""
    tree, found = tree_on(on), []
    for unit, path in db.session.execute(select(tree.c.unit_id, tree.c.path).where(tree.c.unit_id.in_(units))).all():
        people = (
            select(Appointment.person_id)
            .join(Post, Post.id == Appointment.post_id)
            .join(tree, tree.c.unit_id == Post.unit_id)
            .where(below(path, tree.c.path), in_force(Appointment, on))
            .distinct()
        )
        whole = set(db.session.scalars(people))
        part = set(db.session.scalars(select(Reading.person_id).where(Reading.person_id.in_(people))))
        found.append(Measure("Reading circle", unit, len(part), len(whole)))
    return found
