"""What happens to targets and exemptions, and keeping the figures true."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date, datetime

from flask_babel import gettext as _
from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from certificates.targets import keeping
from certificates.targets.counting import Figures
from certificates.targets.facts import PORTION, portions
from certificates.targets.models import Exemption, Started, Target
from certificates.targets.queries import counted_on, kept_on, targets_published
from lms import audit
from lms.clock import day_of
from lms.db import transaction
from lms.errors import Refused
from lms.events import ActivityStarted
from lms.messages import notify
from lms.organisation.models import Post, Unit
from lms.text import short_date


@dataclass(frozen=True)
class Plan:
    """What a target is to ask; see `Target` and `Rule`."""

    code: str
    title: str
    unit_id: int
    post_kinds: Sequence[str]
    activities: Sequence[str]
    starts_on: date
    ends_on: date
    levels: Mapping[str, Sequence[str]] = field(default_factory=dict)
    all_of: bool = False
    ways: Sequence[str] = ()
    validity_months: int = 0
    renewal_days: int = 0
    grace_days: int = 0
    editions: Mapping[str, str] = field(default_factory=dict)
    parent_id: int | None = None


def draft(plan: Plan, at: datetime) -> int:
    """A new target that counts nothing yet. Raises Refused when it asks nothing, or more than the target above."""
    if not plan.post_kinds or not plan.activities:
        raise Refused(_("Choose at least one post kind and one course."))
    if plan.ends_on < plan.starts_on:
        raise Refused(_("The last day lies before the first."))
    if plan.renewal_days and not plan.validity_months:
        raise Refused(_("A time for renewal needs a validity in months."))
    with transaction() as session:
        if session.scalar(select(Target.id).where(Target.code == plan.code)):
            raise Refused(_("There is a target with the code %(code)s already.", code=plan.code))
        if plan.parent_id is not None:
            _check_beneath(session, plan, session.get_one(Target, plan.parent_id))
        values = asdict(plan) | {name: list(getattr(plan, name)) for name in ("post_kinds", "activities", "ways")}
        target = Target(**values, created_at=at)
        session.add(target)
        session.flush()
        audit.record("certificates.draft_target", f"target:{plan.code}", unit=plan.unit_id, kinds=values["post_kinds"])
        return target.id


def _check_beneath(session: Session, plan: Plan, parent: Target) -> None:
    unit = session.get_one(Unit, plan.unit_id)
    if not unit.path.startswith(parent.unit.path):
        raise Refused(_("%(unit)s does not lie beneath the unit of the target above.", unit=unit.name))
    if plan.ends_on > parent.ends_on:
        raise Refused(
            _("The target above ends on %(day)s: this one may not end later.", day=short_date(parent.ends_on))
        )


def publish(target_id: int, at: datetime) -> None:
    """From now on the target counts, and its rules stay; the worker counts it next. The second time nothing changes."""
    with transaction() as session:
        target = session.get_one(Target, target_id, with_for_update=True)
        if target.published_at is None:
            target.published_at = at
            audit.record("certificates.publish_target", f"target:{target.code}")


def discard_draft(target_id: int) -> None:
    """Deletes a target that was never published. Raises Refused for one that was."""
    with transaction() as session:
        target = session.get_one(Target, target_id, with_for_update=True)
        if target.published_at is not None:
            raise Refused(_("A published target stays."))
        audit.record("certificates.discard_target", f"target:{target.code}")
        session.delete(target)


def exempt(
    target_id: int, person_id: int, *, reason: str, document: str, valid_to: date | None, today: date,
    account_id: int | None, at: datetime, valid_from: date | None = None, approver: str = "",
    told: Iterable[int] = (),
) -> None:  # fmt: skip
    """The person's posts are counted apart, from today where no day is given. Refused without reason or document.

    `told` are people who get a notice of it.
    """
    if not reason.strip() or not document.strip():
        raise Refused(_("Give the reason and the document it rests on."))
    first = valid_from or today
    if valid_to is not None and valid_to < first:
        raise Refused(_("The last day lies before the first."))
    with transaction() as session:
        target = session.get_one(Target, target_id, with_for_update=True)
        exemption = Exemption(
                target_id=target_id, person_id=person_id, reason=reason, document=document, approver=approver,
                valid_from=first, valid_to=valid_to, account_id=account_id, recorded_at=at,
        )  # fmt: skip
        session.add(exemption)
        session.flush()
        _tell_of(exemption, target, told, at)
        audit.record("certificates.exempt", f"person:{person_id}", target=target.code, document=document)
        keeping.refresh(session, target, {person_id}, set())


def _tell_of(exemption: Exemption, target: Target, told: Iterable[int], at: datetime) -> None:
    for person_id in told:
        notify(
            person_id, _("%(name)s is exempt: %(target)s", name=exemption.person.name, target=target.title),
            _("%(reason)s (%(document)s). Approved by: %(approver)s.", reason=exemption.reason,
              document=exemption.document, approver=exemption.approver),
            reason=_("You are told this because you answer for the unit of target %(code)s, and a unit beneath has"
                     " exempted somebody.", code=target.code),
            key=f"certificates.exempt:{exemption.id}:{person_id}", at=at,
        )  # fmt: skip


def end_exemption(exemption_id: int, *, at: datetime) -> None:
    """Withdraws an exemption; the row stays. The second time nothing changes."""
    with transaction() as session:
        exemption = session.get_one(Exemption, exemption_id, with_for_update=True)
        exemption.withdrawn_at = exemption.withdrawn_at or at
        target = session.get_one(Target, exemption.target_id, with_for_update=True)
        session.flush()
        audit.record("certificates.end_exemption", f"person:{exemption.person_id}", target=target.code)
        keeping.refresh(session, target, {exemption.person_id}, set())


def note_starts(events: Sequence[ActivityStarted], at: datetime) -> None:
    """People began activities: the first time is kept, and they count as in progress."""
    with transaction() as session:
        new = {(event.person_id, event.activity): day_of(event.started_at) for event in reversed(events)}
        for part in portions(sorted({person for person, _activity in new})):
            known = select(Started.person_id, Started.activity).where(Started.person_id.in_(part))
            for person, activity in session.execute(known):
                new.pop((person, activity), None)
        rows = [
            {"person_id": person, "activity": activity, "started_on": day, "recorded_at": at}
            for (person, activity), day in new.items()
        ]
        for values in portions(rows):
            session.execute(insert(Started), values)
        for target in _locked(session, None):
            people = {person for person, activity in new if activity in target.activities}
            keeping.refresh(session, target, people, set())


def refresh(activity: str | None, *, people: Iterable[int] = (), units: Iterable[int] = ()) -> None:
    """Brings every target (with the activity) up to date after something changed for these people or in these units.

    Idempotent. The cost grows with what changed and the depth of the tree, not with the size of the tree.
    """
    with transaction() as session:
        for target in _locked(session, activity):
            keeping.refresh(session, target, set(people), set(units))


def _locked(session: Session, activity: str | None) -> list[Target]:
    found = session.scalars(targets_published().with_for_update())
    return [target for target in found if activity is None or activity in target.activities]


def rebuild(target_id: int, at: datetime) -> None:
    """Counts everything anew: a new target, or one whose figures somebody doubts.

    In portions, so that others can write between them; what they change is counted as they change it. Until it is done
    the pages count from the raw rows.
    """
    with transaction() as session:
        target = session.get_one(Target, target_id, with_for_update=True)
        target.counted_at = None
        keeping.forget(session, target)
        last = session.scalar(select(func.max(Post.id))) or 0
    for first in range(1, last + 1, PORTION):
        with transaction() as session:
            target = session.get_one(Target, target_id, with_for_update=True)
            keeping.count(session, target, first, first + PORTION - 1)
    with transaction() as session:
        session.get_one(Target, target_id, with_for_update=True).counted_at = at


def differences(session: Session, target: Target, on: date) -> list[str]:
    """Where a recount of a day from the raw rows differs from the kept figures; empty when all are right."""
    if target.counted_at is None:
        return [f"{target.code}: nothing is kept"]
    true, kept = counted_on(session, target, on), kept_on(session, target, on)
    names: dict[int, str] = {unit: code for unit, code in session.execute(select(Unit.id, Unit.code))}
    return [
        f"{target.code} {names.get(unit, unit)} kind {kind}: kept {_plain(kept.get((unit, kind)))}, "
        f"counted {_plain(true.get((unit, kind)))}"
        for unit, kind in sorted(true.keys() | kept.keys())
        if kept.get((unit, kind), Figures()) != true.get((unit, kind), Figures())
    ]


def _plain(figures: Figures | None) -> object:
    return asdict(figures) if figures else None
