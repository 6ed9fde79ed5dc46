"""The forms of the register."""

from flask_babel import lazy_gettext as _
from wtforms import DateField, StringField
from wtforms.validators import InputRequired, Length

from lms.forms import Form


class EndForm(Form):
    decision = StringField(_("Number of the decision"), [InputRequired(), Length(max=120)],
                           description=_("For example 12-QĐ/ĐUK, 05/02/2026."))  # fmt: skip
    reason = StringField(_("Reason"), [InputRequired(), Length(max=500)])


class RevokeForm(EndForm):
    on = DateField(_("No longer valid from"), [InputRequired()])
