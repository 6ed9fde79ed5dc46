"""A target, who is exempt from it, and what is kept of its posts and figures."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from certificates.targets.rules import Rule
from lms.db import Code, Model, Path
from lms.organisation.models import Person, Unit


class Target(Model):
    """Holders of posts of these kinds, in the unit and beneath it, complete the activities within the period.

    While it is a draft (`published_at` is None) nothing is counted for it; once it is published its rules stay.
    """

    __tablename__ = "certificates_target"
    __table_args__ = (
        CheckConstraint("starts_on <= ends_on", name="period"),
        CheckConstraint("validity_months >= 0 AND renewal_days >= 0 AND grace_days >= 0", name="spans"),
    )

    code: Mapped[str] = mapped_column(Code, unique=True)
    title: Mapped[str]
    unit_id: Mapped[int] = mapped_column(ForeignKey("lms_unit.id"))
    # The target of a unit above, of which this is that unit's own plan.
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("certificates_target.id"), index=True)
    # Codes of post kinds; for each, the kinds of unit at which its posts count. A kind left out counts at every level.
    post_kinds: Mapped[list[Any]]
    levels: Mapped[dict[str, Any]] = mapped_column(default=dict)
    # Keys of activities, of which one satisfies or all must be completed; and in which ways (empty: in any).
    activities: Mapped[list[Any]]
    all_of: Mapped[bool] = mapped_column(default=False)
    ways: Mapped[list[Any]] = mapped_column(default=list)
    # For activities whose content matters, the oldest edition that a certificate may rest on.
    editions: Mapped[dict[str, Any]] = mapped_column(default=dict)
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    # 0: a completion within the period goes on to count.
    validity_months: Mapped[int] = mapped_column(default=0)
    renewal_days: Mapped[int] = mapped_column(default=0)
    grace_days: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]
    published_at: Mapped[datetime | None]
    # When everything was last counted from the raw rows; None asks the worker to do so.
    counted_at: Mapped[datetime | None]

    unit: Mapped[Unit] = relationship()
    parent: Mapped["Target | None"] = relationship(remote_side="Target.id")

    @property
    def rule(self) -> Rule:
        return Rule(
            tuple(self.activities), self.starts_on, self.ends_on, self.all_of, tuple(self.ways), self.validity_months,
            self.renewal_days, self.grace_days, dict(self.editions),
        )  # fmt: skip


class Exemption(Model):
    """A person need not be trained for a target, by a document, from a day to a day; counted apart, never as done."""

    __tablename__ = "certificates_exemption"

    target_id: Mapped[int] = mapped_column(ForeignKey("certificates_target.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("lms_person.id"), index=True)
    reason: Mapped[str]
    document: Mapped[str]
    approver: Mapped[str] = mapped_column(default="")
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    account_id: Mapped[int | None] = mapped_column(ForeignKey("lms_account.id"))
    recorded_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]

    target: Mapped[Target] = relationship()
    person: Mapped[Person] = relationship()


class Started(Model):
    """A person began an activity, as its plugin told us; the first time counts."""

    __tablename__ = "certificates_started"
    __table_args__ = (UniqueConstraint("person_id", "activity"),)

    person_id: Mapped[int] = mapped_column(ForeignKey("lms_person.id"))
    activity: Mapped[str] = mapped_column(Code)
    started_on: Mapped[date]
    recorded_at: Mapped[datetime]


# Said with the very words of an index of some rows only: a database uses it for no others.
MISSING = text("state = 'holder' AND standing IN ('never', 'started')")
EXEMPT = text("state = 'exempt'")


class KeptSpan(Model):
    """How one post counts from a day to a day: `counting.Span`, kept. What lies beneath the figures and the lists."""

    __tablename__ = "certificates_span"
    __table_args__ = (
        UniqueConstraint("target_id", "post_id", "from_on"),
        Index("ix_certificates_span_person", "person_id"),
        # The missing list of a subtree, in its order.
        Index(
            "ix_certificates_span_missing", "target_id", "path", "post_id", "from_on", sqlite_where=MISSING,
            postgresql_where=MISSING,
        ),
        Index("ix_certificates_span_exempt", "target_id", "path", sqlite_where=EXEMPT, postgresql_where=EXEMPT),
        CheckConstraint("state IN ('vacant', 'exempt', 'holder')", name="state"),
    )  # fmt: skip

    target_id: Mapped[int] = mapped_column(ForeignKey("certificates_target.id"))
    post_id: Mapped[int] = mapped_column(ForeignKey("lms_post.id"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("lms_unit.id"))
    path: Mapped[str] = mapped_column(Path)
    kind_id: Mapped[int] = mapped_column(ForeignKey("lms_post_kind.id"))
    from_on: Mapped[date]
    to_on: Mapped[date]
    state: Mapped[str] = mapped_column(Code)
    capacity: Mapped[str] = mapped_column(Code, default="")
    person_id: Mapped[int | None] = mapped_column(ForeignKey("lms_person.id"))
    standing: Mapped[str] = mapped_column(Code, default="")
    grace: Mapped[bool] = mapped_column(default=False)


class Figure(Model):
    """The figures of a unit's whole subtree from a day on, until its next row; `kind_id` is 0 for all kinds.

    One indexed read gives the figures of any day.
    """

    __tablename__ = "certificates_figure"
    __table_args__ = (UniqueConstraint("target_id", "unit_id", "kind_id", "from_on"),)

    target_id: Mapped[int] = mapped_column(ForeignKey("certificates_target.id"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("lms_unit.id"))
    kind_id: Mapped[int]
    from_on: Mapped[date]
    posts: Mapped[int]
    vacant: Mapped[int]
    exempt: Mapped[int]
    acting: Mapped[int]
    concurrent: Mapped[int]
    seconded: Mapped[int]
    holders: Mapped[int]
    grace: Mapped[int]
    trained: Mapped[int]
    in_progress: Mapped[int]
    expiring: Mapped[int]
    people: Mapped[int]
    people_trained: Mapped[int]
