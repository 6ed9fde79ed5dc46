"""The form of a text."""

from flask_babel import lazy_gettext as _
from wtforms import StringField
from wtforms.validators import InputRequired, Length

from lms.forms import Form


class TextForm(Form):
    code = StringField(_("Code"), [InputRequired(), Length(max=40)])
    title = StringField(_("Title"), [InputRequired(), Length(max=200)])
