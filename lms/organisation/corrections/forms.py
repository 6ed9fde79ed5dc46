"""The forms of corrections."""

from flask_babel import lazy_gettext as _
from wtforms import RadioField, SelectField, TextAreaField
from wtforms.fields import SelectChoice
from wtforms.validators import InputRequired, Length

from lms.forms import Form


class AskForm(Form):
    about = SelectField(_("What is it about?"), choices=[])
    text = TextAreaField(
        _("What is wrong, and what is right?"), [InputRequired(), Length(max=2000)],
        description=_("As exactly as you can: “Born 02/09/1970, not 09/02/1970, by my identity card.”"),
        render_kw={"rows": 5},
    )  # fmt: skip


class AnswerForm(Form):
    accepted = RadioField(
        _("Answer"), [InputRequired(_("Choose the answer."))], choices=[
            SelectChoice("1", _("It has been put right in another way")), SelectChoice("0", _("It is right as it is")),
        ],
    )  # fmt: skip
    answer = TextAreaField(
        _("What the person is told"), [InputRequired(), Length(max=2000)], render_kw={"rows": 3}
    )  # fmt: skip
