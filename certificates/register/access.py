"""Obtaining certificates and books, with the check."""

from flask import abort

from certificates.register.models import Book, Certificate, Evidence
from certificates.register.queries import by_code
from lms.access import current_account, may, may_see
from lms.db import db

READ = "certificates.read_register"
ISSUE = "certificates.issue"
ACCEPT = "certificates.accept_evidence"


def certificate_to_see(code: str) -> Certificate:
    """One's own certificate, or one within the scope of the register's readers; 404 for any other."""
    certificate = by_code(code)
    if certificate is None:
        abort(404)
    person_id = certificate.person_id
    own = person_id is not None and person_id == current_account().person_id
    if own or may(READ, certificate.book.issuer.unit) or (person_id is not None and may_see(person_id, READ)):
        return certificate
    abort(404)


def certificate_to_end(code: str) -> Certificate:
    """A certificate of an issuer for which one may issue; 404 for those who may not see it, 403 for other readers."""
    certificate = certificate_to_see(code)
    if not may(ISSUE, certificate.book.issuer.unit):
        abort(403)
    return certificate


def book_to_read(book_id: int) -> Book:
    """A book of an issuer within the scope, or 404."""
    book = db.session.get(Book, book_id)
    if book is None or not may(READ, book.issuer.unit):
        abort(404)
    return book


def evidence_to_withdraw(evidence_id: int) -> Evidence:
    """Evidence about a person within the scope, or 404."""
    evidence = db.session.get(Evidence, evidence_id)
    if evidence is None or evidence.person_id is None or not may_see(evidence.person_id, ACCEPT):
        abort(404)
    return evidence
