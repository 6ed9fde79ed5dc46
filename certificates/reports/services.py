"""Freezing."""

from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import func, select

from certificates.reports.content import digest, gather
from certificates.reports.models import Report
from certificates.targets.models import Target
from certificates.targets.queries import Clocks
from lms import audit
from lms.db import transaction
from lms.errors import Refused
from lms.organisation.models import Unit


def freeze(target_id: int, unit_id: int, clocks: Clocks, *, reason: str = "", account_id: int | None,
           at: datetime) -> int:  # fmt: skip
    """Keeps the figures and names as they are asked now; returns the report's number within the target.

    It says what changed since the last report on the unit. A further report of the same day is a new version of it:
    raises Refused unless it says why, and when nothing differs.
    """
    with transaction() as session:
        target = session.get_one(Target, target_id, with_for_update=True)
        unit = session.get_one(Unit, unit_id)
        content = gather(target, unit, clocks)
        previous = session.scalar(
            select(Report)
            .where(Report.target_id == target_id, Report.unit_id == unit_id, Report.on <= clocks.on)
            .order_by(Report.on.desc(), Report.number.desc())
            .limit(1)
        )
        again = previous if previous and previous.on == clocks.on else None
        if again is not None and {**again.content, "known": None} == {**content, "known": None}:
            raise Refused(_("Report %(number)s says the same already.", number=again.number))
        if again is not None and not reason.strip():
            raise Refused(_("Report %(number)s is of the same day: say why there is a new one.", number=again.number))
        number = (session.scalar(select(func.max(Report.number)).where(Report.target_id == target_id)) or 0) + 1
        session.add(
            Report(
                target_id=target_id, unit_id=unit_id, number=number, on=clocks.on, content=content,
                sha256=digest(content), previous_id=previous.id if previous else None, reason=reason.strip(),
                account_id=account_id, frozen_at=at,
            )
        )  # fmt: skip
        audit.record("certificates.freeze", f"target:{target.code}", number=number, unit=unit.code)
        return number
