"""The lines of the books, and the papers behind them."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any

from flask import current_app
from sqlalchemy import Select, func, or_, select

from certificates.designer.store import design_of
from certificates.designs import CertificateFacts, Design, Paper, RegisterLine, compiled
from certificates.register.models import Book, Certificate, Issuer
from certificates.register.queries.credentials import credential_of
from certificates.signing import seal
from certificates.signing.models import SignedPaper
from certificates.signing.queries import signature_of
from lms import clock, files, fonts
from lms.db import db
from lms.organisation.models import Person, Unit
from lms.organisation.queries import in_any
from lms.text import fold


def plain_code(typed: str) -> str:
    """A code as it was meant, however it was typed: capitals, without dashes and blanks."""
    return "".join(c for c in typed.upper() if c.isalnum())


def by_code(code: str) -> Certificate | None:
    """The certificate with that code, however it was typed; a draft has no code that anybody knows."""
    query = select(Certificate).where(Certificate.code == plain_code(code), Certificate.status != "draft")
    return db.session.scalar(query)


def replaced_by(certificate: Certificate) -> Certificate | None:
    """The certificate that took this one's place."""
    return db.session.scalar(select(Certificate).where(Certificate.replaces_id == certificate.id))


def certificates_of(person_id: int) -> list[Certificate]:
    """A person's certificates, the newest first."""
    query = select(Certificate).where(Certificate.person_id == person_id, Certificate.status != "draft")
    return list(db.session.scalars(query.order_by(Certificate.id.desc())))


def standing(activity: str, people: Iterable[int]) -> list[Certificate]:
    """The valid certificates of these people for an activity."""
    query = select(Certificate).where(Certificate.activity == activity, Certificate.status == "issued")
    return list(db.session.scalars(query.where(Certificate.person_id.in_(list(people))).order_by(Certificate.id)))


def person_id_of(code: str) -> int | None:
    """The id of the person with that code."""
    return db.session.scalar(select(Person.id).where(Person.code == code.upper()))


def ids_of(codes: Iterable[str]) -> list[int]:
    """The ids of the people with these codes."""
    return list(db.session.scalars(select(Person.id).where(Person.code.in_([code.upper() for code in codes]))))


def register(book_ids: Iterable[int], search: str = "", status: str = "") -> Select[Certificate]:
    """The lines of books, the highest number first; by name, number or code."""
    query = select(Certificate).join(Book, Book.id == Certificate.book_id).where(Book.id.in_(list(book_ids)))
    if status:
        query = query.where(Certificate.status == ("issued" if status == "expired" else status))
    if status == "issued":
        query = query.where(or_(Certificate.valid_to.is_(None), Certificate.valid_to >= clock.today()))
    elif status == "expired":
        query = query.where(Certificate.valid_to < clock.today())
    for word in fold(search).split():
        code = Certificate.code == plain_code(word)
        number = Certificate.number == int(word) if word.isdigit() and len(word) < 9 else False
        query = query.where(Certificate.fold.contains(word, autoescape=True) | code | number)
    return query.order_by(Book.starts_on.desc(), Book.id, Certificate.number.desc())


def drafts(paths: Iterable[str]) -> Select[Certificate]:
    """Drafts of issuers whose units lie inside the subtrees, the oldest first."""
    query = select(Certificate).join(Issuer).join(Unit).where(Certificate.status == "draft", in_any(paths))
    return query.order_by(Certificate.id)


def drafts_among(paths: Iterable[str], ids: Iterable[int]) -> list[int]:
    """Those of the ids that are drafts within the subtrees."""
    return [draft.id for draft in db.session.scalars(drafts(paths).where(Certificate.id.in_(list(ids))))]


def count_drafts(paths: Iterable[str]) -> int:
    """How many drafts wait."""
    return db.session.scalar(select(func.count()).select_from(drafts(paths).order_by(None).subquery())) or 0


def lines(book: Book) -> Iterator[RegisterLine]:
    """Every line of a book from number 1, for printing."""
    query = select(Certificate).where(Certificate.book_id == book.id).order_by(Certificate.number)
    for row in db.session.scalars(query.execution_options(yield_per=1000)):
        facts = CertificateFacts.from_json(row.facts)
        note = ", ".join(part for part in (row.decision, row.reason) if part)
        yield RegisterLine(
            row.number or 0, row.number_text, facts.name, facts.born, facts.post, facts.unit, facts.title,
            facts.decision, facts.score, row.issued_on, row.status, note,
        )  # fmt: skip


def address_of(certificate: Certificate) -> str:
    """The public address at which the certificate is checked, as its paper has it; its QR code begins with it."""
    base = certificate.badge["base"] if certificate.badge else current_app.config["PUBLIC_URL"]
    return f"{base}/verify/{certificate.code}"


def pdf_of(certificate: Certificate) -> bytes:
    """The certificate as a file: the signed one that is kept, or else drawn as it was frozen."""
    key = signature_of(certificate.code, certificate.facts).file_key
    return files.read(key) if key else drawn(certificate)


def drawn(certificate: Certificate) -> bytes:
    """The certificate as it was frozen: sealed where it was issued so, with an empty field where a leader is to sign.

    The same bytes each time, but for the signature itself.
    """
    facts = CertificateFacts.from_json(certificate.facts)
    own = seal() if facts.signing == "seal" else None
    paper, attached = _paper(certificate, facts), credential_of(certificate)
    return compiled(_design(certificate), font_folder()).draw(
        paper, attachment=attached, seal=own, field=facts.signing == "token"
    )


def _paper(certificate: Certificate, facts: CertificateFacts) -> Paper:
    address = address_of(certificate)
    return Paper(facts, address, f"{address}#{certificate.statement}" if certificate.statement else address)


def unstamped(limit: int) -> list[Certificate]:
    """Sealed certificates that stand and have no timestamp yet, the oldest first."""
    query = select(Certificate).join(SignedPaper, SignedPaper.code == Certificate.code)
    query = query.where(SignedPaper.way == "seal", SignedPaper.file_key == "", Certificate.status == "issued")
    return list(db.session.scalars(query.order_by(SignedPaper.id).limit(limit)))


def printable(book_id: int, first: int, last: int) -> list[Certificate]:
    """The certificates of a range of numbers that stand, in their order."""
    query = select(Certificate).where(
        Certificate.book_id == book_id, Certificate.status == "issued", Certificate.number.between(first, last)
    )
    return list(db.session.scalars(query.order_by(Certificate.number)))


def pages_of(certificates: Sequence[Certificate]) -> list[bytes]:
    """Many certificates as one file, for printing; one file for each run of papers of the same design."""
    found = []
    for _version, group in groupby(certificates, key=lambda c: (c.design_version_id, c.facts["heading"])):
        run = list(group)
        papers = [_paper(c, CertificateFacts.from_json(c.facts)) for c in run]
        found.append(compiled(_design(run[0]), font_folder()).print_run(papers))
    return found


def _design(certificate: Certificate) -> Design:
    return design_of(certificate.design_version_id, certificate.facts["heading"])


def font_folder() -> Path:
    """Where this installation's fonts lie."""
    return fonts.folder_of(current_app.config["DATA_FOLDER"])


def as_json(certificate: Certificate) -> dict[str, Any]:
    """A line of the register for scripts."""
    return {
        "code": certificate.code,
        "number": certificate.number,
        "number_text": certificate.number_text,
        "status": certificate.status_on(clock.today()),
        "book": certificate.facts["book"],
        "name": certificate.facts["name"],
        "issued_on": certificate.issued_on.isoformat(),
        "activity": certificate.activity,
    }
