"""The day's root: the heads of all books in one hash, made when the day is over and published."""

from datetime import date, datetime, timedelta

from sqlalchemy import select

from certificates.register import chain
from certificates.register.models import Book, DayRoot, Issuer
from lms.db import transaction


def make_day_root(day: date, at: datetime) -> bool:
    """Makes the root as of now and calls it the root of `day`; False when it is made already. Whoever writes waits."""
    with transaction() as session:
        list(session.scalars(select(Issuer.id).order_by(Issuer.id).with_for_update()))
        last = session.scalar(select(DayRoot).order_by(DayRoot.day.desc()).limit(1))
        if last is not None and last.day >= day:
            return False
        books = session.scalars(select(Book).order_by(Book.id).with_for_update())
        heads = [[book.issuer.code, book.name, book.last_position, book.last_hash] for book in books]
        before = last.root if last else ""
        session.add(DayRoot(day=day, heads=heads, root=chain.root(before, day, heads), made_at=at))
    return True


def yesterday(today: date) -> date:
    """The day whose root is due."""
    return today - timedelta(days=1)
