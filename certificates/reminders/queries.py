"""What is to be told to whom on a day: worked out from the kept figures, so that tomorrow is known today."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from flask import current_app
from flask_babel import gettext as _
from sqlalchemy import Select, select

from certificates.reminders.models import ReminderDay, Step
from certificates.reminders.wording import NAMED, after, fill, left
from certificates.targets.counting import units_of
from certificates.targets.facts import portions, proofs_of
from certificates.targets.models import MISSING, KeptSpan, Target
from certificates.targets.rules import proven
from lms.accounts.queries import responsible
from lms.db import db
from lms.messages.days import Calendar
from lms.messages.letters import Notice
from lms.messages.models import Message
from lms.messages.queries import addresses, channels
from lms.organisation.models import Person, PostKind, Unit
from lms.text import number_vi, short_date


class Open(NamedTuple):
    """What one person still owes a target, because of a post at a place, by a day."""

    person_id: int
    unit_id: int
    path: str
    kind_id: int
    due_on: date


@dataclass
class Reminder:
    """What one step tells one person: of their own duty, or of those of the people in a unit. `key` makes it unique."""

    step: Step
    recipient_id: int
    # The unit that the recipient answers for; their own post's where they are reminded themselves.
    unit_id: int
    path: str
    due_on: date
    about: list[Open]

    @property
    def key(self) -> str:
        unit = 0 if self.step.audience == "person" else self.unit_id
        return f"{_prefix(self.step.id)}{self.recipient_id}:{unit}:{self.due_on.isoformat()}"


def _prefix(step_id: int) -> str:
    return f"certificates.reminder:{step_id}:"


def steps_of(target_id: int) -> list[Step]:
    """The steps of a target, in the order in which they come."""
    query = select(Step).where(Step.target_id == target_id, Step.ended_at.is_(None))
    return list(db.session.scalars(query.order_by(Step.days, Step.id)))


def targets_with_steps() -> Select[Target]:
    """The targets that remind: published, counted, and with a step."""
    with_steps = select(Step.target_id).where(Step.ended_at.is_(None))
    query = select(Target).where(Target.counted_at.is_not(None), Target.id.in_(with_steps))
    return query.order_by(Target.id)


def has_steps() -> bool:
    """Whether any target reminds."""
    return db.session.scalar(select(Step.id).where(Step.ended_at.is_(None)).limit(1)) is not None


def is_queued(day: date) -> bool:
    """Whether the reminders of that day were put in the queue."""
    return db.session.scalar(select(ReminderDay.id).where(ReminderDay.day == day)) is not None


def planned(day: date) -> list[Reminder]:
    """Everything that is to be told on a day and was not yet, by target, step and place; nothing on a day off.

    Of the steps to one audience only the last whose day has come is taken, so whoever comes late is told once. A step
    whose day is a day off comes on the next working day.
    """
    calendar = Calendar(day)
    if not calendar.works(day):
        return []
    above = responsible(day)
    found: dict[str, Reminder] = {}
    for target in db.session.scalars(targets_with_steps()).all():
        steps = steps_of(target.id)
        told = _told(steps)
        for duty in open_on(target, day, steps[0].days):
            for reminder in _reminders(duty, steps, calendar, day, above):
                if reminder.key not in told:
                    found.setdefault(reminder.key, reminder).about.append(duty)
    return list(found.values())


def _told(steps: Iterable[Step]) -> set[str]:
    keys: set[str] = set()
    for prefix in (_prefix(step.id) for step in steps):
        keys.update(db.session.scalars(select(Message.key).where(Message.key >= prefix, Message.key < prefix + "~")))
    return keys


def _reminders(duty: Open, steps: Sequence[Step], calendar: Calendar, day: date,
               above: dict[int, list[int]]) -> Iterator[Reminder]:  # fmt: skip
    """What the steps that have come say about one duty; `about` is still empty."""
    now = {step.audience: step for step in steps if calendar.has_come(duty.due_on, step.days, day)}
    levels = [unit for unit in reversed(units_of(duty.path)) if unit in above] if now.keys() - {"person"} else []
    for audience, step in now.items():
        if audience == "person":
            yield Reminder(step, duty.person_id, duty.unit_id, duty.path, duty.due_on, [])
        elif len(levels) > (place := 0 if audience == "manager" else 1):
            unit = levels[place]
            path = duty.path[: duty.path.index(f"/{unit}/") + len(f"/{unit}/")]
            for person in above[unit]:
                yield Reminder(step, person, unit, path, duty.due_on, [])


def open_on(target: Target, day: date, first: int = 0) -> list[Open]:
    """What people owe a target on a day, once each, in depth-first order; `first`: the days of the earliest step.

    The due day is the end of the target; of a completion that ends, the last day on which it counts.
    """
    rows = db.session.execute(_standing(target, day, MISSING)).all()
    if target.validity_months:
        rows = [*rows, *db.session.execute(_standing(target, day, KeptSpan.standing == "expiring"))]
    elif (target.ends_on - day).days > -first:
        return []
    ends = _ends(target, day) if target.validity_months else {}
    found: dict[int, Open] = {}
    for person_id, unit_id, path, kind_id in rows:
        due_on = ends.get(person_id, target.ends_on)
        found.setdefault(person_id, Open(person_id, unit_id, path, kind_id, due_on))
    return sorted(found.values(), key=lambda duty: (duty.path, duty.person_id))


def _standing(target: Target, day: date, condition: Any) -> Select[Any, int, str, int]:
    person_id: Any = KeptSpan.person_id
    return (
        select(person_id, KeptSpan.unit_id, KeptSpan.path, KeptSpan.kind_id)
        .where(KeptSpan.target_id == target.id, condition, KeptSpan.grace.is_(False))
        .where(KeptSpan.from_on <= day, KeptSpan.to_on >= day)
        .order_by(KeptSpan.path, KeptSpan.post_id)
    )


def _ends(target: Target, day: date) -> dict[int, date]:
    """The last day on which the completion of each person counts, or counted."""
    holders: Select[Any] = select(KeptSpan.person_id).where(
        KeptSpan.target_id == target.id, KeptSpan.from_on <= day, KeptSpan.to_on >= day, KeptSpan.person_id.is_not(None)
    )
    ends: dict[int, date] = {}
    for person_id, proofs in proofs_of(db.session(), target, None, holders).items():
        periods, _expiring = proven(target.rule, proofs)
        begun = [period.to_on for period in periods if period.from_on <= day]
        if begun:
            ends[person_id] = max(begun)
    return ends


def notices(found: Sequence[Reminder], day: date) -> Iterator[Notice]:
    """The reminders in words, with where channels reach their recipients; in portions, for there may be very many."""
    ways = channels()
    for part in portions(found, 500):
        shown = [duty for reminder in part for duty in reminder.about[:NAMED]]
        units = _names(Unit, {d.unit_id for d in shown} | {reminder.unit_id for reminder in part})
        kinds, people = _names(PostKind, {d.kind_id for d in shown}), _names(Person, {d.person_id for d in shown})
        reach = addresses({reminder.recipient_id for reminder in part}, ways)
        found_codes = db.session.execute(select(Unit.id, Unit.code).where(Unit.id.in_(units)))
        codes = {unit: code for unit, code in found_codes}
        for reminder in part:
            name, ends = reach[reminder.recipient_id]
            words = _words(reminder, day, name, units, kinds, people, codes[reminder.unit_id])
            subject, body = fill(reminder.step.subject, words), fill(reminder.step.body, words)
            yield Notice(ends, reminder.recipient_id, name, reminder.key, subject, body, _reason(reminder, words))


def _names(model: type[Unit | PostKind | Person], ids: set[int]) -> dict[int, str]:
    found: defaultdict[int, str] = defaultdict(str)
    for part in portions(sorted(ids)):
        rows = db.session.execute(select(model.id, model.name).where(model.id.in_(part)))
        found.update({number: name for number, name in rows})
    return found


def _words(reminder: Reminder, day: date, name: str, units: dict[int, str], kinds: dict[int, str],
           people: dict[int, str], code: str) -> dict[str, str]:  # fmt: skip
    step, about, site = reminder.step, reminder.about, current_app.config["PUBLIC_URL"]
    listed = [f"- {people[d.person_id]} ({kinds[d.kind_id]}, {units[d.unit_id]})" for d in about[:NAMED]]
    if len(about) > NAMED:
        listed.append(_("and %(count)s more", count=number_vi(len(about) - NAMED)))
    page = f"/targets/{step.target.code}?unit={code}#missing"
    return {
        "name": name, "target": step.target.title, "post": kinds[about[0].kind_id], "unit": units[reminder.unit_id],
        "deadline": short_date(reminder.due_on), "left": left(reminder.due_on, day),
        "count": _("%(count)s people", count=number_vi(len(about))), "names": "\n".join(listed),
        "link": site + ("/" if step.audience == "person" else page),
    }  # fmt: skip


def _reason(reminder: Reminder, words: dict[str, str]) -> Any:
    when, code = after(reminder.step.days), reminder.step.target.code
    if reminder.step.audience == "person":
        return _("You are told this because you are %(post)s of %(unit)s and target %(code)s asks it of this post"
                 " (%(when)s).", post=words["post"], unit=words["unit"], code=code, when=when)  # fmt: skip
    return _("You are told this because you are responsible for %(unit)s in target %(code)s (%(when)s).",
             unit=words["unit"], code=code, when=when)  # fmt: skip
