"""A reminder that somebody asks for, outside the steps."""

from collections.abc import Iterable
from datetime import date

from flask import current_app
from flask_babel import gettext as _

from certificates.reminders.queries import steps_of
from certificates.reminders.wording import fill, left, usual
from certificates.targets.models import Target
from certificates.targets.queries import Missing
from lms.messages.letters import Notice
from lms.text import short_date


def asked(target: Target, lines: Iterable[Missing], by: str, day: date) -> dict[int, Notice]:
    """What these people are told on a day at the wish of `by`, by person: at most once a day for a target."""
    steps = [step for step in steps_of(target.id) if step.audience == "person"]
    come = [step for step in steps if (day - target.ends_on).days >= step.days] or steps[:1]
    step = come[-1] if come else usual()[0]
    found: dict[int, Notice] = {}
    for line in lines:
        words = {
            "name": line.person.name, "target": target.title, "post": line.kind.name, "unit": line.unit_name,
            "deadline": short_date(target.ends_on), "left": left(target.ends_on, day),
            "link": f"{current_app.config['PUBLIC_URL']}/",
        }  # fmt: skip
        reason = _("You are told this because you are %(post)s of %(unit)s and target %(code)s asks it of this post;"
                   " %(by)s sent this reminder.", post=line.kind.name, unit=line.unit_name, code=target.code,
                   by=by)  # fmt: skip
        key = f"certificates.asked:{target.id}:{line.person.id}:{day.isoformat()}"
        found[line.person.id] = Notice(
            (), line.person.id, line.person.name, key, fill(step.subject, words), fill(step.body, words), reason
        )
    return found
