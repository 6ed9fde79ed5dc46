"""Time: aware UTC in the database, Vietnamese time (UTC+7, no summer time) on the page and for days."""

from datetime import UTC, date, datetime, time, timedelta, timezone

VIETNAM = timezone(timedelta(hours=7), "Asia/Ho_Chi_Minh")


def now() -> datetime:
    """The present moment, aware UTC; services take it as an argument instead of asking."""
    return datetime.now(UTC)


def local(at: datetime) -> datetime:
    """The same moment on a Vietnamese clock."""
    return at.astimezone(VIETNAM)


def day_of(at: datetime) -> date:
    """The Vietnamese calendar day that a moment falls on."""
    return local(at).date()


def today() -> date:
    """The Vietnamese calendar day now."""
    return day_of(now())


def start_of(day: date) -> datetime:
    """The moment, in UTC, at which a Vietnamese day begins."""
    return datetime.combine(day, time.min, VIETNAM).astimezone(UTC)


def until(known: date) -> datetime:
    """Before which moment something must be recorded to be known at the end of a day; or, of a moment, by then."""
    return known if isinstance(known, datetime) else start_of(known + timedelta(days=1))
