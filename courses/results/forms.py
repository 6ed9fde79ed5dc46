"""The forms of results."""

from decimal import Decimal, InvalidOperation
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms import StringField
from wtforms.validators import InputRequired, Length

from courses.results.services import Given
from lms.errors import Refused
from lms.forms import Form
from lms.text import clean


class DecisionForm(Form):
    decision = StringField(_("Decision number"), [InputRequired(), Length(max=120)])
    reason = StringField(_("Reason"), [InputRequired(), Length(max=500)])


def marks_in(form: Any, essays: list[Any]) -> list[Given]:
    """The points typed for each essay of a page, with comma or point; one with an empty field is left for later."""
    found = []
    for essay in essays:
        name = f"{essay.attempt_id}-{essay.position}"
        typed = [form.get(f"p{name}-{row}", "").strip() for row in range(len(essay.content.rubric))]
        if not all(typed):
            continue
        try:
            points = tuple(Decimal(text.replace(",", ".")) for text in typed)
        except InvalidOperation as error:
            raise Refused(gettext("%(value)s are no points.", value=" ".join(typed)[:60])) from error
        if not all(value.is_finite() for value in points):
            raise Refused(gettext("%(value)s are no points.", value=" ".join(typed)[:60]))
        found.append(Given(essay.attempt_id, essay.position, points, clean(form.get(f"c{name}", ""))[:2000]))
    return found
