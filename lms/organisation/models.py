"""Units, people, post kinds, posts and appointments. What was once true, or once believed, stays.

A row carries the days on which it is true (`valid_from` to `valid_to`, both included) and the moments between which we
held it so (`recorded_at` to `withdrawn_at`). Nothing that was recorded is changed: it is withdrawn, and what is right
is added (`lms.organisation.history`).
"""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.db import Code, Model, Path

TREES = ("party", "union", "youth")
CAPACITIES = ("holder", "acting", "concurrent", "seconded")


class Recorded:
    """When we began to hold a row for true, and when we ceased to; still held while `withdrawn_at` is None."""

    recorded_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]


class Unit(Model):
    """A unit of the Party, union or youth tree as it is at present; `UnitState` knows what it was and will be.

    `path` is the chain of ids for roll-up, `/1/5/20/`: a union or youth unit stands beneath the Party unit at its
    level (`party_unit_id`) where it has one, else beneath its own parent. A subtree is one range of paths.
    """

    __tablename__ = "lms_unit"
    __table_args__ = (CheckConstraint("tree IN ('party', 'union', 'youth')", name="tree"),)

    code: Mapped[str] = mapped_column(Code, unique=True)
    name: Mapped[str]
    fold: Mapped[str] = mapped_column(index=True)
    tree: Mapped[str] = mapped_column(Code)
    kind: Mapped[str] = mapped_column(Code)
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("lms_unit.id"), index=True)
    party_unit_id: Mapped[int | None] = mapped_column(ForeignKey("lms_unit.id"), index=True)
    path: Mapped[str] = mapped_column(Path, unique=True)
    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None]
    # Why this row is "cần rà soát"; empty when nobody doubts it.
    doubt: Mapped[str] = mapped_column(default="")

    parent: Mapped["Unit | None"] = relationship(remote_side="Unit.id", foreign_keys=[parent_id])

    @property
    def reporting_parent_id(self) -> int | None:
        return self.party_unit_id or self.parent_id

    @property
    def depth(self) -> int:
        """0 for a root."""
        return self.path.count("/") - 2


class Decision(Recorded, Model):
    """The paper by which units are merged, split, renamed, moved or dissolved; withdrawn when it is undone."""

    __tablename__ = "lms_decision"

    number: Mapped[str]
    issued_on: Mapped[date]
    effective_on: Mapped[date]
    title: Mapped[str] = mapped_column(default="")
    # When units began to show what it says; None for one that lies ahead.
    shown_at: Mapped[datetime | None]


class UnitState(Recorded, Model):
    """What a unit is called and where it stands, from a day to a day; None is without beginning or end.

    Not withdrawn states of one unit never overlap. A move gives every unit beneath a new state, as its path changes.
    """

    __tablename__ = "lms_unit_state"

    unit_id: Mapped[int] = mapped_column(ForeignKey("lms_unit.id"), index=True)
    name: Mapped[str]
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("lms_unit.id"), index=True)
    party_unit_id: Mapped[int | None] = mapped_column(ForeignKey("lms_unit.id"), index=True)
    path: Mapped[str] = mapped_column(Path, index=True)
    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None]
    decision_id: Mapped[int | None] = mapped_column(ForeignKey("lms_decision.id"), index=True)


class UnitSuccessor(Recorded, Model):
    """Where the tasks of a unit that ended went, by a decision; several rows when it was split."""

    __tablename__ = "lms_unit_successor"

    unit_id: Mapped[int] = mapped_column(ForeignKey("lms_unit.id"), index=True)
    successor_id: Mapped[int] = mapped_column(ForeignKey("lms_unit.id"), index=True)
    decision_id: Mapped[int] = mapped_column(ForeignKey("lms_decision.id"), index=True)


class Person(Model):
    """A person, apart from any account or post. `fold` is for search, `sort_key` orders by given name.

    A record that was merged into another one stays, for what is old points to it, and shows on no list.
    """

    __tablename__ = "lms_person"
    __table_args__ = (
        # Of the few that were merged only: an index of everybody else would tempt a database to read it.
        Index(
            "ix_lms_person_merged", "merged_into_id",
            sqlite_where=text("merged_into_id IS NOT NULL"), postgresql_where=text("merged_into_id IS NOT NULL"),
        ),
    )  # fmt: skip

    code: Mapped[str] = mapped_column(Code, unique=True)
    name: Mapped[str]
    fold: Mapped[str] = mapped_column(index=True)
    sort_key: Mapped[str] = mapped_column(Path, index=True)
    birth_on: Mapped[date | None]
    birth_year: Mapped[int | None]
    gender: Mapped[str] = mapped_column(default="")
    phone: Mapped[str] = mapped_column(default="")
    email: Mapped[str] = mapped_column(default="")
    recorded_at: Mapped[datetime]
    # When everything that tells who it was was taken out; posts, results and certificates stay.
    anonymised_at: Mapped[datetime | None]
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("lms_person.id"))


class PersonFormer(Recorded, Model):
    """What a person's record said before it was put right, and between which moments it said so."""

    __tablename__ = "lms_person_former"

    person_id: Mapped[int] = mapped_column(ForeignKey("lms_person.id"), index=True)
    name: Mapped[str]
    birth_on: Mapped[date | None]
    birth_year: Mapped[int | None]
    gender: Mapped[str]
    phone: Mapped[str]
    email: Mapped[str]


class PersonMerge(Recorded, Model):
    """Two records were found to be one person. `moved` says which rows went over, so that it can be undone."""

    __tablename__ = "lms_person_merge"

    kept_id: Mapped[int] = mapped_column(ForeignKey("lms_person.id"), index=True)
    merged_id: Mapped[int] = mapped_column(ForeignKey("lms_person.id"), index=True)
    reason: Mapped[str]
    moved: Mapped[dict[str, Any]]


class PostKind(Model):
    """A kind of post (chức danh) that the drive counts, dated: some kinds end."""

    __tablename__ = "lms_post_kind"

    code: Mapped[str] = mapped_column(Code, unique=True)
    name: Mapped[str]
    tree: Mapped[str] = mapped_column(Code)
    position: Mapped[int] = mapped_column(default=0)
    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None]


class Post(Recorded, Model):
    """A post that exists in a unit from a day to a day; it is vacant when nobody holds it."""

    __tablename__ = "lms_post"
    __table_args__ = (Index("ix_lms_post_unit_kind", "unit_id", "kind_id"),)

    unit_id: Mapped[int] = mapped_column(ForeignKey("lms_unit.id"))
    kind_id: Mapped[int] = mapped_column(ForeignKey("lms_post_kind.id"), index=True)
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]

    unit: Mapped[Unit] = relationship()
    kind: Mapped[PostKind] = relationship()


class Appointment(Recorded, Model):
    """A person holds a post from a day to a day (included); a correction withdraws the row and adds another.

    `acting` (phụ trách), `concurrent` (kiêm nhiệm: beside another post), `seconded` (biệt phái: lent by another unit).
    """

    __tablename__ = "lms_appointment"
    __table_args__ = (
        CheckConstraint("capacity IN ('holder', 'acting', 'concurrent', 'seconded')", name="capacity"),
        # Who came lately, in a country of any size.
        Index("ix_lms_appointment_valid_from", "valid_from"),
    )

    post_id: Mapped[int] = mapped_column(ForeignKey("lms_post.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("lms_person.id"), index=True)
    capacity: Mapped[str] = mapped_column(Code, default="holder")
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    # The decision it rests on, as one writes it: "QĐ 12-QĐ/ĐU, 05/02/2026".
    document: Mapped[str] = mapped_column(default="")

    post: Mapped[Post] = relationship()
    person: Mapped[Person] = relationship()
