"""The forms of targets."""

from flask_babel import lazy_gettext as _
from wtforms import DateField, SelectMultipleField, StringField
from wtforms.validators import InputRequired, Length, Optional, Regexp
from wtforms.widgets import CheckboxInput, ListWidget

from lms.forms import Form


class CheckboxesField(SelectMultipleField):
    """Several choices as a list of boxes: easier to hit than a list with Ctrl."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class TargetForm(Form):
    code = StringField(_("Code"), [InputRequired(), Length(max=40), Regexp(r"[A-Za-z0-9-]+\Z")])
    title = StringField(_("Title"), [InputRequired(), Length(max=300)])
    unit = StringField(_("Unit code"), [InputRequired(), Length(max=120)])
    post_kinds = CheckboxesField(_("Post kinds"))
    activities = CheckboxesField(_("Courses, any one of which satisfies"))
    starts_on = DateField(_("From"), [InputRequired()])
    ends_on = DateField(_("To (included)"), [InputRequired()])


class ExemptionForm(Form):
    reason = StringField(_("Reason"), [InputRequired(), Length(max=300)])
    document = StringField(_("Document it rests on"), [InputRequired(), Length(max=200)])
    valid_to = DateField(_("To (included)"), [Optional()])
