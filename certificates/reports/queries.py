"""Reading reports."""

from collections.abc import Iterable

from sqlalchemy import select

from certificates.register.models import Issuer
from certificates.register.queries import signer_of
from certificates.reports.models import Report
from certificates.reports.office import Office
from lms import clock
from lms.db import db
from lms.organisation.models import Unit
from lms.organisation.queries import in_any


def reports_of(target_id: int, paths: Iterable[str]) -> list[Report]:
    """The reports on a target for units inside the subtrees, the newest first."""
    query = select(Report).join(Unit, Unit.id == Report.unit_id).where(Report.target_id == target_id, in_any(paths))
    return list(db.session.scalars(query.order_by(Report.number.desc())))


def report(target_id: int, number: int) -> Report | None:
    """The report of that number."""
    return db.session.scalar(select(Report).where(Report.target_id == target_id, Report.number == number))


def committee(name: str) -> str:
    """Who acts for a Party organisation: the đảng ủy of a đảng bộ; a branch acts in its own name."""
    return name.replace("Đảng bộ", "Đảng ủy", 1)


def office_of(unit: Unit) -> Office:
    """Who writes for a unit: its own committee, signed as its issuer signs where it is one."""
    issuer = _issuer_above(unit)
    above = db.session.get(Unit, unit.reporting_parent_id) if unit.reporting_parent_id else None
    place = issuer.place if issuer else "…"
    if issuer is not None and issuer.unit_id == unit.id:
        signer = signer_of(issuer, clock.today())
        authority, name = (signer.authority, signer.name) if signer else ("", "")
        return Office(issuer.superior, issuer.name, place, issuer.code, authority, name)
    return Office(committee(above.name) if above else "", committee(unit.name), place, unit.code)


def _issuer_above(unit: Unit) -> Issuer | None:
    above = [issuer for issuer in db.session.scalars(select(Issuer)) if unit.path.startswith(issuer.unit.path)]
    return max(above, key=lambda issuer: len(issuer.unit.path), default=None)
