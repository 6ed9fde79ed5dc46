"""The forms of posts."""

from flask_babel import lazy_gettext as _
from wtforms import DateField, RadioField, SelectField, StringField
from wtforms.fields import SelectChoice
from wtforms.validators import InputRequired, Length, Optional

from lms.forms import Form

CAPACITIES = {
    "holder": _("holder"),
    "acting": _("acting"),
    "concurrent": _("concurrent"),
    "seconded": _("seconded"),
}
CAPACITY_CHOICES = [SelectChoice(value, label) for value, label in CAPACITIES.items()]
DOCUMENT = _("Number and date of the decision, if there is one.")


class AppointForm(Form):
    person = RadioField(_("Who"), [InputRequired(_("Choose the person."))], coerce=int, choices=[])
    capacity = SelectField(_("In what capacity"), choices=CAPACITY_CHOICES)
    valid_from = DateField(_("From"), [InputRequired()])
    valid_to = DateField(_("To (included)"), [Optional()], description=_("Left empty: until further notice."))
    document = StringField(_("Decision"), [Length(max=300)], description=DOCUMENT)


class HandOverForm(Form):
    person = RadioField(_("Successor"), [InputRequired(_("Choose the person."))], coerce=int, choices=[])
    capacity = SelectField(_("In what capacity"), choices=CAPACITY_CHOICES)
    valid_from = DateField(_("First day of the successor"), [InputRequired()])
    document = StringField(_("Decision"), [Length(max=300)], description=DOCUMENT)


class RelieveForm(Form):
    last_day = DateField(_("Last day in the post"), [InputRequired()])
    document = StringField(_("Decision"), [Length(max=300)], description=DOCUMENT)


class CorrectForm(Form):
    capacity = SelectField(_("In what capacity"), choices=CAPACITY_CHOICES)
    valid_from = DateField(_("From"), [InputRequired()])
    valid_to = DateField(_("To (included)"), [Optional()], description=_("Left empty: until further notice."))
    document = StringField(_("Decision"), [Length(max=300)], description=DOCUMENT)
    reason = StringField(_("What was wrong"), [InputRequired(), Length(max=300)])


class WithdrawForm(Form):
    reason = StringField(_("Why the entry is an error"), [InputRequired(), Length(max=300)])


class PostForm(Form):
    kind = SelectField(_("Kind of post"), coerce=int, choices=[])
    valid_from = DateField(_("From"), [InputRequired()])


class ClosePostForm(Form):
    last_day = DateField(_("Last day of the post"), [InputRequired()])
