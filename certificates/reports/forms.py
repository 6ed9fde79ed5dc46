"""The form that freezes."""

from flask_babel import lazy_gettext as _
from wtforms import DateField, StringField
from wtforms.validators import InputRequired, Length, Optional

from lms.forms import Form


class FreezeForm(Form):
    on = DateField(_("Figures as of"), [InputRequired()])
    reason = StringField(_("Why there is a new version"), [Optional(), Length(max=300)],
                         description=_("Only for a second report on the same day."))  # fmt: skip
