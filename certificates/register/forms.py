"""The forms of the register."""

from flask_babel import lazy_gettext as _
from wtforms import DateField, SelectChoice, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length

from lms.forms import Form


class EndForm(Form):
    decision = StringField(_("Number of the decision"), [InputRequired(), Length(max=120)],
                           description=_("For example 12-QĐ/ĐUK, 05/02/2026."))  # fmt: skip
    reason = StringField(_("Reason"), [InputRequired(), Length(max=500)])


class RevokeForm(EndForm):
    on = DateField(_("No longer valid from"), [InputRequired()])


EVIDENCE_KINDS = [
    SelectChoice("class", _("An in-person class")),
    SelectChoice("paper", _("A paper of another school")),
]


class EvidenceForm(Form):
    activity = SelectField(_("Counts as"), [InputRequired()])
    kind = SelectField(_("What it is"), choices=EVIDENCE_KINDS)
    title = StringField(_("Name of the class or programme"), [InputRequired(), Length(max=300)])
    organiser = StringField(_("Held or issued by"), [InputRequired(), Length(max=300)])
    document = StringField(
        _("Document it rests on"), [InputRequired(), Length(max=200)],
        description=_("The number of the paper, or of the decision with the list of the class."),
    )  # fmt: skip
    completed_on = DateField(_("Completed on"), [InputRequired()])
    people = TextAreaField(
        _("People, one a line"), [InputRequired(), Length(max=40000)],
        description=_("The code (CB000123) or the full name, as copied from a spreadsheet."),
    )  # fmt: skip


class WithdrawForm(Form):
    reason = StringField(_("Reason"), [InputRequired(), Length(max=500)])
