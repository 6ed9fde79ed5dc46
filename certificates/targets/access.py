"""Obtaining targets and their units, with the check."""

from flask import abort

from certificates.targets.models import Exemption, Target
from certificates.targets.queries import belongs, by_code
from lms.access import may, may_see, top_units, unit_to
from lms.db import db
from lms.organisation.models import Person, Unit

SEE = "certificates.see_targets"
MANAGE = "certificates.manage_targets"
PLAN = "certificates.plan_targets"
EXEMPT = "certificates.exempt"


def target_to_see(code: str, unit_code: str) -> tuple[Target, Unit]:
    """The target and a unit of it within the scope; without a code the highest such unit. 404 for all else."""
    target = by_code(code)
    if target is None:
        abort(404)
    if unit_code:
        unit = unit_to(SEE, unit_code)
    else:
        tops = top_units(SEE)
        whole = [top for top in tops if target.unit.path.startswith(top.path)]
        inside = [top for top in tops if belongs(target, top)]
        unit = target.unit if whole else inside[0] if inside else abort(404)
    if not belongs(target, unit):
        abort(404)
    return target, unit


def target_to_plan(code: str) -> Target:
    """The target, by those who may plan for its unit, and a target without one above only by those who set targets."""
    target = by_code(code)
    if target is None or not may(SEE, target.unit):
        abort(404)
    if not may(PLAN if target.parent_id else MANAGE, target.unit):
        abort(403)
    return target


def person_to_explain(person_id: int) -> Person:
    """A person who holds or held a post within the scope, or 404."""
    person = db.session.get(Person, person_id)
    if person is None or not may_see(person_id, SEE):
        abort(404)
    return person


def person_to_exempt(person_id: int) -> Person:
    """A person with a post within the scope, or 404."""
    person = db.session.get(Person, person_id)
    if person is None or not may_see(person_id, EXEMPT):
        abort(404)
    return person


def exemption_to_end(exemption_id: int) -> Exemption:
    """An exemption of a person within the scope, or 404."""
    exemption = db.session.get(Exemption, exemption_id)
    if exemption is None or not may_see(exemption.person_id, EXEMPT):
        abort(404)
    return exemption
