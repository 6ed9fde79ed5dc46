"""A target, who is exempt from it, and its kept figures."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.db import Code, Model, Path
from lms.organisation.models import Person, Unit


class Target(Model):
    """Holders of posts of these kinds, in the unit and beneath it, complete one of the activities within the period."""

    __tablename__ = "certificates_target"
    __table_args__ = (CheckConstraint("starts_on <= ends_on", name="period"),)

    code: Mapped[str] = mapped_column(Code, unique=True)
    title: Mapped[str]
    unit_id: Mapped[int] = mapped_column(ForeignKey("lms_unit.id"))
    # Codes of post kinds, and keys of activities of which any one satisfies.
    post_kinds: Mapped[list[Any]]
    activities: Mapped[list[Any]]
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    # The day for which figures are kept; None before the first count.
    kept_on: Mapped[date | None]
    created_at: Mapped[datetime]

    unit: Mapped[Unit] = relationship()


class Exemption(Model):
    """A person need not be trained for a target, by a document, from a day to a day; counted apart, never as done."""

    __tablename__ = "certificates_exemption"

    target_id: Mapped[int] = mapped_column(ForeignKey("certificates_target.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("lms_person.id"), index=True)
    reason: Mapped[str]
    document: Mapped[str]
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    account_id: Mapped[int | None] = mapped_column(ForeignKey("lms_account.id"))
    recorded_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]

    person: Mapped[Person] = relationship()


class CountedPost(Model):
    """How one post in force counts on the target's `kept_on`: the rows beneath the figures and the missing list."""

    __tablename__ = "certificates_counted_post"
    __table_args__ = (
        UniqueConstraint("target_id", "post_id"),
        Index("ix_certificates_counted_post_unit", "target_id", "unit_id"),
        Index("ix_certificates_counted_post_person", "person_id"),
        Index("ix_certificates_counted_post_missing", "target_id", "state", "trained", "path"),
        CheckConstraint("state IN ('vacant', 'exempt', 'holder')", name="state"),
    )

    target_id: Mapped[int] = mapped_column(ForeignKey("certificates_target.id"))
    post_id: Mapped[int] = mapped_column(ForeignKey("lms_post.id"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("lms_unit.id"))
    path: Mapped[str] = mapped_column(Path)
    kind_id: Mapped[int] = mapped_column(ForeignKey("lms_post_kind.id"))
    state: Mapped[str] = mapped_column(Code)
    # holder, acting or concurrent; empty for a vacancy.
    capacity: Mapped[str] = mapped_column(Code, default="")
    person_id: Mapped[int | None] = mapped_column(ForeignKey("lms_person.id"))
    trained: Mapped[bool] = mapped_column(default=False)


class SharedHolding(Model):
    """Two neighbouring holdings of one person, in depth-first order: takes one person off at their common unit.

    `kind_id` is None for holdings of whatever kind, else both are of that kind.
    """

    __tablename__ = "certificates_shared_holding"
    __table_args__ = (
        Index("ix_certificates_shared_holding_unit", "target_id", "unit_id"),
        Index("ix_certificates_shared_holding_person", "target_id", "person_id"),
    )

    target_id: Mapped[int] = mapped_column(ForeignKey("certificates_target.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("lms_person.id"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("lms_unit.id"))
    kind_id: Mapped[int | None] = mapped_column(ForeignKey("lms_post_kind.id"))
    trained: Mapped[bool]


class Figure(Model):
    """The kept figures of a unit's whole subtree, for one post kind or (None) all: one indexed read for its page."""

    __tablename__ = "certificates_figure"
    __table_args__ = (
        UniqueConstraint("target_id", "unit_id", "kind_id"),
        Index("ix_certificates_figure_parent", "target_id", "parent_id"),
    )

    target_id: Mapped[int] = mapped_column(ForeignKey("certificates_target.id"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("lms_unit.id"))
    # The unit that this one reports to.
    parent_id: Mapped[int | None]
    kind_id: Mapped[int | None] = mapped_column(ForeignKey("lms_post_kind.id"))
    posts: Mapped[int]
    vacant: Mapped[int]
    exempt: Mapped[int]
    acting: Mapped[int]
    concurrent: Mapped[int]
    holders: Mapped[int]
    trained: Mapped[int]
    people: Mapped[int]
    people_trained: Mapped[int]
