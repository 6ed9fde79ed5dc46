"""Obtaining certificates, issuers, books and evidence, with the check."""

from flask import abort

from certificates.register.models import Book, Certificate, Evidence, Issuer, Signer, StockMove
from certificates.register.queries import by_code, issuer_by_code
from lms.access import may, may_see, visitor
from lms.db import db

READ = "certificates.read_register"
ISSUE = "certificates.issue"
ACCEPT = "certificates.accept_evidence"
MANAGE = "certificates.manage_issuers"


def certificate_to_see(code: str) -> Certificate:
    """One's own certificate, or one within the scope of the register's readers; 404 for any other."""
    certificate = by_code(code)
    if certificate is None:
        abort(404)
    person_id = certificate.person_id
    own = person_id is not None and person_id == visitor().person_id
    if own or may(READ, certificate.issuer.unit) or (person_id is not None and may_see(person_id, READ)):
        return certificate
    abort(404)


def certificate_to_end(code: str) -> Certificate:
    """A certificate of an issuer for which one may issue; 404 for those who may not see it, 403 for other readers."""
    certificate = certificate_to_see(code)
    if not may(ISSUE, certificate.issuer.unit):
        abort(403)
    return certificate


def book_to_read(book_id: int) -> Book:
    """A book of an issuer within the scope, or 404."""
    book = db.session.get(Book, book_id)
    if book is None or not may(READ, book.issuer.unit):
        abort(404)
    return book


def book_to_issue(book_id: int) -> Book:
    """A book of an issuer for which one may issue; 404 for those who may not see it, 403 for other readers."""
    book = book_to_read(book_id)
    if not may(ISSUE, book.issuer.unit):
        abort(403)
    return book


def issuer_to_read(code: str) -> Issuer:
    """An issuer within the scope, or 404."""
    issuer = issuer_by_code(code)
    if issuer is None or not may(READ, issuer.unit):
        abort(404)
    return issuer


def issuer_to_serve(code: str) -> Issuer:
    """An issuer for which one may issue; 404 for those who may not see it, 403 for other readers."""
    return _held(issuer_to_read(code), ISSUE)


def issuer_to_manage(code: str) -> Issuer:
    """An issuer whose papers and signers one may change; 404 for those who may not see it, 403 for other readers."""
    return _held(issuer_to_read(code), MANAGE)


def _held(issuer: Issuer, permission: str) -> Issuer:
    if not may(permission, issuer.unit):
        abort(403)
    return issuer


def signer_to_withdraw(signer_id: int) -> tuple[Signer, Issuer]:
    """A signer of an issuer that one may change, with the issuer; or 404."""
    signer = db.session.get(Signer, signer_id)
    issuer = db.session.get(Issuer, signer.issuer_id) if signer else None
    if signer is None or issuer is None or not may(MANAGE, issuer.unit):
        abort(404)
    return signer, issuer


def stock_to_withdraw(move_id: int) -> tuple[StockMove, Issuer]:
    """An entry of the stock of an issuer for which one may issue, with the issuer; or 404."""
    move = db.session.get(StockMove, move_id)
    issuer = db.session.get(Issuer, move.issuer_id) if move else None
    if move is None or issuer is None or not may(ISSUE, issuer.unit):
        abort(404)
    return move, issuer


def evidence_to_read(evidence_id: int) -> Evidence:
    """Evidence about a person within the scope of the register's readers, or 404."""
    evidence = db.session.get(Evidence, evidence_id)
    if evidence is None or evidence.person_id is None or not may_see(evidence.person_id, READ):
        abort(404)
    return evidence


def evidence_to_withdraw(evidence_id: int) -> Evidence:
    """Evidence about a person within the scope, or 404."""
    evidence = db.session.get(Evidence, evidence_id)
    if evidence is None or evidence.person_id is None or not may_see(evidence.person_id, ACCEPT):
        abort(404)
    return evidence
