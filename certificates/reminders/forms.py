"""The form of a step."""

from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import IntegerField, SelectChoice, SelectField, StringField, TextAreaField, ValidationError
from wtforms.validators import InputRequired, Length, NumberRange

from certificates.reminders.wording import Words, problem
from lms.forms import Form

TO = {
    "person": _("the person"),
    "manager": _("whoever manages their unit"),
    "parent": _("whoever manages the unit above"),
}


class StepForm(Form):
    number = IntegerField(_("Days"), [InputRequired(), NumberRange(0, 400)])
    side = SelectField(
        _("When"),
        choices=[SelectChoice("before", _("before the due day")), SelectChoice("after", _("after the due day"))],
    )
    audience = SelectField(_("To whom"), choices=[SelectChoice(code, name) for code, name in TO.items()])
    subject = StringField(_("Subject"), [InputRequired(), Length(max=300)])
    body = TextAreaField(_("Text"), [InputRequired(), Length(max=4000)], render_kw={"rows": 8})

    def validate_subject(self, field: Any) -> None:
        if found := problem(field.data, self.audience.data or ""):
            raise ValidationError(found)

    validate_body = validate_subject

    def words(self) -> Words:
        """The form as a step's words."""
        days = -self.number.data if self.side.data == "before" else self.number.data
        return Words(days, self.audience.data, self.subject.data, self.body.data)
