"""Issuers, their books, and the certificates entered in them."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.db import Code, Model
from lms.organisation.models import Unit


class Issuer(Model):
    """An authority that may issue (HD 154-HD/BTGTW 2020): heading family, place, and who signs in what authority."""

    __tablename__ = "certificates_issuer"
    __table_args__ = (CheckConstraint("heading IN ('party', 'state', 'union', 'youth')", name="heading"),)

    code: Mapped[str] = mapped_column(Code, unique=True)
    name: Mapped[str]
    superior: Mapped[str] = mapped_column(default="")
    heading: Mapped[str] = mapped_column(Code, default="party")
    place: Mapped[str]
    # Lines above the signature, one a line: "T/M BAN THƯỜNG VỤ\nPHÓ BÍ THƯ".
    authority: Mapped[str]
    signer: Mapped[str]
    # Made into the printed number with `number` and `year`: "{number:02d}-GCN/ĐUK".
    number_pattern: Mapped[str]
    # The design of its papers; None: the ready one of its heading family.
    design_id: Mapped[int | None] = mapped_column(ForeignKey("certificates_design.id"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("lms_unit.id"), index=True)

    unit: Mapped[Unit] = relationship()


class Book(Model):
    """One book per issuer and year. `last_number` is moved inside the issuing transaction, under the book's lock."""

    __tablename__ = "certificates_book"
    __table_args__ = (UniqueConstraint("issuer_id", "year"),)

    issuer_id: Mapped[int] = mapped_column(ForeignKey("certificates_issuer.id"))
    year: Mapped[int]
    last_number: Mapped[int] = mapped_column(default=0)

    issuer: Mapped[Issuer] = relationship()


class Certificate(Model):
    """One line of a book. What is printed is frozen in `facts`; person and course may go, the line stays.

    A number is never used again, whatever becomes of the certificate.
    """

    __tablename__ = "certificates_certificate"
    __table_args__ = (
        UniqueConstraint("book_id", "number"),
        CheckConstraint("status IN ('issued', 'replaced', 'revoked', 'voided')", name="status"),
        # One valid certificate per completion, whoever issues at the same moment.
        Index(
            "uq_certificates_certificate_valid", "person_id", "activity", "completed_on", unique=True,
            sqlite_where=text("status = 'issued'"), postgresql_where=text("status = 'issued'"),
        ),
    )  # fmt: skip

    # Public and unguessable: part of the address that the QR code carries.
    code: Mapped[str] = mapped_column(Code, unique=True)
    book_id: Mapped[int] = mapped_column(ForeignKey("certificates_book.id"))
    number: Mapped[int]
    # As printed: "05-GCN/ĐUK".
    number_text: Mapped[str]
    status: Mapped[str] = mapped_column(Code, default="issued")
    person_id: Mapped[int | None] = mapped_column(ForeignKey("lms_person.id", ondelete="SET NULL"), index=True)
    activity: Mapped[str] = mapped_column(Code, index=True)
    # The name as printed, folded for search.
    fold: Mapped[str]
    facts: Mapped[dict[str, Any]]
    # None for papers from before designs were kept.
    design_version_id: Mapped[int | None] = mapped_column(ForeignKey("certificates_design_version.id"))
    completed_on: Mapped[date]
    issued_on: Mapped[date]
    issued_at: Mapped[datetime]
    # The day from which it no longer counts, and by which decision.
    ended_on: Mapped[date | None]
    ended_at: Mapped[datetime | None]
    decision: Mapped[str] = mapped_column(default="")
    reason: Mapped[str] = mapped_column(default="")
    replaces_id: Mapped[int | None] = mapped_column(ForeignKey("certificates_certificate.id"))

    book: Mapped[Book] = relationship()
    replaces: Mapped["Certificate | None"] = relationship(remote_side="Certificate.id")


class Evidence(Model):
    """Somebody completed an activity elsewhere: an in-person class, or a paper of another school.

    It counts toward targets like a certificate. A correction withdraws the row and adds another.
    """

    __tablename__ = "certificates_evidence"
    __table_args__ = (
        CheckConstraint("kind IN ('class', 'paper')", name="kind"),
        Index("ix_certificates_evidence_activity", "activity", "person_id"),
        # Recorded once, whoever records it at the same moment.
        Index(
            "uq_certificates_evidence_standing", "person_id", "activity", "completed_on", unique=True,
            sqlite_where=text("withdrawn_at IS NULL"), postgresql_where=text("withdrawn_at IS NULL"),
        ),
    )  # fmt: skip

    person_id: Mapped[int | None] = mapped_column(ForeignKey("lms_person.id", ondelete="SET NULL"))
    # Name and unit as they were when it was accepted.
    name: Mapped[str]
    unit: Mapped[str]
    activity: Mapped[str] = mapped_column(Code)
    kind: Mapped[str] = mapped_column(Code)
    # What was completed, who held or issued it, and the number of the paper or of the list it rests on.
    title: Mapped[str]
    organiser: Mapped[str]
    document: Mapped[str]
    completed_on: Mapped[date]
    # Who accepted it: the account may go, the name stays.
    account_id: Mapped[int | None] = mapped_column(ForeignKey("lms_account.id", ondelete="SET NULL"))
    accepted_by: Mapped[str]
    recorded_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]
    withdrawn_because: Mapped[str] = mapped_column(default="")
