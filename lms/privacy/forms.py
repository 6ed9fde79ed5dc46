"""The form by which a record is anonymised."""

from flask_babel import lazy_gettext as _
from wtforms import StringField
from wtforms.validators import InputRequired, Length

from lms.forms import Form


class AnonymiseForm(Form):
    document = StringField(_("Decision"), [InputRequired(), Length(max=300)],
                           description=_("Number and date of the decision. Without the person's name."))  # fmt: skip
    reason = StringField(_("Reason"), [InputRequired(), Length(max=300)],
                         description=_("It stays on the audit log. Without the person's name."))  # fmt: skip
    code = StringField(_("Code of the record, typed once more"), [InputRequired(), Length(max=120)])
