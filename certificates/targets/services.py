"""Keeping the figures true: whole, for what changed, and when a day ends."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import date, datetime

from flask_babel import gettext as _
from sqlalchemy import delete, insert, or_, select
from sqlalchemy.orm import Session

from certificates.targets.counting import (
    NAMES,
    Figures,
    Key,
    PostState,
    own_figures,
    recounted,
    shared,
    totals,
    units_of,
)
from certificates.targets.models import CountedPost, Exemption, Figure, SharedHolding, Target
from certificates.targets.queries import figures_of, kept, post_states
from lms import audit
from lms.db import transaction
from lms.errors import Refused
from lms.organisation.models import Appointment, Post, Unit


def add_target(code: str, title: str, *, unit_id: int, post_kinds: Sequence[str], activities: Sequence[str],
               starts_on: date, ends_on: date, at: datetime, today: date) -> int:  # fmt: skip
    """A new target with its first figures. Raises Refused when it asks nothing or the code is taken."""
    if not post_kinds or not activities:
        raise Refused(_("Choose at least one post kind and one course."))
    if ends_on < starts_on:
        raise Refused(_("The last day lies before the first."))
    with transaction() as session:
        if session.scalar(select(Target.id).where(Target.code == code)):
            raise Refused(_("There is a target with the code %(code)s already.", code=code))
        target = Target(
            code=code, title=title, unit_id=unit_id, post_kinds=list(post_kinds), activities=list(activities),
            starts_on=starts_on, ends_on=ends_on, created_at=at,
        )  # fmt: skip
        session.add(target)
        session.flush()
        _rebuild(session, target, today)
        audit.record("certificates.add_target", f"target:{code}", unit=unit_id, kinds=list(post_kinds))
        return target.id


def exempt(target_id: int, person_id: int, *, reason: str, document: str, valid_to: date | None, today: date,
           account_id: int | None, at: datetime) -> None:  # fmt: skip
    """From today on the person's posts are counted apart. Raises Refused without a reason and a document."""
    if not reason.strip() or not document.strip():
        raise Refused(_("Give the reason and the document it rests on."))
    with transaction() as session:
        target = session.get_one(Target, target_id, with_for_update=True)
        session.add(
            Exemption(
                target_id=target_id,
                person_id=person_id,
                reason=reason,
                document=document,
                valid_from=today,
                valid_to=valid_to,
                account_id=account_id,
                recorded_at=at,
            )
        )
        session.flush()
        audit.record("certificates.exempt", f"person:{person_id}", target=target.code, document=document)
        _refresh(session, target, {person_id}, set(), today)


def end_exemption(exemption_id: int, *, today: date, at: datetime) -> None:
    """Withdraws an exemption; the row stays. The second time nothing changes."""
    with transaction() as session:
        exemption = session.get_one(Exemption, exemption_id, with_for_update=True)
        exemption.withdrawn_at = exemption.withdrawn_at or at
        target = session.get_one(Target, exemption.target_id, with_for_update=True)
        session.flush()
        audit.record("certificates.end_exemption", f"person:{exemption.person_id}", target=target.code)
        _refresh(session, target, {exemption.person_id}, set(), today)


def refresh(target_id: int, *, people: Iterable[int] = (), units: Iterable[int] = (), today: date) -> None:
    """Brings the figures up to date after something changed for these people or in these units; idempotent.

    The cost grows with what changed and the depth of the tree, not with the size of the tree.
    """
    with transaction() as session:
        target = session.get_one(Target, target_id, with_for_update=True)
        _refresh(session, target, set(people), set(units), today)


def rebuild(target_id: int, today: date) -> None:
    """Counts everything anew, for `today`: when a day has ended, or when somebody doubts the figures."""
    with transaction() as session:
        _rebuild(session, session.get_one(Target, target_id, with_for_update=True), today)


def differences(session: Session, target: Target) -> list[str]:
    """Where a recount from the raw rows, for the kept day, differs from the kept figures; empty when all are right."""
    if target.kept_on is None:
        return [f"{target.code}: nothing is kept"]
    true, found = recounted(post_states(session, target, target.kept_on)), kept(target.id)
    names: dict[int, str] = {unit: code for unit, code in session.execute(select(Unit.id, Unit.code))}
    return [
        f"{target.code} {names.get(unit, unit)} kind {kind}: kept {_plain(found.get((unit, kind)))}, "
        f"counted {_plain(true.get((unit, kind)))}"
        for unit, kind in sorted(true.keys() | found.keys(), key=str)
        if found.get((unit, kind)) != true.get((unit, kind))
    ]


def _plain(figures: Figures | None) -> object:
    return asdict(figures) if figures else None


def _rebuild(session: Session, target: Target, on: date) -> None:
    for model in (CountedPost, SharedHolding, Figure):
        session.execute(delete(model).where(model.target_id == target.id))
    posts = post_states(session, target, on)
    _insert(session, CountedPost, [asdict(post) | {"target_id": target.id} for post in posts])
    _insert(session, SharedHolding, [asdict(pair) | {"target_id": target.id} for pair in shared(posts)])
    inside = len(units_of(target.unit.path)) - 1
    parents = {
        unit: (path[index - 1] if index else None)
        for path in {units_of(post.path) for post in posts}
        for index, unit in enumerate(path)
        if index >= inside
    }
    rows = [
        {"target_id": target.id, "unit_id": unit, "parent_id": parents[unit], "kind_id": kind} | asdict(figures)
        for (unit, kind), figures in totals(posts).items()
        if unit in parents
    ]
    _insert(session, Figure, rows)
    target.kept_on = on


def _insert(session: Session, model: type[CountedPost | SharedHolding | Figure], rows: list[dict[str, object]]) -> None:
    for start in range(0, len(rows), 2000):
        session.execute(insert(model), rows[start : start + 2000])


def _refresh(session: Session, target: Target, people: set[int], units: set[int], today: date) -> None:
    if target.kept_on != today:
        _rebuild(session, target, today)
        return
    old = select(CountedPost).where(
        CountedPost.target_id == target.id,
        or_(CountedPost.unit_id.in_(units), CountedPost.person_id.in_(people)),
    )
    before = [_post_state(row) for row in session.scalars(old)]
    held = select(Appointment.post_id).where(Appointment.person_id.in_(people))
    touched = or_(Post.unit_id.in_(units), Post.id.in_(held), Post.id.in_([post.post_id for post in before]))
    after = post_states(session, target, today, touched)
    # A post that moved from one person to another touches both.
    people = people | {post.person_id for post in (*before, *after) if post.person_id is not None}
    dirty = {post.path for post in set(before) ^ set(after)}
    ids = [post.post_id for post in (*before, *after)]
    session.execute(delete(CountedPost).where(CountedPost.target_id == target.id, CountedPost.post_id.in_(ids)))
    _insert(session, CountedPost, [asdict(post) | {"target_id": target.id} for post in after])
    dirty_units = _pair_anew(session, target, people)
    for path in session.scalars(select(Unit.path).where(Unit.id.in_(dirty_units))):
        dirty.add(path)
    _sum_anew(session, target, dirty)


def _post_state(row: CountedPost) -> PostState:
    return PostState(
        row.post_id, row.unit_id, row.path, row.kind_id, row.state, row.capacity, row.person_id, row.trained
    )


def _pair_anew(session: Session, target: Target, people: set[int]) -> set[int]:
    """The pairs of these people as they are now; returns the units at which pairs stood or stand."""
    mine = (SharedHolding.target_id == target.id, SharedHolding.person_id.in_(people))
    dirty = set(session.scalars(select(SharedHolding.unit_id).where(*mine)))
    session.execute(delete(SharedHolding).where(*mine))
    held = select(CountedPost).where(CountedPost.target_id == target.id, CountedPost.person_id.in_(people))
    pairs = list(shared(_post_state(row) for row in session.scalars(held)))
    _insert(session, SharedHolding, [asdict(pair) | {"target_id": target.id} for pair in pairs])
    return dirty | {pair.unit_id for pair in pairs}


def _sum_anew(session: Session, target: Target, dirty: set[str]) -> None:
    """Sums the dirty units and everything above them inside the target, the deepest first."""
    inside = len(units_of(target.unit.path))
    chains = {units_of(path)[: depth + 1] for path in dirty for depth in range(inside - 1, len(units_of(path)))}
    for chain in sorted(chains, key=len, reverse=True):
        unit, parent = chain[-1], chain[-2] if len(chain) > 1 else None
        _sum_one(session, target, unit, parent)


def _sum_one(session: Session, target: Target, unit: int, parent: int | None) -> None:
    here = (CountedPost.target_id == target.id, CountedPost.unit_id == unit)
    pairs = (SharedHolding.target_id == target.id, SharedHolding.unit_id == unit)
    found: dict[Key, Figures] = own_figures(
        (_post_state(row) for row in session.scalars(select(CountedPost).where(*here))),
        session.scalars(select(SharedHolding).where(*pairs)),
    )
    beneath = select(Figure).where(Figure.target_id == target.id, Figure.parent_id == unit)
    for row in session.scalars(beneath):
        found.setdefault((unit, row.kind_id), Figures()).add(figures_of(row))
    session.execute(delete(Figure).where(Figure.target_id == target.id, Figure.unit_id == unit))
    rows = [
        {"target_id": target.id, "unit_id": unit, "parent_id": parent, "kind_id": kind} | asdict(figures)
        for (_unit, kind), figures in found.items()
        if any(getattr(figures, name) for name in NAMES)
    ]
    _insert(session, Figure, rows)
