"""What happens to targets and exemptions, and keeping the figures true."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import date, datetime

from flask_babel import gettext as _
from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from certificates.targets import keeping
from certificates.targets.counting import Figures
from certificates.targets.facts import portions
from certificates.targets.models import Exemption, Started, Target
from certificates.targets.queries import counted_on, kept_on, targets_counted
from lms import audit
from lms.clock import day_of
from lms.db import transaction
from lms.errors import Refused
from lms.events import ActivityStarted
from lms.organisation.models import Unit


def add_target(code: str, title: str, *, unit_id: int, post_kinds: Sequence[str], activities: Sequence[str],
               starts_on: date, ends_on: date, at: datetime) -> int:  # fmt: skip
    """A new target, published, with its first figures. Raises Refused when it asks nothing or the code is taken."""
    if not post_kinds or not activities:
        raise Refused(_("Choose at least one post kind and one course."))
    if ends_on < starts_on:
        raise Refused(_("The last day lies before the first."))
    with transaction() as session:
        if session.scalar(select(Target.id).where(Target.code == code)):
            raise Refused(_("There is a target with the code %(code)s already.", code=code))
        target = Target(
            code=code, title=title, unit_id=unit_id, post_kinds=list(post_kinds), activities=list(activities),
            levels={}, ways=[], starts_on=starts_on, ends_on=ends_on, created_at=at, published_at=at, counted_at=at,
        )  # fmt: skip
        session.add(target)
        session.flush()
        keeping.rebuild(session, target)
        audit.record("certificates.add_target", f"target:{code}", unit=unit_id, kinds=list(post_kinds))
        return target.id


def exempt(
    target_id: int, person_id: int, *, reason: str, document: str, valid_to: date | None, today: date,
    account_id: int | None, at: datetime, valid_from: date | None = None, approver: str = "",
) -> None:  # fmt: skip
    """The person's posts are counted apart, from today where no day is given. Refused without reason or document."""
    if not reason.strip() or not document.strip():
        raise Refused(_("Give the reason and the document it rests on."))
    first = valid_from or today
    if valid_to is not None and valid_to < first:
        raise Refused(_("The last day lies before the first."))
    with transaction() as session:
        target = session.get_one(Target, target_id, with_for_update=True)
        session.add(
            Exemption(
                target_id=target_id, person_id=person_id, reason=reason, document=document, approver=approver,
                valid_from=first, valid_to=valid_to, account_id=account_id, recorded_at=at,
            )
        )  # fmt: skip
        session.flush()
        audit.record("certificates.exempt", f"person:{person_id}", target=target.code, document=document)
        keeping.refresh(session, target, {person_id}, set())


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
    found = session.scalars(targets_counted().with_for_update())
    return [target for target in found if activity is None or activity in target.activities]


def rebuild(target_id: int, at: datetime) -> None:
    """Counts everything anew: when the kept rows were lost, or when somebody doubts the figures."""
    with transaction() as session:
        target = session.get_one(Target, target_id, with_for_update=True)
        keeping.rebuild(session, target)
        target.counted_at = at


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
