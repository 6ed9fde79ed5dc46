"""The forms of an exam."""

import ipaddress
from datetime import UTC, datetime
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms import (
    BooleanField,
    DateTimeLocalField,
    DecimalField,
    IntegerField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, NumberRange, Optional, ValidationError

from lms import clock
from lms.forms import Form

MOMENT = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"]
AT_END_WORDS = (
    ("submit", _("What is saved is submitted by itself")),
    ("grace", _("Answers close; some minutes remain to press “Submit”")),
    ("nothing", _("What is not submitted in time does not count")),
)
REVIEW_WORDS = (
    ("after_passing", _("Once the quiz is passed")), ("after_submitting", _("After submitting")),
    ("after_closing", _("After the quiz has closed")), ("never", _("Never")),
)  # fmt: skip
MARKERS = [SelectChoice("1", _("one marker")), SelectChoice("2", _("two markers"))]


class RulesForm(Form):
    minutes = IntegerField(_("Minutes"), [Optional(), NumberRange(1, 600)], description=_("Empty: no time limit."))
    attempts = IntegerField(_("Attempts"), [Optional(), NumberRange(1, 50)], description=_("Empty: no limit."))
    wait_hours = IntegerField(_("Hours between two attempts"), [Optional(), NumberRange(0, 720)])
    pass_score = DecimalField(
        _("Pass mark, of 10 points"), [InputRequired(), NumberRange(0, 10)], places=None, use_locale=False
    )
    opens_at = DateTimeLocalField(_("Opens at"), [Optional()], format=MOMENT)
    closes_at = DateTimeLocalField(_("Closes at"), [Optional()], format=MOMENT)
    at_end = SelectField(_("At the end of time"), choices=[SelectChoice(*pair) for pair in AT_END_WORDS])
    grace_minutes = IntegerField(_("Minutes to press “Submit”"), [Optional(), NumberRange(0, 120)], default=0)
    review = SelectField(_("Right answers are shown"), choices=[SelectChoice(*pair) for pair in REVIEW_WORDS])
    room_code = StringField(
        _("Code of the exam room"), [Length(max=40)], description=_("Empty: no code. The invigilator tells it.")
    )
    addresses = TextAreaField(
        _("Networks of the exam room"), description=_("One a line, like 10.2.0.0/16. Empty: from anywhere.")
    )
    markers = SelectField(_("Each essay is marked by"), choices=MARKERS)
    blind = BooleanField(_("Markers do not see whose essay it is"))

    def validate_addresses(self, field: Any) -> None:
        """Every line is a network; the first that is none is named."""
        for line in (field.data or "").split():
            try:
                ipaddress.ip_network(line, strict=False)
            except ValueError as error:
                sentence = gettext("%(line)s is no network: write it like 10.2.0.0/16.", line=line)
                raise ValidationError(sentence) from error

    def rules(self) -> dict[str, Any]:
        """What the form says, as the quiz keeps it."""
        return {
            "minutes": self.minutes.data, "attempts": self.attempts.data, "wait_hours": self.wait_hours.data,
            "pass_score": self.pass_score.data,
            "opens_at": utc(self.opens_at.data), "closes_at": utc(self.closes_at.data), "at_end": self.at_end.data,
            "grace_minutes": self.grace_minutes.data or 0, "review": self.review.data,
            "room_code": self.room_code.data or "", "addresses": (self.addresses.data or "").split(),
            "markers": int(self.markers.data), "blind": self.blind.data,
        }  # fmt: skip


def utc(local: datetime | None) -> datetime | None:
    """A moment typed on a Vietnamese clock, as it is stored."""
    return local.replace(tzinfo=clock.VIETNAM).astimezone(UTC) if local else None


def typed(at: datetime | None) -> datetime | None:
    """The other way round, for the form."""
    return clock.local(at).replace(tzinfo=None) if at else None


class PapersForm(Form):
    count = IntegerField(_("Number of papers"), [InputRequired(), NumberRange(0, 50)], default=4)
    seed = StringField(
        _("Seed"), [Length(max=60)], description=_("The same seed gives the same papers again. Empty: a new one.")
    )


class TimeForm(Form):
    minutes = IntegerField(_("Minutes"), [InputRequired(), NumberRange(1, 240)], default=10)
    reason = StringField(_("Reason"), [InputRequired(), Length(max=300)])


class EndForm(Form):
    reason = StringField(_("Reason"), [InputRequired(), Length(max=300)])


class AllowanceForm(Form):
    person = StringField(_("Code of the person"), [InputRequired(), Length(max=120)])
    minutes = IntegerField(_("More minutes"), [Optional(), NumberRange(0, 240)], default=0)
    attempts = IntegerField(_("More attempts"), [Optional(), NumberRange(0, 10)], default=0)
    reason = StringField(_("Reason"), [InputRequired(), Length(max=300)])
