"""Reorganising: one transaction for all that a decision says, told before it is done, undone whole."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from flask import current_app
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms import audit
from lms.accounts.models import RoleGrant
from lms.db import db, transaction
from lms.errors import Refused
from lms.events import AppointmentsChanged, publish
from lms.organisation import history
from lms.organisation.models import Appointment, Decision, Post, Unit, UnitState, UnitSuccessor
from lms.organisation.reorganisation.applying import Applying
from lms.organisation.reorganisation.changes import Plan
from lms.organisation.reorganisation.report import Report, compared
from lms.organisation.reorganisation.tree import present
from lms.plugins import Measure, installed


class _NotWritten(Exception):
    """Ends a dry run: the transaction rolls back."""


def reorganise(plans: Sequence[Plan], *, at: datetime, today: date, dry_run: bool = False) -> Report:
    """Carries out decisions in their order, all or nothing. A dry run does all of it and writes nothing.

    Posts and people of units that move come along; `Report.measures` are the plugins' figures in the old tree and in
    the new, on the last effective day or today, whichever is later. Raises Refused when a unit is not there on the
    day, was changed by a later decision already, or would be left beneath one that ends.
    """
    report = Report(dry_run, notes=[note for plan in plans for note in plan.notes])
    day = max(today, *(plan.effective_on for plan in plans))
    report.measured_on = day.isoformat()
    try:
        with transaction() as session:
            before, touched = _measured(session, day), set[int]()
            for number, plan in enumerate(plans):
                # A moment of its own for each: by it a decision is undone.
                touched |= Applying(session, plan, report, at + timedelta(microseconds=number), today).run()
            units = {unit: (code, name) for unit, code, name in session.execute(select(Unit.id, Unit.code, Unit.name))}
            report.measures = compared(before, _measured(session, day), units, [line.code for line in report.units])
            if dry_run:
                raise _NotWritten
            publish(AppointmentsChanged(sorted(touched)))
    except _NotWritten:
        pass
    return report


def undo(decision_id: int, *, at: datetime, today: date) -> None:
    """Everything stands again as before the decision, from its day on; that it held for a while stays known.

    Raises Refused when something that it changed was changed again since: that must be undone first.
    """
    with transaction() as session:
        decision = session.get_one(Decision, decision_id, with_for_update=True)
        if decision.withdrawn_at is not None:
            raise Refused(_("This was undone already."))
        touched = _undo_states(session, decision, at) | _undo_posts(session, decision, at)
        for successor in session.scalars(select(UnitSuccessor).where(UnitSuccessor.decision_id == decision_id)):
            successor.withdrawn_at = at
        for grant in session.scalars(select(RoleGrant).where(RoleGrant.recorded_at == decision.recorded_at)):
            grant.withdrawn_at = grant.withdrawn_at or at
        decision.withdrawn_at = at
        session.flush()
        present(session, touched, today)
        audit.record("lms.undo_reorganisation", f"decision:{decision_id}", number=decision.number)
        publish(AppointmentsChanged(sorted(touched)))


def bring_up_to_date(today: date, at: datetime) -> int:
    """Decisions that were recorded ahead and take effect now: units show their names and places; how many changed."""
    ahead = select(Decision).where(
        Decision.shown_at.is_(None), Decision.withdrawn_at.is_(None), Decision.effective_on <= today
    )
    if db.session.scalars(ahead.limit(1)).first() is None:
        return 0
    with transaction() as session:
        changed = 0
        for decision in session.scalars(ahead.order_by(Decision.effective_on)).all():
            units = select(UnitState.unit_id).where(UnitState.decision_id == decision.id).distinct()
            changed += present(session, session.scalars(units).all(), today)
            decision.shown_at = at
        return changed


def _measured(session: Session, on: date) -> list[Measure]:
    units = list(session.scalars(select(Unit.id).order_by(Unit.path)))
    return [measure for plugin in installed(current_app) for measure in plugin.measures(units, on)]


def _made(session: Session, model: Any, moment: datetime, **instead: dict[int, int]) -> dict[int, Any]:
    """By the id of each row that a decision added: the row that says it today, itself or its copy after an undoing.

    `instead` maps ids in a column to those of their copies. Raises Refused where something else is held true today.
    """
    found: dict[int, Any] = {}
    for row in session.scalars(select(model).where(model.recorded_at == moment)).all():
        if row.withdrawn_at is None:
            found[row.id] = row
        elif row.withdrawn_at != moment:
            says = {key: value for key, value in history.values(row).items() if key != "decision_id"}
            says |= {column: ids.get(says[column], says[column]) for column, ids in instead.items()}
            same = (getattr(model, key).is_not_distinct_from(value) for key, value in says.items())
            copy = session.scalars(select(model).where(model.withdrawn_at.is_(None), *same).limit(1)).first()
            if copy is None:
                raise Refused(_("What this decision changed was changed again since: undo that first."))
            found[row.id] = copy
    return found


def _gone(session: Session, model: Any, moment: datetime) -> list[Any]:
    """The rows that a decision withdrew."""
    gone = select(model).where(model.withdrawn_at == moment, model.recorded_at != moment)
    return list(session.scalars(gone.order_by(model.id)))


def _undo_states(session: Session, decision: Decision, at: datetime) -> set[int]:
    made, gone = _made(session, UnitState, decision.recorded_at), _gone(session, UnitState, decision.recorded_at)
    for row in made.values():
        row.withdrawn_at = at
    for row in gone:
        history.copy(session, row, at)
    return {row.unit_id for row in (*made.values(), *gone)}


def _undo_posts(session: Session, decision: Decision, at: datetime) -> set[int]:
    moment = decision.recorded_at
    posts, posts_gone = _made(session, Post, moment), _gone(session, Post, moment)
    ids = {old: row.id for old, row in posts.items()}
    held, held_gone = _made(session, Appointment, moment, post_id=ids), _gone(session, Appointment, moment)
    further = select(Appointment.id).where(
        Appointment.post_id.in_(ids.values()), Appointment.withdrawn_at.is_(None),
        Appointment.id.not_in([row.id for row in held.values()]),
    )  # fmt: skip
    if session.scalar(further.limit(1)) is not None:
        raise Refused(_("What this decision changed was changed again since: undo that first."))
    for row in (*posts.values(), *held.values()):
        row.withdrawn_at = at
    again = {post.id: history.copy(session, post, at).id for post in posts_gone}
    for row in held_gone:
        history.copy(session, row, at, post_id=again.get(row.post_id, row.post_id))
    return {post.unit_id for post in (*posts.values(), *posts_gone)}
