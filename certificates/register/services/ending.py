"""Ending a certificate: revoked by a decision, or voided because the paper was spoiled. The line stays in the book."""

from datetime import date, datetime

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from certificates.register import chain
from certificates.register.models import Book, Certificate, Decision, Issuer
from certificates.register.services.entering import append
from lms import audit
from lms.clock import day_of
from lms.db import transaction
from lms.errors import Refused
from lms.events import CertificateEnded, publish

# Why a certificate is revoked (after TT 63/2022/TT-BQP and TT 03/2023/TT-BNV).
REASONS = ("fraud", "not_eligible", "no_authority", "altered", "lent", "issuer_error", "other")


def revoke(certificate_id: int, *, decision: str, reason: str, on: date, at: datetime,
           decided_on: date | None = None, reason_class: str = "other") -> None:  # fmt: skip
    """Takes a certificate back by a numbered decision, for a reason, from a day on. Raises Refused unless it is valid.

    The number stays used and the line stays in the book.
    """
    given = check_decision(decision, reason)
    if reason_class not in REASONS:
        raise Refused(_("Choose one of the reasons."))
    with transaction() as session:
        certificate = valid_certificate(session, certificate_id)
        if on < certificate.issued_on or on > day_of(at):
            raise Refused(_("The day must lie between the day of issue and today."))
        ruling = decision_of(session, certificate.issuer, given, decided_on, at)
        end(session, certificate, "revoked", ruling or given, reason_class, reason, on, at)
        audit.record("certificates.revoke", f"certificate:{certificate.code}", decision=given, reason=reason)


def void(certificate_id: int, *, reason: str, at: datetime) -> None:
    """A certificate that was never handed out (a spoiled form, a misprint) is voided; its completion is due again."""
    if not reason.strip():
        raise Refused(_("Give the reason."))
    with transaction() as session:
        certificate = valid_certificate(session, certificate_id)
        end(session, certificate, "voided", "", "issuer_error", reason, day_of(at), at)
        audit.record("certificates.void", f"certificate:{certificate.code}", reason=reason)


def check_decision(decision: str, reason: str) -> str:
    """The decision's number without blanks. Raises Refused when it or the reason is missing."""
    if not decision.strip() or not reason.strip():
        raise Refused(_("Give the number of the decision and the reason."))
    return decision.strip()


def valid_certificate(session: Session, certificate_id: int) -> Certificate:
    """The certificate, locked. Raises Refused unless it stands."""
    certificate = session.get_one(Certificate, certificate_id, with_for_update=True)
    if certificate.status != "issued":
        raise Refused(_("This certificate is no longer valid: nothing was changed."))
    return certificate


def decision_of(session: Session, issuer: Issuer, number: str, decided_on: date | None,
                at: datetime) -> Decision | None:  # fmt: skip
    """The issuer's decision of that number and day, written down when it is new; None without a day."""
    if decided_on is None:
        return None
    if decided_on > day_of(at):
        raise Refused(_("The decision is dated in the future."))
    query = select(Decision).where(
        Decision.issuer_id == issuer.id, Decision.number == number, Decision.decided_on == decided_on
    )
    decision = session.scalar(query)
    if decision is None:
        decision = Decision(issuer_id=issuer.id, number=number, decided_on=decided_on, text="", recorded_at=at)
        session.add(decision)
        session.flush()
    return decision


def end(session: Session, certificate: Certificate, status: str, decision: Decision | str, reason_class: str,
        reason: str, on: date, at: datetime) -> None:  # fmt: skip
    """Ends a certificate in the open transaction: the line, the link in the chain, and the word to who counts."""
    words = decision.words if isinstance(decision, Decision) else decision
    certificate.status, certificate.decision, certificate.reason = status, words, reason
    certificate.reason_class, certificate.ended_on, certificate.ended_at = reason_class, on, at
    certificate.end_decision_id = decision.id if isinstance(decision, Decision) else None
    book = session.get_one(Book, certificate.book_id, with_for_update=True)
    content = chain.ended(certificate.number or 0, on, words, reason_class, reason)
    append(session, book, status, certificate.code, content, at)
    if certificate.person_id is not None:
        publish(CertificateEnded(certificate.activity, certificate.person_id, certificate.code))
