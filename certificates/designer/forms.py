"""The designer's form: the look, then line after line of wording."""

import base64
from collections.abc import Iterable
from typing import Any

from flask_babel import lazy_gettext as _
from flask_wtf.file import FileField
from wtforms import BooleanField, FieldList, FloatField, FormField, SelectField, StringField
from wtforms import Form as PlainForm
from wtforms.fields import SelectChoice
from wtforms.validators import InputRequired, Length, Optional
from wtforms.widgets import ColorInput

from certificates.designs import Design, Line
from lms.forms import Form

HEADING_NAMES = [
    SelectChoice("party", _("Party: ĐẢNG CỘNG SẢN VIỆT NAM")),
    SelectChoice("state", _("State: Quốc hiệu and tiêu ngữ")),
    SelectChoice("union", _("Trade union: Quốc hiệu and tiêu ngữ")),
    SelectChoice("youth", _("Youth union: ĐOÀN TNCS HỒ CHÍ MINH")),
    SelectChoice("plain", _("No heading on the right")),
]
FRAME_NAMES = [
    SelectChoice("double", _("double, with corners")),
    SelectChoice("single", _("single")),
    SelectChoice("none", _("none")),
]
FACE_NAMES = [
    SelectChoice("serif", _("upright")),
    SelectChoice("serif-bold", _("bold")),
    SelectChoice("serif-italic", _("italic")),
]
COLOR_NAMES = [SelectChoice("ink", _("black")), SelectChoice("accent", _("the design's colour"))]
SAMPLE_NAMES = [
    SelectChoice("ordinary", _("an ordinary paper")),
    SelectChoice("long", _("long name, unit and title")),
    SelectChoice("difficult", _("difficult letters")),
]


FIELD_NAMES = {
    "name": _("name"), "birth": _("“Sinh ngày: …” or “Năm sinh: …”"), "born": _("day or year of birth alone"),
    "post": _("post"), "unit": _("unit"), "title": _("programme"), "hours": _("periods"), "started": _("first day"),
    "completed": _("day of completion"), "number": _("number of the certificate"), "book": _("number in the book"),
    "issued": _("day of issue"), "issuer": _("issuer"), "score": _("score"),
}  # fmt: skip


class LineForm(PlainForm):
    """One line of wording; one whose text is emptied is taken out."""

    text = StringField(_("Text"), [Optional(), Length(max=300)])
    second = StringField(_("In a second language"), [Optional(), Length(max=300)])
    face = SelectField(_("Letter"), choices=FACE_NAMES)
    size = FloatField(_("Size"), default=14)
    floor = FloatField(_("Smallest"), default=11)
    color = SelectField(_("Colour"), choices=COLOR_NAMES)
    gap = FloatField(_("Gap above"), default=0)


class DesignForm(Form):
    name = StringField(_("Name of the design"), [InputRequired(), Length(max=120)])
    heading = SelectField(_("Heading"), choices=HEADING_NAMES)
    frame = SelectField(_("Frame"), choices=FRAME_NAMES)
    accent = StringField(_("Colour"), widget=ColorInput())
    seal = FloatField(_("Room for seal and signature (mm)"), default=30)
    logo = FileField(_("Logo (PNG or JPEG, 200 kB at most)"))
    no_logo = BooleanField(_("Take the logo away"))
    logo_height = FloatField(_("Height of the logo (mm)"), default=18)
    lines = FieldList(FormField(LineForm))
    back = FieldList(FormField(LineForm))
    sample = SelectField(_("Show with"), choices=SAMPLE_NAMES)


class ImportForm(Form):
    file = FileField(_("File of a design (.json)"))


def filled(design: Design) -> dict[str, Any]:
    """What the form shows of a design, with empty lines to write on."""
    blank = Line("")
    return {
        "name": design.name, "heading": design.heading, "frame": design.frame, "accent": design.accent,
        "seal": design.seal, "logo_height": design.logo_height,
        "lines": [vars(line) for line in (*design.lines, blank)],
        "back": [vars(line) for line in (*design.back, blank, blank)],
    }  # fmt: skip


def design_of(form: DesignForm, before: Design) -> Design:
    """The design that the form describes; the logo of before stays unless another one comes or it is taken away.

    Raises DesignError.
    """
    upload = form.logo.data.read() if form.logo.data else b""
    logo = base64.b64encode(upload).decode() if upload else "" if form.no_logo.data else before.logo
    return Design.from_json(
        {
            "name": form.name.data or "", "heading": form.heading.data, "frame": form.frame.data,
            "accent": form.accent.data, "seal": form.seal.data, "logo": logo, "logo_height": form.logo_height.data,
            "lines": list(_lines(form.lines)), "back": list(_lines(form.back)),
        }
    )  # fmt: skip


def _lines(fields: Iterable[Any]) -> Iterable[dict[str, Any]]:
    return (field.data for field in fields if (field.data.get("text") or "").strip())
