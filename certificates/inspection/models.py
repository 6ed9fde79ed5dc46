"""An inspection, its members, the sample that it drew, and what was found."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from certificates.reports.models import Report
from certificates.targets.models import Target
from certificates.targets.queries import Clocks
from lms.accounts.models import Account
from lms.db import Code, Model
from lms.organisation.models import Unit


class Inspection(Model):
    """A team's look at one target in one unit, over a period. Drawn once; what was drawn and closed never changes."""

    __tablename__ = "certificates_inspection"
    __table_args__ = (
        CheckConstraint("from_on <= to_on", name="period"),
        CheckConstraint("(drawn_at IS NULL) = (seed = '')", name="drawn"),
        CheckConstraint("(closed_at IS NULL) = (sha256 = '')", name="closed"),
    )

    target_id: Mapped[int] = mapped_column(ForeignKey("certificates_target.id"), index=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("lms_unit.id"))
    title: Mapped[str]
    # The decision that sends the team.
    decision: Mapped[str] = mapped_column(default="")
    # The period under inspection: what happened after its last day is not the team's to open.
    from_on: Mapped[date]
    to_on: Mapped[date]
    # The frozen report that is inspected; without one the figures as they are known when the sample is drawn.
    report_id: Mapped[int | None] = mapped_column(ForeignKey("certificates_report.id"))
    account_id: Mapped[int | None] = mapped_column(ForeignKey("lms_account.id"))
    created_at: Mapped[datetime]

    # The drawing: posts as of a day, as known at a moment; how many of which; and the parts of the seed.
    on: Mapped[date | None]
    known_at: Mapped[datetime | None]
    among: Mapped[str] = mapped_column(Code, default="")
    size: Mapped[int] = mapped_column(default=0)
    by_kind: Mapped[bool] = mapped_column(default=False)
    words: Mapped[str] = mapped_column(default="")
    anchor: Mapped[str] = mapped_column(Code, default="")
    stamp: Mapped[str] = mapped_column(Code, default="")
    seed: Mapped[str] = mapped_column(Code, default="")
    drawn_at: Mapped[datetime | None]
    # The list that was drawn from: post, kind, unit and state, one a line, without names.
    population: Mapped[str] = mapped_column(default="", deferred=True)
    population_size: Mapped[int] = mapped_column(default=0)
    population_sha256: Mapped[str] = mapped_column(Code, default="")
    # How many samples had been drawn of the same target and unit, this one included.
    drawing: Mapped[int] = mapped_column(default=0)

    conclusion: Mapped[str] = mapped_column(default="")
    closed_at: Mapped[datetime | None]
    # Everything that the record says, and its SHA-256 as canonical JSON.
    content: Mapped[dict[str, Any]] = mapped_column(default=dict, deferred=True)
    sha256: Mapped[str] = mapped_column(Code, default="")

    target: Mapped[Target] = relationship()
    unit: Mapped[Unit] = relationship()
    report: Mapped[Report | None] = relationship()

    @property
    def clocks(self) -> Clocks:
        """The clocks of the sample: every answer about it is given as of that day, as known at that moment."""
        if self.on is None:
            raise ValueError("nothing is drawn yet")
        return Clocks(self.on, self.known_at)


class Member(Model):
    """Who belongs to the team and may open the inspection; the head first."""

    __tablename__ = "certificates_inspection_member"
    __table_args__ = (UniqueConstraint("inspection_id", "account_id"),)

    inspection_id: Mapped[int] = mapped_column(ForeignKey("certificates_inspection.id"))
    account_id: Mapped[int] = mapped_column(ForeignKey("lms_account.id"), index=True)
    head: Mapped[bool] = mapped_column(default=False)

    account: Mapped[Account] = relationship()


class Item(Model):
    """One post of the sample, as it stood when the sample was drawn; `place` is its place in the order of drawing."""

    __tablename__ = "certificates_inspection_item"
    __table_args__ = (UniqueConstraint("inspection_id", "place"),)

    inspection_id: Mapped[int] = mapped_column(ForeignKey("certificates_inspection.id"))
    place: Mapped[int]
    post_id: Mapped[int] = mapped_column(ForeignKey("lms_post.id"))
    kind_code: Mapped[str] = mapped_column(Code)
    kind_name: Mapped[str]
    unit_code: Mapped[str] = mapped_column(Code)
    unit_name: Mapped[str]
    person_id: Mapped[int | None] = mapped_column(ForeignKey("lms_person.id", ondelete="SET NULL"), index=True)
    person_code: Mapped[str] = mapped_column(Code, default="")
    person_name: Mapped[str] = mapped_column(default="")
    # vacant, exempt, grace, never, started, trained or expiring.
    state: Mapped[str] = mapped_column(Code)

    inspection: Mapped[Inspection] = relationship()


class Finding(Model):
    """What a member found about a post of the sample; withdrawn, never changed."""

    __tablename__ = "certificates_finding"
    __table_args__ = (CheckConstraint("kind IN ('right', 'wrong', 'incomplete', 'advice')", name="kind"),)

    item_id: Mapped[int] = mapped_column(ForeignKey("certificates_inspection_item.id"), index=True)
    kind: Mapped[str] = mapped_column(Code)
    text: Mapped[str] = mapped_column(default="")
    account_id: Mapped[int | None] = mapped_column(ForeignKey("lms_account.id"))
    # Who found it: the account may go, the name stays.
    author: Mapped[str]
    recorded_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]
