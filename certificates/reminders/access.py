"""Obtaining steps and people to remind, with the check."""

from flask import abort

from certificates.reminders.models import Step
from certificates.targets.access import target_to_plan
from certificates.targets.models import Target
from certificates.targets.queries import Clocks, Missing, missing
from lms import clock
from lms.access import may_see
from lms.db import db
from lms.organisation.models import Unit

REMIND = "certificates.remind"


def step_to_change(step_id: int) -> Step:
    """A step of a target that one may set; 404 for any other, and for one that ended."""
    step = db.session.get(Step, step_id)
    if step is None or step.ended_at is not None:
        abort(404)
    target_to_plan(step.target.code)
    return step


def missing_to_remind(target: Target, unit: Unit, person_id: int) -> Missing:
    """The person's line of the missing list, within the scope, or 404."""
    if not may_see(person_id, REMIND):
        abort(404)
    lines = missing(target, unit, Clocks(clock.today()), person_id=person_id)
    return lines[0] if lines else abort(404)
