"""Papers that carry a digital signature: what waits for one, batches for a leader's token, files that came back."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.db import Code, Model


class Batch(Model):
    """Papers prepared for a leader, who signs them on their own machine; the file can be made again."""

    __tablename__ = "certificates_batch"

    issuer_id: Mapped[int] = mapped_column(ForeignKey("certificates_issuer.id"), index=True)
    account_id: Mapped[int | None] = mapped_column(ForeignKey("lms_account.id", ondelete="SET NULL"))
    made_at: Mapped[datetime]


class SignedPaper(Model):
    """The signature that a certificate was issued to carry. Without a file it waits; the file is never exchanged
    for one that says something else: a timestamp only adds to it.

    `prepared_*` is what was handed out to be signed: so many bytes with this SHA-256.
    """

    __tablename__ = "certificates_signed_paper"
    __table_args__ = (
        CheckConstraint("way IN ('token', 'seal')", name="way"),
        Index("ix_certificates_signed_paper_waiting", "way", "file_key", "issuer_id"),
    )

    code: Mapped[str] = mapped_column(Code, ForeignKey("certificates_certificate.code"), unique=True)
    issuer_id: Mapped[int] = mapped_column(ForeignKey("certificates_issuer.id"))
    way: Mapped[str] = mapped_column(Code)
    batch_id: Mapped[int | None] = mapped_column(ForeignKey("certificates_batch.id"), index=True)
    prepared_length: Mapped[int] = mapped_column(default=0)
    prepared_sha256: Mapped[str] = mapped_column(Code, default="")
    # The key of the signed file in lms.files; empty while it waits.
    file_key: Mapped[str] = mapped_column(Code, default="")
    sha256: Mapped[str] = mapped_column(Code, default="")
    # Who signed, and the serial numbers of their certificates.
    signer: Mapped[str] = mapped_column(default="")
    serial: Mapped[str] = mapped_column(default="")
    signed_at: Mapped[datetime | None]
    # B-B, B-T or B-LT (ETSI EN 319 142-1): without a timestamp, with one, with proofs for the long term.
    level: Mapped[str] = mapped_column(Code, default="")
    # Who took it in; empty for the seal's own.
    accepted_by: Mapped[str] = mapped_column(default="")
    recorded_at: Mapped[datetime | None]

    # Named by its place: the register knows this room, not the other way round.
    certificate: Mapped[Any] = relationship("certificates.register.models.Certificate")


class Returned(Model):
    """Files that came back from a leader: checked, shown, then taken in by somebody, or forgotten."""

    __tablename__ = "certificates_returned"

    issuer_id: Mapped[int] = mapped_column(ForeignKey("certificates_issuer.id"), index=True)
    account_id: Mapped[int | None] = mapped_column(ForeignKey("lms_account.id", ondelete="SET NULL"))
    # The files as one ZIP in lms.files; empty once they were taken in or forgotten.
    file_key: Mapped[str] = mapped_column(Code)
    sent_at: Mapped[datetime]
    # What was found: a `Finding` of certificates.batches for each file.
    findings: Mapped[list[Any]]
    checked_at: Mapped[datetime | None]
    accepted_at: Mapped[datetime | None]
