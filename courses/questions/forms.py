"""The forms of the bank."""

from collections.abc import Iterable
from typing import Any

from flask_babel import lazy_gettext as _
from flask_wtf.file import FileField, FileRequired
from wtforms import BooleanField, DateField, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields import SelectChoice
from wtforms.validators import DataRequired, Length, Optional

from lms.forms import Form

KINDS = {
    "single": _("One right answer"), "multiple": _("Several right answers"),
    "multiple-whole": _("Several right answers, all or nothing"), "truefalse": _("True or false"),
    "matching": _("Matching"), "ordering": _("Ordering"), "numeric": _("A number"), "short": _("A few words"),
    "cloze": _("Text with gaps"), "essay": _("Essay"),
}  # fmt: skip
LEVELS = {"nhan-biet": _("Recall"), "thong-hieu": _("Understanding"), "van-dung": _("Application")}
HINTS = {
    "single": _("One option a line; a star before the right one: «* Sự thật»."),
    "multiple": _("One option a line; a star before each right one. «(-50%)» before a wrong one takes points away."),
    "multiple-whole": _("One option a line; a star before each right one."),
    "matching": _("One pair a line: «left -> right». «-> right» alone fits nothing."),
    "ordering": _("One line after the other, in the right order."),
    "numeric": _("The number, with what it may be off: «1,5 ± 0,1»."),
    "short": _("One accepted answer a line; «(50%)» before one that earns a part."),
    "cloze": _("The text with the answers in braces: «Báo {=Sự thật ~Nhân Dân} số {#120}.»"),
    "essay": _("One criterion a line: «name | points | guide for the marker»."),
}


def choices(*pairs: tuple[str, Any]) -> list[SelectChoice]:
    """Values and their labels as WTForms wants them."""
    return [SelectChoice(value, label) for value, label in pairs]


class QuestionForm(Form):
    name = StringField(_("Code"), [DataRequired(), Length(max=100)])
    topic = SelectField(_("Topic"), default="")
    level = SelectField(_("Level"), default="")
    text = TextAreaField(_("Question"), [Optional(), Length(max=5000)])
    right = RadioField(_("The statement is"), choices=choices(("1", _("True")), ("0", _("False"))), default="1")
    answers = TextAreaField(_("Answers"), [Optional(), Length(max=20000)])
    units = TextAreaField(_("Units of measure"), [Optional(), Length(max=1000)],
                          description=_("One a line, with what one of it is in the first: «m = 0,001»."))  # fmt: skip
    free = BooleanField(_("Accents may be left out"))
    explanation = TextAreaField(_("Explanation, shown in the review"), [Optional(), Length(max=5000)])
    document = SelectField(_("Document"), default="")
    clause = StringField(_("Clause"), [Optional(), Length(max=300)])
    valid_from = DateField(_("Valid from"), [Optional()])
    valid_to = DateField(_("Valid to"), [Optional()])
    picture = FileField(_("Image"), description=_("PNG, JPEG, GIF or WebP, 2 MB at most."))
    alt = StringField(_("What the image shows, for those who cannot see it"), [Optional(), Length(max=500)])
    no_picture = BooleanField(_("Take the image away"))

    def offer(self, topics: Iterable[tuple[str, str]], documents: Iterable[tuple[str, str]]) -> "QuestionForm":
        """Fills the lists to choose from."""
        self.topic.choices = choices(("", _("Not in a topic yet")), *topics)
        self.document.choices = choices(("", "–"), *documents)
        self.level.choices = choices(("", "–"), *LEVELS.items())
        return self


class ImportForm(Form):
    file = FileField(_("File"), [FileRequired()],
                     description=_("Word, Excel, GIFT, Moodle XML, Aiken or QTI: it is found out."))  # fmt: skip
    key = FileField(_("Second file with the key"), description=_("Only when the key stands apart."))
    topic = SelectField(_("Topic for questions whose file names none"), default="")

    def offer(self, topics: Iterable[tuple[str, str]]) -> "ImportForm":
        """Fills the list to choose from."""
        self.topic.choices = choices(("", _("Not in a topic yet")), *topics)
        return self


class DocumentForm(Form):
    status = SelectField(_("State"), default="")
    replaced_by = SelectField(_("Replaced by"), default="")
    note = StringField(_("Note"), [Optional(), Length(max=500)])
