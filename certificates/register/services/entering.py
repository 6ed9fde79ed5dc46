"""Writing into a book, as part of an open transaction: the next number, and the next link of the chain."""

import secrets
from collections.abc import Mapping
from dataclasses import replace as changed
from datetime import date, datetime, timedelta
from typing import Any

from flask import current_app
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from certificates.designs import CertificateFacts, MissingLetters, check_letters
from certificates.proofs import credential
from certificates.proofs.keys import Pair
from certificates.proofs.queries import signing_pair
from certificates.proofs.statement import Statement, signed
from certificates.register import chain
from certificates.register.models import Book, Certificate, Decision, Entry, Issuer, Signer
from certificates.register.queries.offices import signer_of
from certificates.signing import NOTICES, refuse_ended_seal
from certificates.signing.models import SignedPaper
from lms import fonts
from lms.errors import Refused
from lms.text import fold, short_date

# Capitals and digits that are not mistaken for one another on paper; twelve of them are 59 bits.
ALPHABET = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"


def lock_issuers(session: Session) -> list[Issuer]:
    """Every issuer, locked: whoever writes into any book waits here, so that books are never opened twice."""
    return list(session.scalars(select(Issuer).order_by(Issuer.id).with_for_update()))


def locked_book(session: Session, issuer: Issuer, day: date) -> Book:
    """The issuer's book for a day, locked. A year's book is opened with its first certificate; a term's by hand.

    The issuers are locked before.
    """
    query = select(Book).where(Book.issuer_id == issuer.id, Book.starts_on <= day, Book.ends_on >= day)
    book = session.scalar(query.with_for_update())
    if book is None:
        if issuer.book_period != "year":
            raise Refused(_("«%(issuer)s» has no book for %(day)s: open the book of the term first.",
                            issuer=issuer.name, day=short_date(day)))  # fmt: skip
        book = Book(
            issuer_id=issuer.id, name=str(day.year), starts_on=day.replace(month=1, day=1),
            ends_on=day.replace(month=12, day=31), number_pattern=issuer.number_pattern, first_number=1,
            last_number=0, last_position=0, last_hash="",
        )  # fmt: skip
        session.add(book)
        session.flush()
    return book


def signer_on(issuer: Issuer, day: date) -> Signer:
    """Who signs for the issuer on a day; of several the one appointed last. Raises Refused when nobody does."""
    signer = signer_of(issuer, day)
    if signer is None:
        raise Refused(_("Nobody signs for «%(issuer)s» on %(day)s: add a signer first.",
                        issuer=issuer.name, day=short_date(day)))  # fmt: skip
    return signer


def new_code() -> str:
    """A code that nobody can guess."""
    return "".join(secrets.choice(ALPHABET) for _place in range(12))


def refuse_missing_letters(facts: CertificateFacts) -> None:
    """Raises Refused, naming the letters, when something on the paper could not be printed."""
    try:
        check_letters(facts, fonts.folder_of(current_app.config["DATA_FOLDER"]))
    except MissingLetters as missing:
        raise Refused(
            _("«%(text)s» has letters that cannot be printed: %(letters)s. Correct the record, then issue again.",
              text=missing.text, letters=" ".join(missing.letters))
        ) from missing  # fmt: skip


def notice_of(issuer: Issuer, at: datetime) -> str:
    """What the paper says of its signature. Raises Refused where it is to be sealed and there is no good seal."""
    if issuer.signing == "seal":
        refuse_ended_seal(at)
    return NOTICES[issuer.signing]


def expiry(issuer: Issuer, issued_on: date) -> date | None:
    """The last day of validity; None when the issuer's certificates never expire."""
    if not issuer.valid_years:
        return None
    year = issued_on.year + issuer.valid_years
    try:
        return issued_on.replace(year=year) - timedelta(days=1)
    except ValueError:  # issued on 29 February
        return date(year, 2, 28)


def enter(session: Session, book: Book, certificate: Certificate, at: datetime,
          decision: Decision | None = None) -> None:  # fmt: skip
    """Takes the book's next number for a certificate whose facts are checked, and writes both line and link.

    Everything that can be refused is refused before: from here on a number is used.
    """
    pair = signing_pair(session)
    book.last_number = max(book.last_number + 1, book.first_number)
    number_text = book.number_pattern.format(number=book.last_number, year=certificate.issued_on.year)
    facts = changed(
        CertificateFacts.from_json(certificate.facts), number=number_text, code=certificate.code,
        book=f"{book.last_number:02d}/{book.name}", decision=decision.words if decision else "",
    )  # fmt: skip
    certificate.book_id, certificate.number, certificate.number_text = book.id, book.last_number, number_text
    certificate.facts, certificate.fold, certificate.status = facts.to_json(), fold(facts.name), "issued"
    certificate.decision_id = decision.id if decision else None
    if pair is not None:
        _prove(certificate, facts, book, pair)
    session.add(certificate)
    if facts.signing != "unsigned":
        session.add(SignedPaper(certificate=certificate, issuer_id=book.issuer_id, way=facts.signing))
    content = chain.issued(book.last_number, number_text, certificate.issued_on, certificate.facts)
    append(session, book, "issued", certificate.code, content, at)


def _prove(certificate: Certificate, facts: CertificateFacts, book: Book, pair: Pair) -> None:
    """Signs what the QR code says and the credential; both are kept, so that no later key changes a paper."""
    issuer = book.issuer.code
    said = Statement(facts.code, issuer, facts.number, facts.name, facts.title, facts.issued_on, certificate.valid_to)
    certificate.statement = signed(said, pair)
    base = str(current_app.config["PUBLIC_URL"])
    badge = credential.Badge(base, pair.kid, issuer, certificate.activity, book.id, book.last_number,
                             certificate.valid_to, certificate.issued_at)  # fmt: skip
    proof, jwt = credential.signed(credential.document(badge, facts), badge, pair)
    certificate.badge = {"version": credential.VERSION, "base": base, "kid": pair.kid, "proof": proof, "jwt": jwt}


def append(session: Session, book: Book, action: str, code: str, content: Mapping[str, Any], at: datetime) -> None:
    """The next link of the book's chain; the book is locked before."""
    book.last_position += 1
    book.last_hash = chain.link(book.last_hash, book.last_position, action, code, content, at)
    session.add(
        Entry(book_id=book.id, position=book.last_position, action=action, code=code, content=dict(content), at=at,
              hash=book.last_hash)
    )  # fmt: skip
