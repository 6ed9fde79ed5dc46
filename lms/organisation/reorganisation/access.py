"""Obtaining decisions, with the check: whoever reorganises does so inside their own units."""

from flask import abort
from sqlalchemy import select

from lms import clock
from lms.access import may, scopes
from lms.db import db
from lms.organisation.models import Decision, Unit, UnitState
from lms.organisation.queries import everywhere
from lms.organisation.reorganisation.changes import Begin, Dissolve, Merge, Move, Plan

REORGANISE = "lms.reorganise"


def plan_to_carry_out(plan: Plan) -> Plan:
    """The same plan. 403 when a unit that exists lies outside the scope, or something becomes a root inside a part."""
    codes = set[str]()
    for change in plan.changes:
        codes |= {change.unit}
        if isinstance(change, Merge):
            codes |= {change.into}
        elif isinstance(change, Dissolve):
            codes |= set(change.successors)
        elif isinstance(change, (Begin, Move)):
            codes |= {change.parent}
    units = db.session.scalars(select(Unit).where(Unit.code.in_(codes))).all()
    whole = everywhere(scopes(REORGANISE), clock.today())
    if not whole and ("" in codes or any(not may(REORGANISE, unit) for unit in units)):
        abort(403)
    return plan


def decision_to_undo(decision_id: int) -> Decision:
    """A decision that holds, all of whose units lie in the scope; else 404."""
    decision = db.session.get(Decision, decision_id)
    if decision is None or decision.withdrawn_at is not None:
        abort(404)
    touched = select(Unit).join(UnitState, UnitState.unit_id == Unit.id).where(UnitState.decision_id == decision_id)
    whole = everywhere(scopes(REORGANISE), clock.today())
    if not whole and any(not may(REORGANISE, unit) for unit in db.session.scalars(touched)):
        abort(404)
    return decision
