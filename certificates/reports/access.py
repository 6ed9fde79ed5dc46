"""Obtaining reports, with the check."""

from flask import abort

from certificates.reports.models import Report
from certificates.reports.queries import report
from certificates.targets.access import SEE
from certificates.targets.queries import by_code
from lms.access import may


def report_to_see(code: str, number: int) -> Report:
    """The report on a target, or 404 when its unit lies outside the scope."""
    target = by_code(code)
    found = report(target.id, number) if target else None
    if found is None or not may(SEE, found.unit):
        abort(404)
    return found
