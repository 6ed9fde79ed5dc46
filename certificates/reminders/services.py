"""Setting the steps of a target, and telling people."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date, datetime

from flask_babel import gettext as _
from sqlalchemy import select

from certificates.reminders import wording
from certificates.reminders.models import ReminderDay, Step
from certificates.reminders.wording import Words
from certificates.targets.models import Target
from lms import audit
from lms.db import transaction
from lms.errors import Refused
from lms.jobs import enqueue
from lms.messages import notify
from lms.messages.letters import Notice


def add_step(target_id: int, words: Words, at: datetime) -> int:
    """A further step of a target. Raises Refused when its texts name a field that there is not."""
    _check(words)
    with transaction() as session:
        target = session.get_one(Target, target_id, with_for_update=True)
        step = Step(target_id=target.id, created_at=at, **asdict(words))
        session.add(step)
        session.flush()
        audit.record("certificates.add_reminder_step", f"target:{target.code}", days=words.days, to=words.audience)
        return step.id


def add_usual_steps(target_id: int, at: datetime) -> None:
    """The usual steps, for a target that has none. Raises Refused for one that has."""
    with transaction() as session:
        target = session.get_one(Target, target_id, with_for_update=True)
        if session.scalar(select(Step.id).where(Step.target_id == target_id, Step.ended_at.is_(None)).limit(1)):
            raise Refused(_("This target has steps already."))
        session.add_all(Step(target_id=target_id, created_at=at, **asdict(words)) for words in wording.usual())
        audit.record("certificates.add_usual_reminders", f"target:{target.code}")


def change_step(step_id: int, words: Words) -> None:
    """Other words or another day; what the step has sent already it does not send again."""
    _check(words)
    with transaction() as session:
        step = session.get_one(Step, step_id, with_for_update=True)
        for name, value in asdict(words).items():
            setattr(step, name, value)
        audit.record("certificates.change_reminder_step", f"target:{step.target.code}", days=words.days,
                     to=words.audience)  # fmt: skip


def end_step(step_id: int, at: datetime) -> None:
    """The step sends nothing more; the second time nothing changes."""
    with transaction() as session:
        step = session.get_one(Step, step_id, with_for_update=True)
        step.ended_at = step.ended_at or at
        audit.record("certificates.end_reminder_step", f"target:{step.target.code}", days=step.days, to=step.audience)


def _check(words: Words) -> None:
    for text in (words.subject, words.body):
        if found := wording.problem(text, words.audience):
            raise Refused(found)


def queue_day(day: date) -> bool:
    """Puts a day's reminders in the queue, once: False when another worker has."""
    with transaction() as session:
        # The steps are locked, so that two workers ask one after the other.
        steps = session.scalars(select(Step.id).where(Step.ended_at.is_(None)).order_by(Step.id).with_for_update())
        if not steps.all() or session.scalar(select(ReminderDay.id).where(ReminderDay.day == day)) is not None:
            return False
        session.add(ReminderDay(day=day))
        enqueue("certificates.remind", {"day": day.isoformat()}, None)
        return True


def tell(found: Sequence[Notice], at: datetime) -> int:
    """Writes reminders into the outbox, which keeps each only once; returns how many are new."""
    with transaction():
        return sum(notify(n.person_id, n.subject, n.body, reason=n.reason, key=n.key, at=at) for n in found)


def queue_missing(target_id: int, unit_id: int, by: str, account_id: int) -> int:
    """Puts in the queue a reminder to everybody who is missing in a unit today; returns the job."""
    with transaction() as session:
        target = session.get_one(Target, target_id)
        audit.record("certificates.remind_missing", f"target:{target.code}", unit=unit_id)
        return enqueue("certificates.remind_missing", {"target_id": target_id, "unit_id": unit_id, "by": by},
                       account_id)  # fmt: skip
