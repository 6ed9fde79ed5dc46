"""The forms of people."""

from flask_babel import lazy_gettext as _
from wtforms import BooleanField, DateField, EmailField, IntegerField, SelectField, StringField, TelField
from wtforms.fields import SelectChoice
from wtforms.validators import InputRequired, Length, Optional

from lms.forms import Form
from lms.organisation.people.services import Facts


class PersonForm(Form):
    name = StringField(_("Full name"), [InputRequired(), Length(max=120)])
    birth_on = DateField(_("Day of birth"), [Optional()])
    birth_year = IntegerField(_("Year of birth"), [Optional()], description=_("Enough where the day is not known."))
    gender = SelectField(
        _("Sex"), choices=[SelectChoice("", "–"), SelectChoice("nam", _("male")), SelectChoice("nữ", _("female"))]
    )
    phone = TelField(_("Phone"), [Length(max=60)])
    email = EmailField(_("Email"), [Length(max=120)])

    def facts(self) -> Facts:
        """What the form says of the person."""
        return Facts(
            self.name.data, self.birth_on.data, self.birth_year.data, self.gender.data, self.phone.data or "",
            self.email.data or "",
        )  # fmt: skip


class NewPersonForm(PersonForm):
    sure = BooleanField(_("It is another person than those recorded with this name"))


class MergeForm(Form):
    code = StringField(_("Code of the other record"), [InputRequired(), Length(max=120)],
                       description=_("The record that is merged into this one."))  # fmt: skip
    reason = StringField(_("How you know that it is one person"), [InputRequired(), Length(max=300)])
