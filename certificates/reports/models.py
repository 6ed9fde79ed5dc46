"""Frozen reports."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from certificates.targets.models import Target
from lms.db import Code, Model
from lms.organisation.models import Unit


class Report(Model):
    """What was reported of a target in a unit: never changed; a later one says what changed since, and why.

    `sha256` covers `content` as canonical JSON, so that a printed paper can be held against the row.
    """

    __tablename__ = "certificates_report"
    __table_args__ = (UniqueConstraint("target_id", "number"),)

    target_id: Mapped[int] = mapped_column(ForeignKey("certificates_target.id"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("lms_unit.id"), index=True)
    # 1, 2, 3 and on within the target; no clerk's number, which stays blank on the paper.
    number: Mapped[int]
    on: Mapped[date]
    content: Mapped[dict[str, Any]]
    sha256: Mapped[str] = mapped_column(Code)
    previous_id: Mapped[int | None] = mapped_column(ForeignKey("certificates_report.id"))
    # Why there is a new version; empty for a first one.
    reason: Mapped[str] = mapped_column(default="")
    account_id: Mapped[int | None] = mapped_column(ForeignKey("lms_account.id"))
    frozen_at: Mapped[datetime]

    target: Mapped[Target] = relationship()
    unit: Mapped[Unit] = relationship()
    previous: Mapped["Report | None"] = relationship(remote_side="Report.id")
