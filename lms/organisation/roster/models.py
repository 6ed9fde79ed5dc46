"""What is kept of an import: the file, the change set it makes, what applying it wrote, and the office's answers."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.db import Code, Model
from lms.organisation.models import Unit

STATES = ("reading", "unreadable", "ready", "applied", "undone")
NEW, CHANGED, UNCHANGED, LEAVING, AMBIGUOUS, REFUSED = "new", "changed", "unchanged", "leaving", "ambiguous", "refused"
KINDS = (NEW, CHANGED, UNCHANGED, LEAVING, AMBIGUOUS, REFUSED)


class RosterImport(Model):
    """One file on its way in. `settings` are what people said of this file, `summary` what was understood of it.

    The change set belongs to the days and rows it was made from: it holds from `effective_on` on, and is refused when
    what it would change has changed since `prepared_at`.
    """

    __tablename__ = "lms_roster_import"
    __table_args__ = (
        CheckConstraint("state IN ('reading', 'unreadable', 'ready', 'applied', 'undone')", name="state"),
    )

    unit_id: Mapped[int | None] = mapped_column(ForeignKey("lms_unit.id"), index=True)
    account_id: Mapped[int | None] = mapped_column(ForeignKey("lms_account.id"), index=True)
    file_key: Mapped[str]
    file_name: Mapped[str]
    state: Mapped[str] = mapped_column(Code, default="reading")
    problem: Mapped[str] = mapped_column(default="")
    settings: Mapped[dict[str, Any]]
    summary: Mapped[dict[str, Any]]
    effective_on: Mapped[date]
    created_at: Mapped[datetime]
    prepared_at: Mapped[datetime | None]
    applied_at: Mapped[datetime | None]
    undone_at: Mapped[datetime | None]

    unit: Mapped[Unit | None] = relationship()


class RosterChange(Model):
    """One line of a change set: a row of the file, or somebody who would leave. `data` is what it says and would do."""

    __tablename__ = "lms_roster_change"
    __table_args__ = (
        UniqueConstraint("import_id", "position"),
        Index("ix_lms_roster_change_list", "import_id", "kind", "position"),
    )

    import_id: Mapped[int] = mapped_column(ForeignKey("lms_roster_import.id"))
    position: Mapped[int]
    kind: Mapped[str] = mapped_column(Code)
    sheet: Mapped[str]
    row: Mapped[int]
    name: Mapped[str]
    person_id: Mapped[int | None]
    data: Mapped[dict[str, Any]]


class RosterTrace(Model):
    """One row that applying an import wrote, so that the import can be undone: `what` happened to which row."""

    __tablename__ = "lms_roster_trace"
    __table_args__ = (Index("ix_lms_roster_trace_import", "import_id", "what"),)

    import_id: Mapped[int] = mapped_column(ForeignKey("lms_roster_import.id"))
    what: Mapped[str] = mapped_column(Code)
    row_id: Mapped[int]
    before: Mapped[dict[str, Any]]


class RosterAnswer(Model):
    """What an office's word means, asked once: a heading (`column`), a post or the name of a unit."""

    __tablename__ = "lms_roster_answer"
    __table_args__ = (
        UniqueConstraint("unit_id", "about", "text"),
        CheckConstraint("about IN ('column', 'post', 'unit')", name="about"),
    )

    unit_id: Mapped[int] = mapped_column(ForeignKey("lms_unit.id"))
    about: Mapped[str] = mapped_column(Code)
    text: Mapped[str]
    meaning: Mapped[str] = mapped_column(Code)
    recorded_at: Mapped[datetime]
