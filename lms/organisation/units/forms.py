"""The forms of units."""

from flask_babel import lazy_gettext as _
from wtforms import DateField, SelectField, StringField
from wtforms.fields import SelectChoice
from wtforms.validators import InputRequired, Length, Optional, Regexp

from lms.forms import Form
from lms.organisation.kinds import KINDS

TREES = {"party": _("Party"), "union": _("Trade union"), "youth": _("Youth Union")}


class CorrectUnitForm(Form):
    name = StringField(_("Name of the unit"), [InputRequired(), Length(max=300)])
    kind = SelectField(_("Kind of unit"), choices=[SelectChoice(code, name) for code, name in KINDS.items()])
    doubt = StringField(_("To be checked"), [Length(max=300)],
                        description=_("What is not certain about this unit; empty when nobody doubts it."))  # fmt: skip


class UnitForm(CorrectUnitForm):
    code = StringField(_("Unit code"), [
        InputRequired(), Length(max=60), Regexp(r"^[A-Z0-9_.-]+$", message=_("Capital letters, digits, - _ . only.")),
    ])  # fmt: skip
    tree = SelectField(_("Organisation"), choices=[SelectChoice(code, name) for code, name in TREES.items()])
    valid_from = DateField(_("Exists from"), [Optional()], description=_("Left empty: since always."))
