"""Who completed something and has no certificate."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from flask import current_app, request
from sqlalchemy import select

from certificates.register.models import Certificate
from lms import clock
from lms.clock import day_of
from lms.db import db
from lms.events import ActivityCompleted
from lms.organisation.models import Appointment, Person, Post, Unit
from lms.organisation.queries import everywhere, in_any
from lms.pages import Page
from lms.plugins import installed


def missing(activity: str = "", people: Collection[int] = (),
            paths: Collection[str] | None = None) -> list[ActivityCompleted]:  # fmt: skip
    """Completions of every plugin that no certificate ever answered, oldest first.

    Of one activity or all, of some people or everybody; with `paths`, of people who hold or held a post beneath them.
    """
    query = select(Certificate.person_id, Certificate.activity, Certificate.completed_on)
    query = query.where(Certificate.status != "voided")
    answered = {(person, activity, day) for person, activity, day in db.session.execute(query)}
    events = [event for plugin in installed(current_app) for event in plugin.history()]
    completed = [event for event in events if isinstance(event, ActivityCompleted)]
    due = [e for e in completed if (e.person_id, e.activity, day_of(e.completed_at)) not in answered]
    inside = _inside(paths)
    due = [
        e
        for e in due
        if activity in ("", e.activity)
        and (not people or e.person_id in people)
        and (inside is None or e.person_id in inside)
    ]
    return sorted(due, key=lambda event: event.completed_at)


def _inside(paths: Collection[str] | None) -> set[int] | None:
    """The people of the subtrees; None where that is everybody."""
    if paths is None or everywhere(paths, clock.today()):
        return None
    held = select(Appointment.person_id).join(Post).join(Unit, Unit.id == Post.unit_id).where(in_any(paths))
    return set(db.session.scalars(held))


@dataclass(frozen=True)
class DueRow:
    """Somebody who completed an activity and has no certificate."""

    person_code: str
    name: str
    title: str
    activity: str
    completed_on: date


def due(activity: str, paths: Collection[str]) -> Page:
    """A page of those beneath the paths who are due, the oldest completion first."""
    events = missing(activity, paths=paths)
    page = min(max(request.args.get("page", 1, type=int) or 1, 1), max(1, -(-len(events) // 50)))
    shown = events[(page - 1) * 50 : page * 50]
    ids = [event.person_id for event in shown]
    people = {person.id: person for person in db.session.scalars(select(Person).where(Person.id.in_(ids)))}
    rows = [
        DueRow(people[e.person_id].code, people[e.person_id].name, e.title, e.activity, day_of(e.completed_at))
        for e in shown
        if e.person_id in people
    ]
    return Page(rows, page, 50, len(events))


def due_activities(paths: Collection[str]) -> dict[str, tuple[str, int]]:
    """The activities for which somebody beneath the paths is due: title and how many, by key."""
    found: dict[str, tuple[str, int]] = {}
    for event in missing(paths=paths):
        found[event.activity] = (event.title, found.get(event.activity, ("", 0))[1] + 1)
    return found
