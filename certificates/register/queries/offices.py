"""Issuers and what belongs to them; the roots of days."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, or_, select

from certificates.register.models import Book, DayRoot, Decision, Issuer, Signer, StockMove
from lms.db import db
from lms.organisation.models import Unit
from lms.organisation.queries import in_any
from lms.text import short_date


@dataclass(frozen=True)
class Office:
    """What belongs to an issuer."""

    signers: list[Signer]
    books: list[Book]
    decisions: list[Decision]
    stock: list[StockMove]
    left: int


def office(issuer: Issuer) -> Office:
    """An issuer's signers, books, decisions and blank forms, the newest first."""

    def of(model: Any, *order: Any) -> list[Any]:
        return list(db.session.scalars(select(model).where(model.issuer_id == issuer.id).order_by(*order)))

    moves: list[StockMove] = of(StockMove, StockMove.id.desc())
    left = sum((1 if m.kind == "received" else -1) * m.quantity for m in moves if m.withdrawn_at is None)
    return Office(
        of(Signer, Signer.valid_from.desc().nulls_last(), Signer.id.desc()), of(Book, Book.starts_on.desc()),
        of(Decision, Decision.decided_on.desc(), Decision.id.desc())[:50], moves[:50], left,
    )  # fmt: skip


def issuer_by_code(code: str) -> Issuer | None:
    """The issuer with that code."""
    return db.session.scalar(select(Issuer).where(Issuer.code == code))


def signer_of(issuer: Issuer, day: date) -> Signer | None:
    """Who signs for the issuer on a day: of several the one appointed last."""
    query = select(Signer).where(
        Signer.issuer_id == issuer.id, Signer.withdrawn_at.is_(None),
        or_(Signer.valid_from.is_(None), Signer.valid_from <= day),
        or_(Signer.valid_to.is_(None), Signer.valid_to >= day),
    )  # fmt: skip
    found = sorted(db.session.scalars(query), key=lambda signer: (signer.valid_from or date.min, signer.id))
    return found[-1] if found else None


def issuers() -> list[Issuer]:
    """Every issuer."""
    return list(db.session.scalars(select(Issuer).order_by(Issuer.id)))


def issuers_in(paths: Iterable[str]) -> list[Issuer]:
    """The issuers whose units lie inside the subtrees."""
    return list(db.session.scalars(select(Issuer).join(Unit).where(in_any(paths)).order_by(Issuer.id)))


def books(paths: Iterable[str]) -> list[Book]:
    """The books of issuers whose units lie inside the subtrees, the newest first."""
    paths = tuple(paths)
    found = db.session.scalars(select(Book).join(Issuer).order_by(Book.starts_on.desc(), Issuer.id))
    return [book for book in found if book.issuer.unit.path.startswith(paths)]


def book_by_id(book_id: int) -> Book | None:
    """The book with that id."""
    return db.session.get(Book, book_id)


def books_named(name: str) -> list[Book]:
    """The book called `issuer/name`, like DUK/2026; every book when the name is empty, in their order."""
    code, _slash, book = name.partition("/")
    query = select(Book).join(Issuer).order_by(Book.starts_on, Book.id)
    return list(db.session.scalars(query.where(Issuer.code == code, Book.name == book) if name else query))


def has_root(day: date) -> bool:
    """Whether the root of a day, or of a later one, is made."""
    return db.session.scalar(select(DayRoot.id).where(DayRoot.day >= day).limit(1)) is not None


def last_root(at: datetime | None = None) -> DayRoot | None:
    """The newest day root, or the one that was the newest at a moment."""
    query = select(DayRoot).order_by(DayRoot.day.desc()).limit(1)
    return db.session.scalar(query.where(DayRoot.made_at <= at) if at else query)


def root_words(at: datetime | None = None) -> str:
    """The newest day root, as papers print it, or the newest at a moment; empty before the first."""
    row = last_root(at)
    return f"Mã gốc của sổ, hết ngày {short_date(row.day)}: {row.root}" if row else ""


def roots() -> list[DayRoot]:
    """Every day root, the oldest first."""
    return list(db.session.scalars(select(DayRoot).order_by(DayRoot.day)))


def newest_roots() -> Select[DayRoot]:
    """Every day root, the newest first, for a page."""
    return select(DayRoot).order_by(DayRoot.day.desc())
