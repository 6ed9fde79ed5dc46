"""What targets ask of one person, why, by when, and what of it is still to be done."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import select

from certificates.targets.facts import proofs_of
from certificates.targets.models import KeptSpan, Target
from certificates.targets.rules import Completed, proven
from lms.db import db
from lms.organisation.models import Person, PostKind, Unit


@dataclass(frozen=True)
class Due:
    """What a target asks of one person, because of which post."""

    target: Target
    kind_name: str
    unit_name: str
    state: str
    standing: str
    grace: bool
    # The last day on which it is so, as far as is known.
    until: date

    @property
    def trained(self) -> bool:
        return self.standing in ("trained", "expiring")

    @property
    def verdict(self) -> str:
        """How the post counts, by the words of «why»."""
        return "exempt" if self.state == "exempt" else "grace" if self.grace else self.standing

    @property
    def ahead(self) -> bool:
        """Whether the person is to do something: complete it, or renew it."""
        return self.state == "holder" and self.standing != "trained"


def open_activities(person_id: int, target: Target, on: date) -> list[str]:
    """The activities of a target that the person has not completed, or whose completion does not count for long."""
    me = select(Person.id).where(Person.id == person_id)
    proofs = proofs_of(db.session(), target, None, me)[person_id]
    return [activity for activity in target.activities if not _lasts(target, activity, proofs, on)]


def _lasts(target: Target, activity: str, proofs: Sequence[Completed], on: date) -> bool:
    trained, expiring = proven(replace(target.rule, activities=(activity,)), proofs)
    return any(p.from_on <= on <= p.to_on for p in trained) and not any(p.from_on <= on <= p.to_on for p in expiring)


def due_for(person_id: int, on: date) -> list[Due]:
    """What targets ask of a person, one line a target, what is open first."""
    query = (
        select(Target, PostKind.name, Unit.name, KeptSpan.state, KeptSpan.standing, KeptSpan.grace, KeptSpan.to_on)
        .join_from(KeptSpan, Target, Target.id == KeptSpan.target_id)
        .join(PostKind, PostKind.id == KeptSpan.kind_id)
        .join(Unit, Unit.id == KeptSpan.unit_id)
        .where(KeptSpan.person_id == person_id, KeptSpan.from_on <= on, KeptSpan.to_on >= on)
        .order_by(KeptSpan.standing == "trained", Target.ends_on, KeptSpan.id)
    )
    found: dict[int, Due] = {}
    for row in db.session.execute(query):
        found.setdefault(row[0].id, Due(*row))
    return list(found.values())


def asked_before(person_id: int, on: date) -> list[Target]:
    """The targets that counted the person in a post on some other day and do not on this one."""
    spans = select(KeptSpan.target_id).where(KeptSpan.person_id == person_id)
    now = spans.where(KeptSpan.from_on <= on, KeptSpan.to_on >= on)
    query = select(Target).where(Target.id.in_(spans), Target.id.not_in(now), Target.published_at.is_not(None))
    return list(db.session.scalars(query.order_by(Target.ends_on, Target.code)))
