"""The audit log's rows."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from lms.db import Code, Model


class AuditEntry(Model):
    """One deed. `hash` covers the row and the hash before it, so that a changed or missing row is found."""

    __tablename__ = "lms_audit_entry"

    at: Mapped[datetime] = mapped_column(index=True)
    account_id: Mapped[int | None] = mapped_column(ForeignKey("lms_account.id"), index=True)
    # The account's name at that moment, or what acted: "job ...", "command line".
    actor: Mapped[str]
    address: Mapped[str] = mapped_column(default="")
    action: Mapped[str] = mapped_column(Code, index=True)
    subject: Mapped[str] = mapped_column(Code, index=True)
    details: Mapped[dict[str, Any]]
    hash: Mapped[str] = mapped_column(Code, unique=True)
