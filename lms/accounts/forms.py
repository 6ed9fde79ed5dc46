"""The forms of accounts."""

from flask_babel import lazy_gettext as _
from wtforms import DateField, PasswordField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import EqualTo, InputRequired, Length, Optional

from lms.forms import Form

ROLE_NAMES = {
    "unit_manager": _("Unit manager"),
    "teacher": _("Teacher"),
    "author": _("Author"),
    "issuer": _("Issuer of certificates"),
    "inspector": _("Inspector (reads only)"),
    "administrator": _("Administrator"),
}


class LoginForm(Form):
    username = StringField(
        _("Sign-in name"),
        [InputRequired(), Length(max=120)],
        render_kw={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"},
    )
    password = PasswordField(
        _("Password"), [InputRequired(), Length(max=200)], render_kw={"autocomplete": "current-password"}
    )


class PasswordForm(Form):
    old = PasswordField(_("Present password"), [InputRequired()], render_kw={"autocomplete": "current-password"})
    new = PasswordField(
        _("New password"), [InputRequired(), Length(max=200)], description=_("At least 10 characters."),
        render_kw={"autocomplete": "new-password"},
    )  # fmt: skip
    again = PasswordField(
        _("New password, once more"), [InputRequired(), EqualTo("new", _("The two passwords differ."))],
        render_kw={"autocomplete": "new-password"},
    )  # fmt: skip


class ActivationForm(Form):
    code = StringField(
        _("Code on the slip"),
        [InputRequired(), Length(max=40)],
        description=_("Twelve letters and digits; dashes may be left out."),
        render_kw={"autocomplete": "one-time-code", "autocapitalize": "characters", "spellcheck": "false"},
    )
    new = PasswordForm.new
    again = PasswordForm.again


class RoleForm(Form):
    role = SelectField(_("Role"), choices=[SelectChoice(*role) for role in ROLE_NAMES.items()])
    unit = StringField(_("Unit code"), [InputRequired(), Length(max=120)])
    valid_from = DateField(_("From"), [InputRequired()])
    valid_to = DateField(_("To (included)"), [Optional()])
