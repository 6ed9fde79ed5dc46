"""Designs and their versions."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.db import Code, Model


class StoredDesign(Model):
    """A design by its code; `ready-party` and its like are our own, kept when first used."""

    __tablename__ = "certificates_design"

    code: Mapped[str] = mapped_column(Code, unique=True)
    name: Mapped[str]

    versions: Mapped[list["DesignVersion"]] = relationship(order_by="DesignVersion.number", back_populates="design")


class DesignVersion(Model):
    """What a design says and looks like. A published version is never changed: papers point to it for ever."""

    __tablename__ = "certificates_design_version"
    __table_args__ = (UniqueConstraint("design_id", "number"),)

    design_id: Mapped[int] = mapped_column(ForeignKey("certificates_design.id"))
    number: Mapped[int]
    # certificates.designs.Design as JSON.
    content: Mapped[dict[str, Any]]
    account_id: Mapped[int | None] = mapped_column(ForeignKey("lms_account.id"))
    saved_at: Mapped[datetime]
    # None while it is a draft.
    published_at: Mapped[datetime | None]

    design: Mapped[StoredDesign] = relationship(back_populates="versions")
