"""When letters go out: on working days by the Vietnamese calendar and what the office changed, outside quiet hours."""

from datetime import date, datetime, time, timedelta
from functools import lru_cache

import holidays
from flask import current_app
from sqlalchemy import select

from lms.clock import VIETNAM, local
from lms.db import db
from lms.messages.models import CalendarDay


@lru_cache(maxsize=8)
def _vietnam(year: int) -> holidays.HolidayBase:
    return holidays.country_holidays("VN", years=year, language="vi")


def public_holidays(year: int) -> dict[date, str]:
    """Vietnam's public holidays of a year, with their names."""
    return dict(sorted(_vietnam(year).items()))


def changed_days(first: date, last: date) -> dict[date, CalendarDay]:
    """What the office entered for the days from one to another."""
    query = select(CalendarDay).where(CalendarDay.day.between(first, last)).order_by(CalendarDay.day)
    return {row.day: row for row in db.session.scalars(query)}


class Calendar:
    """The working days around a day; the office's own days are read once."""

    def __init__(self, around: date) -> None:
        self._moved: dict[tuple[date, int], date] = {}
        self._changed = changed_days(around - timedelta(days=400), around + timedelta(days=400))

    def works(self, day: date) -> bool:
        """Whether letters go out on that day."""
        changed = self._changed.get(day)
        return changed.works if changed else _vietnam(day.year).is_working_day(day)

    def on_or_after(self, day: date) -> date:
        """That day, or the first working day after it."""
        while not self.works(day):
            day += timedelta(days=1)
        return day

    def has_come(self, due_on: date, days: int, day: date) -> bool:
        """Whether by `day` there was a working day so many days after `due_on`, or later."""
        if (due_on, days) not in self._moved:
            self._moved[due_on, days] = self.on_or_after(due_on + timedelta(days=days))
        return self._moved[due_on, days] <= day


def opening(day: date) -> datetime:
    """The moment of a day from which letters go out."""
    return datetime.combine(day, time(current_app.config["QUIET_UNTIL"]), VIETNAM)


def may_send(at: datetime) -> bool:
    """Whether letters go out now: on a working day, outside the quiet hours."""
    moment, conf = local(at), current_app.config
    return conf["QUIET_UNTIL"] <= moment.hour < conf["QUIET_FROM"] and Calendar(moment.date()).works(moment.date())
