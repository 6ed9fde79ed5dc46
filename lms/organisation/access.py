"""Obtaining units, with the check."""

from flask import abort

from lms.access import top_units, unit_to
from lms.organisation.models import Unit

SEE = "lms.see_people"


def unit_to_see(code: str) -> Unit:
    """The unit with that code within the scope; without a code the highest of the scope."""
    if code:
        return unit_to(SEE, code)
    tops = top_units(SEE)
    return tops[0] if tops else abort(404)
