"""The forms of an inspection."""

from flask_babel import lazy_gettext as _
from wtforms import BooleanField, DateField, IntegerField, SelectChoice, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from certificates.inspection.services import SAMPLE_AT_MOST
from lms.forms import Form

AMONG = [
    SelectChoice("trained", _("Posts that count as trained")),
    SelectChoice("holders", _("Posts with a holder who is not exempt")),
    SelectChoice("missing", _("Posts that are missing")),
    SelectChoice("exempt", _("Exempt posts")),
    SelectChoice("all", _("All posts, the vacant and exempt ones too")),
]
KINDS = [
    SelectChoice("right", _("Right")),
    SelectChoice("wrong", _("Wrong")),
    SelectChoice("incomplete", _("Papers are missing")),
    SelectChoice("advice", _("Recommendation")),
]


class InspectionForm(Form):
    title = StringField(_("What the inspection is called"), [InputRequired(), Length(max=300)])
    decision = StringField(_("Decision that sends the team"), [Optional(), Length(max=200)],
                           description=_("For example 12-QĐ/UBKT, 05/02/2026."))  # fmt: skip
    target = SelectField(_("Target"), [InputRequired()])
    unit = StringField(_("Unit code"), [InputRequired(), Length(max=120)])
    from_on = DateField(_("Period under inspection, from"), [InputRequired()])
    to_on = DateField(_("To (included)"), [InputRequired()])
    report = IntegerField(
        _("Number of the frozen report"), [Optional(), NumberRange(1, 1_000_000)],
        description=_("Left empty: the figures as they are known when the sample is drawn."),
    )  # fmt: skip
    members = TextAreaField(
        _("Other members, one a line"), [Optional(), Length(max=5000)],
        description=_("Their sign-in names; they must be inspectors of this unit. You are the head."),
    )  # fmt: skip


class DrawForm(Form):
    on = DateField(_("Posts as of"), [InputRequired()])
    among = SelectField(_("Drawn from"), choices=AMONG)
    size = IntegerField(_("How many"), [InputRequired(), NumberRange(1, SAMPLE_AT_MOST)], default=30)
    by_kind = BooleanField(_("So many of each kind of post"))
    words = StringField(
        _("Words for the seed"), [InputRequired(), Length(min=6, max=200)],
        description=_("Any sentence or throw of dice. It is put down before the seed is known, and is drawn once."),
    )  # fmt: skip


class FindingForm(Form):
    kind = SelectField(_("Finding"), choices=KINDS)
    text = TextAreaField(_("In words"), [Optional(), Length(max=2000)])


class CloseForm(Form):
    conclusion = TextAreaField(_("Conclusion and recommendations"), [InputRequired(), Length(max=20000)])
