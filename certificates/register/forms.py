"""The forms of the register."""

from typing import Any

from flask_babel import lazy_gettext as _
from flask_wtf.file import FileField
from wtforms import BooleanField, DateField, IntegerField, SelectChoice, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, NumberRange, Optional, Regexp

from lms.forms import Form

REASONS = [
    SelectChoice("fraud", _("Fraud in enrolment or study")),
    SelectChoice("not_eligible", _("The holder was not eligible")),
    SelectChoice("no_authority", _("Issued without authority")),
    SelectChoice("altered", _("Erased or altered")),
    SelectChoice("lent", _("Lent to somebody else")),
    SelectChoice("issuer_error", _("The issuer's error")),
    SelectChoice("other", _("Other")),
]
HEADINGS = [
    SelectChoice("party", _("Party")),
    SelectChoice("state", _("State")),
    SelectChoice("union", _("Trade union")),
    SelectChoice("youth", _("Youth Union")),
]
PERIODS = [SelectChoice("year", _("A book a year")), SelectChoice("term", _("A book a term"))]
SIGNING = [
    SelectChoice("unsigned", _("By hand: printed, signed and sealed on paper")),
    SelectChoice("token", _("By the leader's own token, in the file")),
    SelectChoice("seal", _("By this system's own seal")),
]
STOCK_KINDS = [
    SelectChoice("received", _("received")),
    SelectChoice("used", _("used")),
    SelectChoice("spoiled", _("spoiled")),
]
PAPERS = [
    SelectChoice("pages", _("One file of all pages, for printing")),
    SelectChoice("files", _("A ZIP with a file for each certificate")),
]
EVIDENCE_KINDS = [
    SelectChoice("class", _("An in-person class")),
    SelectChoice("paper", _("A paper of another school")),
]


def _text(value: str | None) -> str:
    """A field that was not sent is empty."""
    return value or ""


class DecisionForm(Form):
    decision = StringField(_("Number of the decision"), [InputRequired(), Length(max=120)],
                           description=_("For example 12-QĐ/ĐUK."))  # fmt: skip
    decided_on = DateField(_("Day of the decision"), [InputRequired()])


class NewDecisionForm(DecisionForm):
    text = StringField(_("What it is about"), [Length(max=500)])


class ReplaceForm(DecisionForm):
    reason = StringField(_("Reason"), [InputRequired(), Length(max=500)])


class RevokeForm(DecisionForm):
    reason_class = SelectField(_("Kind of reason"), choices=REASONS)
    reason = StringField(_("Reason"), [InputRequired(), Length(max=500)])
    on = DateField(_("No longer valid from"), [InputRequired()])


class ReasonForm(Form):
    reason = StringField(_("Reason"), [InputRequired(), Length(max=500)])


class IssueForm(Form):
    """What is issued and by which decision; without one where the issuer asks for none."""

    activity = StringField(validators=[Length(max=120)])
    decision = StringField(_("Number of the decision"), [Length(max=120)])
    decided_on = DateField(_("Day of the decision"), [Optional()])


class IssuerForm(Form):
    name = StringField(_("Name"), [InputRequired(), Length(max=300)])
    superior = StringField(_("Superior organisation"), [Length(max=300)])
    heading = SelectField(_("Heading family"), choices=HEADINGS)
    place = StringField(_("Place"), [InputRequired(), Length(max=100)])
    number_pattern = StringField(
        _("Pattern of the numbers"), [InputRequired(), Length(max=100)],
        description=_("For example {number:02d}-GCN/ĐUK; {year} is the year of issue."),
    )  # fmt: skip
    book_period = SelectField(_("Books"), choices=PERIODS)
    drafts_first = BooleanField(_("Drafts first: certificates are issued by a decision, not at once"))
    valid_years = IntegerField(_("Years of validity; 0 for ever"), [InputRequired(), NumberRange(0, 50)], default=0)
    signing = SelectField(_("How it is signed"), choices=SIGNING)
    trust = TextAreaField(
        _("Authorities that vouch for the leaders' tokens (PEM)"), [Length(max=100_000)], filters=[_text],
        description=_("Only for signing by token; left empty, those that the settings name. Certificates of the"
                      " authority, from -----BEGIN CERTIFICATE----- on."),
    )  # fmt: skip


class NewIssuerForm(IssuerForm):
    code = StringField(_("Code"), [InputRequired(), Length(max=40), Regexp(r"[A-Za-z0-9-]+\Z")])
    unit = StringField(_("Unit code"), [InputRequired(), Length(max=120)])
    signer = StringField(_("Who signs"), [InputRequired(), Length(max=100)])
    authority = TextAreaField(_("Authority, above the signature"), [InputRequired(), Length(max=300)])


class SignerForm(Form):
    name = StringField(_("Who signs"), [InputRequired(), Length(max=100)])
    authority = TextAreaField(
        _("Authority, above the signature"), [InputRequired(), Length(max=300)],
        description=_("One line each, for example T/M BAN THƯỜNG VỤ and PHÓ BÍ THƯ; K/T and T/L likewise."),
    )  # fmt: skip
    valid_from = DateField(_("From"), [InputRequired()])
    valid_to = DateField(_("To (included)"), [Optional()])


class BookForm(Form):
    name = StringField(_("Name of the book"), [InputRequired(), Length(max=100)],
                       description=_("The year, or for example nhiệm kỳ 2025-2030."))  # fmt: skip
    starts_on = DateField(_("From"), [InputRequired()])
    ends_on = DateField(_("To (included)"), [InputRequired()])
    number_pattern = StringField(_("Pattern of the numbers"), [InputRequired(), Length(max=100)])
    first_number = IntegerField(
        _("First number"), [InputRequired(), NumberRange(1, 10_000_000)], default=1,
        description=_("Go on where a book on paper stands: after number 120 the first number is 121."),
    )  # fmt: skip


class StockForm(Form):
    kind = SelectField(_("Blank forms"), choices=STOCK_KINDS)
    quantity = IntegerField(_("How many"), [InputRequired(), NumberRange(1, 1_000_000)])
    serials = StringField(_("Serial numbers"), [Length(max=200)], description=_("For example 000101-000200."))
    moved_on = DateField(_("Day"), [InputRequired()])
    note = StringField(_("Note"), [Length(max=300)])


class PapersForm(Form):
    first = IntegerField(_("From number"), [InputRequired(), NumberRange(1)])
    last = IntegerField(_("To number (included)"), [InputRequired(), NumberRange(1)])
    kind = SelectField(_("As"), choices=PAPERS)


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
    scan = FileField(_("Scan of the paper or list (PDF, JPG, PNG; at most 10 MB)"), [Optional()])
    people = TextAreaField(
        _("People, one a line"), [InputRequired(), Length(max=40000)],
        description=_("The code (CB000123) or the full name, as copied from a spreadsheet."),
    )  # fmt: skip


def values_of(form: Form, *without: str) -> dict[str, Any]:
    """What was typed, by field, without the token."""
    return {name: value for name, value in form.data.items() if name not in ("csrf_token", *without)}
