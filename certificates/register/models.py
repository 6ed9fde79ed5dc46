"""Issuers with signers, books, decisions and blank forms; certificates with their chain; evidence from elsewhere."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, func, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.db import Code, Model
from lms.organisation.models import Unit
from lms.text import short_date


class Issuer(Model):
    """An authority that may issue (HD 154-HD/BTGTW 2020): its heading family, its place, and how it keeps its books."""

    __tablename__ = "certificates_issuer"
    __table_args__ = (
        CheckConstraint("heading IN ('party', 'state', 'union', 'youth')", name="heading"),
        CheckConstraint("book_period IN ('year', 'term')", name="book_period"),
        CheckConstraint("signing IN ('unsigned', 'token', 'seal')", name="signing"),
    )

    code: Mapped[str] = mapped_column(Code, unique=True)
    name: Mapped[str]
    superior: Mapped[str] = mapped_column(default="")
    heading: Mapped[str] = mapped_column(Code, default="party")
    place: Mapped[str]
    # Made into the printed number with `number` and `year`: "{number:02d}-GCN/ĐUK".
    number_pattern: Mapped[str]
    # The design of its papers; None: the ready one of its heading family.
    design_id: Mapped[int | None] = mapped_column(ForeignKey("certificates_design.id"))
    # A book of each year is opened by itself; a book of a term is opened by hand.
    book_period: Mapped[str] = mapped_column(Code, default="year")
    # Completions become drafts that somebody issues by a decision, instead of certificates at once.
    drafts_first: Mapped[bool] = mapped_column(default=False)
    # 0: the certificates never expire.
    valid_years: Mapped[int] = mapped_column(default=0)
    signing: Mapped[str] = mapped_column(Code, default="unsigned")
    # The authorities (PEM) that vouch for its leaders' tokens; empty: those of the settings.
    trust: Mapped[str] = mapped_column(default="")
    unit_id: Mapped[int] = mapped_column(ForeignKey("lms_unit.id"), index=True)

    unit: Mapped[Unit] = relationship()


class Signer(Model):
    """Who signs for an issuer from a day to a day, and in what authority; withdrawn, never changed."""

    __tablename__ = "certificates_signer"

    issuer_id: Mapped[int] = mapped_column(ForeignKey("certificates_issuer.id"), index=True)
    name: Mapped[str]
    # The lines above the signature, one a line: "T/M BAN THƯỜNG VỤ\nPHÓ BÍ THƯ".
    authority: Mapped[str]
    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None]
    recorded_at: Mapped[datetime] = mapped_column(default=func.now())
    withdrawn_at: Mapped[datetime | None]


class Book(Model):
    """An issuer's book of a year or a term. `last_number` and `last_hash` move under the book's lock."""

    __tablename__ = "certificates_book"
    __table_args__ = (
        UniqueConstraint("issuer_id", "starts_on"),
        CheckConstraint("starts_on <= ends_on", name="period"),
    )

    issuer_id: Mapped[int] = mapped_column(ForeignKey("certificates_issuer.id"))
    # "2026", or "nhiệm kỳ 2025-2030".
    name: Mapped[str]
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    number_pattern: Mapped[str]
    # An office that already has a paper book goes on where that one stands.
    first_number: Mapped[int] = mapped_column(default=1)
    last_number: Mapped[int] = mapped_column(default=0)
    # The head of the book's hash chain.
    last_position: Mapped[int] = mapped_column(default=0)
    last_hash: Mapped[str] = mapped_column(Code, default="")

    issuer: Mapped[Issuer] = relationship()

    @property
    def title(self) -> str:
        """As it stands on the cover: năm 2026, nhiệm kỳ 2025-2030."""
        return f"năm {self.name}" if self.name.isdigit() else self.name


class Decision(Model):
    """A decision (quyết định) by which certificates are issued, revoked or replaced."""

    __tablename__ = "certificates_decision"
    __table_args__ = (UniqueConstraint("issuer_id", "number", "decided_on"),)

    issuer_id: Mapped[int] = mapped_column(ForeignKey("certificates_issuer.id"))
    number: Mapped[str] = mapped_column(Code)
    decided_on: Mapped[date]
    text: Mapped[str] = mapped_column(default="")
    recorded_at: Mapped[datetime]

    @property
    def words(self) -> str:
        """12-QĐ/ĐUK, 05/02/2026."""
        return f"{self.number}, {short_date(self.decided_on)}"


class Certificate(Model):
    """One line of a book. What is printed is frozen in `facts`; person and course may go, the line stays.

    A draft has no number and no book yet. A number is never used again, whatever becomes of the certificate.
    """

    __tablename__ = "certificates_certificate"
    __table_args__ = (
        UniqueConstraint("book_id", "number"),
        CheckConstraint("status IN ('draft', 'issued', 'replaced', 'revoked', 'voided')", name="status"),
        CheckConstraint("(status = 'draft') = (number IS NULL)", name="numbered"),
        CheckConstraint("(number IS NULL) = (book_id IS NULL)", name="in_a_book"),
        Index("ix_certificates_certificate_activity", "activity", "person_id"),
        # One draft or valid certificate per completion, whoever issues at the same moment.
        Index(
            "uq_certificates_certificate_valid", "person_id", "activity", "completed_on", unique=True,
            sqlite_where=text("status IN ('draft', 'issued')"), postgresql_where=text("status IN ('draft', 'issued')"),
        ),
    )  # fmt: skip

    # Public and unguessable: part of the address that the QR code carries.
    code: Mapped[str] = mapped_column(Code, unique=True)
    issuer_id: Mapped[int] = mapped_column(ForeignKey("certificates_issuer.id"), index=True)
    book_id: Mapped[int | None] = mapped_column(ForeignKey("certificates_book.id"))
    number: Mapped[int | None]
    # As printed: "05-GCN/ĐUK".
    number_text: Mapped[str]
    status: Mapped[str] = mapped_column(Code, default="issued")
    person_id: Mapped[int | None] = mapped_column(ForeignKey("lms_person.id", ondelete="SET NULL"), index=True)
    activity: Mapped[str] = mapped_column(Code)
    # The edition of what was completed; empty where nobody knows.
    edition: Mapped[str] = mapped_column(default="")
    # The name as printed, folded for search.
    fold: Mapped[str]
    facts: Mapped[dict[str, Any]]
    # None for papers from before designs were kept.
    design_version_id: Mapped[int | None] = mapped_column(ForeignKey("certificates_design_version.id"))
    # The signed words of its QR code; empty for papers from before these were made.
    statement: Mapped[str] = mapped_column(default="")
    # The two signatures over its credential, and what besides the facts they cover; None for papers from before.
    badge: Mapped[dict[str, Any] | None]
    completed_on: Mapped[date]
    issued_on: Mapped[date]
    issued_at: Mapped[datetime]
    # The last day on which it is valid; None: for ever.
    valid_to: Mapped[date | None]
    # The decision that recognised the result.
    decision_id: Mapped[int | None] = mapped_column(ForeignKey("certificates_decision.id"))
    # The day from which it no longer counts, by which decision and why.
    ended_on: Mapped[date | None]
    ended_at: Mapped[datetime | None]
    end_decision_id: Mapped[int | None] = mapped_column(ForeignKey("certificates_decision.id"))
    decision: Mapped[str] = mapped_column(default="")
    reason_class: Mapped[str] = mapped_column(Code, default="")
    reason: Mapped[str] = mapped_column(default="")
    replaces_id: Mapped[int | None] = mapped_column(ForeignKey("certificates_certificate.id"))

    issuer: Mapped[Issuer] = relationship()
    book: Mapped[Book | None] = relationship()
    replaces: Mapped["Certificate | None"] = relationship(remote_side="Certificate.id")

    def status_on(self, day: date) -> str:
        """The status as of a day: an issued one whose last day is over is expired."""
        return "expired" if self.status == "issued" and self.valid_to and self.valid_to < day else self.status


class Entry(Model):
    """One link of a book's chain: what happened to which certificate. Its hash covers the former entry's.

    Written once, never changed: whoever changes a line of the register afterwards can be shown to have done so.
    """

    __tablename__ = "certificates_entry"
    __table_args__ = (UniqueConstraint("book_id", "position"),)

    book_id: Mapped[int] = mapped_column(ForeignKey("certificates_book.id"))
    position: Mapped[int]
    action: Mapped[str] = mapped_column(Code)
    code: Mapped[str] = mapped_column(Code, index=True)
    content: Mapped[dict[str, Any]]
    at: Mapped[datetime]
    hash: Mapped[str] = mapped_column(Code)


class DayRoot(Model):
    """The heads of all books at the end of a day, in one hash that covers the day's before: published, printed."""

    __tablename__ = "certificates_day_root"

    day: Mapped[date] = mapped_column(unique=True)
    # [issuer code, book name, position, hash] of each book.
    heads: Mapped[list[Any]]
    root: Mapped[str] = mapped_column(Code)
    made_at: Mapped[datetime]


class StockMove(Model):
    """Blank forms (phôi) received, used or spoiled; what is left is the sum. Withdrawn, never changed."""

    __tablename__ = "certificates_stock_move"
    __table_args__ = (
        CheckConstraint("kind IN ('received', 'used', 'spoiled')", name="kind"),
        CheckConstraint("quantity > 0", name="quantity"),
    )

    issuer_id: Mapped[int] = mapped_column(ForeignKey("certificates_issuer.id"), index=True)
    kind: Mapped[str] = mapped_column(Code)
    quantity: Mapped[int]
    # "000101-000200", as printed on the forms.
    serials: Mapped[str] = mapped_column(default="")
    moved_on: Mapped[date]
    note: Mapped[str] = mapped_column(default="")
    account_id: Mapped[int | None] = mapped_column(ForeignKey("lms_account.id", ondelete="SET NULL"))
    recorded_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]


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
    # The key of the scanned paper in lms.files; empty where none was given.
    scan: Mapped[str] = mapped_column(Code, default="")
    # Who accepted it: the account may go, the name stays.
    account_id: Mapped[int | None] = mapped_column(ForeignKey("lms_account.id", ondelete="SET NULL"))
    accepted_by: Mapped[str]
    recorded_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]
    withdrawn_because: Mapped[str] = mapped_column(default="")
