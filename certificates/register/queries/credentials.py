"""Certificates as Open Badges: the credential of one, what it is given for, and the bits of a book that are set."""

from sqlalchemy import select

from certificates.designs import CertificateFacts
from certificates.proofs import credential
from certificates.register.models import Book, Certificate, Issuer
from lms.db import db


def credential_of(certificate: Certificate) -> bytes | None:
    """The credential with its proof inside, the same bytes each time; None for papers from before credentials."""
    kept = certificate.badge
    if kept is None:
        return None
    badge, plain = _document(certificate, kept)
    return credential.written(credential.with_proof(plain, badge, kept["proof"]))


def jwt_of(certificate: Certificate) -> bytes | None:
    """The same credential as a VC-JWT."""
    kept = certificate.badge
    if kept is None:
        return None
    badge, plain = _document(certificate, kept)
    return credential.as_jwt(plain, badge, kept["jwt"]).encode()


def _document(certificate: Certificate, kept: credential.Json) -> tuple[credential.Badge, credential.Json]:
    badge = credential.Badge(
        kept["base"], kept["kid"], certificate.issuer.code, certificate.activity, certificate.book_id or 0,
        certificate.number or 0, certificate.valid_to, certificate.issued_at,
    )  # fmt: skip
    return badge, credential.document(badge, CertificateFacts.from_json(certificate.facts))


def last_for(issuer_code: str, activity: str) -> Certificate | None:
    """The newest certificate with a credential that an issuer gave for an activity."""
    query = select(Certificate).join(Issuer).where(Issuer.code == issuer_code, Certificate.activity == activity)
    query = query.where(Certificate.statement != "")
    return db.session.scalar(query.order_by(Certificate.id.desc()).limit(1))


def ended_numbers(book: Book) -> list[int]:
    """The numbers of a book whose certificates no longer stand: replaced, revoked, voided."""
    query = select(Certificate.number).where(Certificate.book_id == book.id, Certificate.status != "issued")
    return [number for number in db.session.scalars(query) if number is not None]
