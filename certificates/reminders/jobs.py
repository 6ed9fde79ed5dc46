"""Writing the reminders of a day, and those that somebody asks for, in portions; begun again they go on."""

from datetime import date

from flask_babel import gettext as _

from certificates.reminders import queries, services
from certificates.reminders.asking import asked
from certificates.targets.facts import portions
from certificates.targets.models import Target
from certificates.targets.queries import Clocks, missing
from lms import clock
from lms.db import db
from lms.jobs import Progress
from lms.messages.days import may_send
from lms.organisation.models import Unit

BATCH = 200


def queue_today() -> int:
    """The worker's round: in the first working hour of a day its reminders are put in the queue."""
    at = clock.now()
    day = clock.day_of(at)
    due = not queries.is_queued(day) and queries.has_steps() and may_send(at)
    return int(due and services.queue_day(day))


def remind(progress: Progress, day: str) -> None:
    """Writes what is to be told on the day; a job that comes a day late does nothing, for its day has its own."""
    on = date.fromisoformat(day)
    found = queries.planned(on) if on == clock.today() else []
    told = 0
    for number, part in enumerate(portions(found, BATCH), 1):
        told += services.tell(list(queries.notices(part, on)), clock.now())
        progress.at(min(number * BATCH, len(found)), len(found))
    progress.result(message=_("%(count)s reminders written.", count=told))


def remind_missing(progress: Progress, target_id: int, unit_id: int, by: str) -> None:
    """Reminds everybody who is missing in a unit today, once a day."""
    target, unit, today = db.session.get_one(Target, target_id), db.session.get_one(Unit, unit_id), clock.today()
    lines = missing(target, unit, Clocks(today))
    told = 0
    for number, part in enumerate(portions(lines, BATCH), 1):
        told += services.tell(list(asked(target, part, by, today).values()), clock.now())
        progress.at(min(number * BATCH, len(lines)), len(lines))
    progress.result(message=_("%(count)s reminders written.", count=told))
