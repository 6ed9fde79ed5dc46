"""The forms of the organisation."""

from flask_babel import lazy_gettext as _
from flask_wtf.file import FileField, FileRequired
from wtforms import StringField
from wtforms.validators import Length, Optional

from lms.forms import Form


class RosterForm(Form):
    file = FileField(_("Spreadsheet (.xlsx)"), [FileRequired()])
    unit = StringField(_("Unit code"), [Optional(), Length(max=120)],
                       description=_("Left empty: the unit that the heading of the list names."))  # fmt: skip
