"""Issuers and what belongs to their office: signers, books of a term, decisions, blank forms."""

from datetime import date, datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from certificates.register.models import Book, Decision, Issuer, Signer, StockMove
from certificates.register.services.ending import decision_of
from certificates.register.services.entering import lock_issuers
from certificates.signing.trust import certificates_in
from lms import audit
from lms.clock import day_of
from lms.db import transaction
from lms.errors import Refused
from lms.text import clean


def add_issuer(code: str, name: str, *, unit_id: int, place: str, authority: str, signer: str, number_pattern: str,
               superior: str = "", heading: str = "party", **more: Any) -> int:  # fmt: skip
    """A new issuer with its first signer; the second time with the same code changes nothing and gives the same id."""
    check_pattern(number_pattern)
    check_trust(str(more.get("trust", "")))
    with transaction() as session:
        issuer = session.scalar(select(Issuer).where(Issuer.code == code))
        if issuer is None:
            issuer = Issuer(
                code=code, name=name, unit_id=unit_id, place=place, number_pattern=number_pattern, superior=superior,
                heading=heading, **more,
            )  # fmt: skip
            session.add(issuer)
            session.flush()
            session.add(Signer(issuer_id=issuer.id, name=signer, authority=_lines(authority)))
            audit.record("certificates.add_issuer", f"issuer:{code}", unit=unit_id)
        return issuer.id


def change_issuer(issuer_id: int, **values: Any) -> None:
    """Changes what future certificates print and how the books are kept; what is issued stays as it was frozen."""
    check_pattern(values["number_pattern"])
    check_trust(values.get("trust", ""))
    with transaction() as session:
        issuer = session.get_one(Issuer, issuer_id, with_for_update=True)
        before = {name: getattr(issuer, name) for name in values}
        for name, value in values.items():
            setattr(issuer, name, value)
        changes = {name: [before[name], value] for name, value in values.items() if before[name] != value}
        audit.record("certificates.change_issuer", f"issuer:{issuer.code}", changes=changes)


def check_pattern(pattern: str) -> None:
    """Raises Refused unless the pattern makes a different text of each number."""
    try:
        texts = {pattern.format(number=number, year=2026) for number in range(1, 13)}
    except (KeyError, ValueError, IndexError, AttributeError) as error:
        raise Refused(_("The pattern of the numbers cannot be read: write it like {number:02d}-GCN/ĐUK.")) from error
    if len(texts) < 12:
        raise Refused(_("The pattern of the numbers must contain {number}: write it like {number:02d}-GCN/ĐUK."))


def check_trust(text: str) -> None:
    """Raises Refused unless the text is empty or holds certificates (PEM)."""
    try:
        if text.strip() and not certificates_in(text.encode()):
            raise ValueError("no certificate")
    except (ValueError, TypeError) as error:
        raise Refused(_("The certificates of the authorities cannot be read: copy them whole, as PEM.")) from error


def add_signer(issuer_id: int, *, name: str, authority: str, valid_from: date, valid_to: date | None,
               at: datetime) -> None:  # fmt: skip
    """Somebody signs from a day on. Who signed before needs no end: the one appointed last signs."""
    if valid_to is not None and valid_to < valid_from:
        raise Refused(_("The last day lies before the first."))
    with transaction() as session:
        issuer = session.get_one(Issuer, issuer_id)
        signer = Signer(
            issuer_id=issuer_id, name=name, authority=_lines(authority), valid_from=valid_from, valid_to=valid_to,
            recorded_at=at,
        )  # fmt: skip
        session.add(signer)
        audit.record("certificates.add_signer", f"issuer:{issuer.code}", name=name, valid_from=valid_from.isoformat())


def _lines(text: str) -> str:
    return "\n".join(line for line in map(clean, text.splitlines()) if line)


def withdraw_signer(signer_id: int, at: datetime) -> None:
    """A signer who was entered by mistake signs no more; papers that carry the name keep it."""
    with transaction() as session:
        signer = session.get_one(Signer, signer_id, with_for_update=True)
        signer.withdrawn_at = signer.withdrawn_at or at
        audit.record("certificates.withdraw_signer", f"signer:{signer_id}", name=signer.name)


def open_book(issuer_id: int, *, name: str, starts_on: date, ends_on: date, number_pattern: str,
              first_number: int = 1) -> int:  # fmt: skip
    """A new book of a year or a term. Raises Refused when it overlaps another of the issuer's."""
    check_pattern(number_pattern)
    if ends_on < starts_on or first_number < 1:
        raise Refused(_("The last day lies before the first."))
    with transaction() as session:
        lock_issuers(session)
        overlap = select(Book).where(Book.issuer_id == issuer_id, Book.starts_on <= ends_on, Book.ends_on >= starts_on)
        if other := session.scalar(overlap):
            raise Refused(_("The book «%(name)s» covers some of these days already.", name=other.name))
        book = Book(
            issuer_id=issuer_id, name=name, starts_on=starts_on, ends_on=ends_on, number_pattern=number_pattern,
            first_number=first_number, last_number=first_number - 1, last_position=0, last_hash="",
        )  # fmt: skip
        session.add(book)
        session.flush()
        audit.record("certificates.open_book", f"book:{book.id}", name=name, first_number=first_number)
        return book.id


def record_decision(issuer_id: int, *, number: str, decided_on: date, text: str, at: datetime) -> int:
    """A decision that certificates can rest on; the same number and day is the same decision. Returns its id."""
    with transaction() as session:
        issuer = session.get_one(Issuer, issuer_id, with_for_update=True)
        decision = decision_of(session, issuer, number.strip(), decided_on, at)
        if not isinstance(decision, Decision):
            raise Refused(_("Give the day of the decision."))
        decision.text = text or decision.text
        audit.record("certificates.record_decision", f"issuer:{issuer.code}", decision=decision.words)
        return decision.id


def move_stock(issuer_id: int, *, kind: str, quantity: int, moved_on: date, serials: str = "", note: str = "",
               account_id: int | None, at: datetime) -> None:  # fmt: skip
    """Blank forms received, used or spoiled. Raises Refused when more would be gone than ever came."""
    if quantity < 1 or moved_on > day_of(at):
        raise Refused(_("The number must be at least 1 and the day not in the future."))
    with transaction() as session:
        issuer = session.get_one(Issuer, issuer_id, with_for_update=True)
        if kind != "received" and quantity > stock_left(session, issuer_id):
            raise Refused(_("Only %(left)s blank forms are left.", left=stock_left(session, issuer_id)))
        session.add(
            StockMove(issuer_id=issuer_id, kind=kind, quantity=quantity, serials=serials, moved_on=moved_on, note=note,
                      account_id=account_id, recorded_at=at)
        )  # fmt: skip
        audit.record("certificates.move_stock", f"issuer:{issuer.code}", kind=kind, quantity=quantity)


def withdraw_stock(move_id: int, at: datetime) -> None:
    """Takes back an entry of the stock that was wrong. Raises Refused when less than nothing would be left."""
    with transaction() as session:
        move = session.get_one(StockMove, move_id)
        session.get_one(Issuer, move.issuer_id, with_for_update=True)
        if move.kind == "received" and move.quantity > stock_left(session, move.issuer_id):
            raise Refused(_("These forms are used already."))
        move.withdrawn_at = move.withdrawn_at or at
        audit.record("certificates.withdraw_stock", f"stock:{move_id}", kind=move.kind, quantity=move.quantity)


def stock_left(session: Session, issuer_id: int) -> int:
    """How many blank forms should be in the cupboard."""
    query = select(StockMove.kind, func.sum(StockMove.quantity)).group_by(StockMove.kind)
    query = query.where(StockMove.issuer_id == issuer_id, StockMove.withdrawn_at.is_(None))
    sums = {kind: total for kind, total in session.execute(query)}
    return int(sums.get("received", 0) - sums.get("used", 0) - sums.get("spoiled", 0))
