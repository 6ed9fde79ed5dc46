"""The form of the calendar."""

from flask_babel import lazy_gettext as _
from wtforms import DateField, SelectChoice, SelectField, StringField
from wtforms.validators import InputRequired, Length

from lms.forms import Form


class DayForm(Form):
    day = DateField(_("Day"), [InputRequired()])
    works = SelectField(
        _("On this day the office"), choices=[SelectChoice("", _("is closed")), SelectChoice("1", _("works"))]
    )
    name = StringField(_("Why"), [InputRequired(), Length(max=200)])
