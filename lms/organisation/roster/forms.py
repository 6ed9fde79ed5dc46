"""The forms of a list's way in. What was understood is a form of its own for each file: its fields are its columns."""

import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from flask_babel import lazy_gettext as _
from flask_wtf.file import FileField, FileRequired
from werkzeug.datastructures import MultiDict
from wtforms import DateField, StringField
from wtforms.validators import Length, Optional, ValidationError

from lms import clock
from lms.forms import Form
from lms.organisation.roster.models import RosterImport
from lms.text import fold

# What a column can mean, in the order of the choice.
MEANINGS: dict[str, object] = {
    "name": _("Full name"), "family": _("Family and middle names"), "given": _("Given name"),
    "code": _("Person's code"),
    "birth": _("Day or year of birth"), "birth_day": _("Day of birth, the day alone"),
    "birth_month": _("Day of birth, the month alone"), "birth_year": _("Day of birth, the year alone"),
    "birth_male": _("Birth, of men"), "birth_female": _("Birth, of women"), "gender": _("Sex"),
    "male": _("Man (marked)"), "female": _("Woman (marked)"), "post": _("Post"), "capacity": _("How the post is held"),
    "since": _("In the post since"), "unit": _("Unit"), "unit_code": _("Unit code"), "phone": _("Phone"),
    "email": _("E-mail"), "number": _("Row number"), "note": _("Remarks"), "none": _("Do not use this column"),
}  # fmt: skip


# A day further away than this is a slip of the finger.
FAR = timedelta(days=3 * 366)


class UploadForm(Form):
    file = FileField(_("The list (.xlsx, .xls, .ods or .csv)"), [FileRequired(_("Choose the file of the list first."))])
    unit = StringField(_("Unit code"), [Optional(), Length(max=120)],
                       description=_("Left empty: the unit that the heading of the list names."))  # fmt: skip
    on = DateField(_("As of"), [Optional()],
                   description=_("The day from which the list is true: whoever is new begins on it."))  # fmt: skip

    def validate_on(self, field: DateField) -> None:
        if field.data and abs(field.data - clock.today()) > FAR:
            raise ValidationError(_("This day is years away: check it."))


def said_of_columns(
    form: MultiDict[str, str], found: RosterImport
) -> tuple[dict[tuple[str, str], str], dict[str, Any]]:
    """(what to remember for the office, what holds for this file) from the page «what was understood»."""
    columns = {c["key"]: c for table in found.summary.get("tables", ()) for c in table["columns"]}
    remembered: dict[tuple[str, str], str] = {}
    settings: dict[str, Any] = {"encodings": {}, "days": {}}
    for key, column in columns.items():
        meaning = form.get(f"column:{key}", "")
        if meaning in MEANINGS and meaning != (column["meaning"] or "none"):
            remembered["column", key] = meaning
        encoding = form.get(f"encoding:{key}", "")
        if encoding in ("tcvn3", "vni", "none") and encoding != (column["encoding"] or "none"):
            settings["encodings"][key] = encoding
        order = form.get(f"days:{key}", "")
        if order in ("swapped", "kept") and (order == "swapped") != column["swapped"]:
            settings["days"][key] = order
    for number, text in enumerate(found.summary.get("unsure", {})):
        if chosen := form.get(f"post:{number}", ""):
            remembered["post", fold(text)] = chosen
    for place in found.summary.get("new_units", ()):
        if (code := form.get(f"unit:{place['key']}", "").strip()) and re.fullmatch(r"[\w\-.]{1,120}", code):
            remembered["unit", fold(place["name"])] = code
    if "kind" in form:
        settings["kind"] = form["kind"]
    settings = {name: value for name, value in settings.items() if value or name == "kind"}
    if settings.get("kind", "") == found.settings.get("kind", ""):
        settings.pop("kind", None)
    return remembered, settings


def said_of_rows(form: Mapping[str, str]) -> dict[str, Any]:
    """Who the open rows are: `row:Sheet!12` = `person:7`, `row:Sheet!3`, `new` or `skip`."""
    choices = {
        name[4:]: value for name, value in form.items()
        if name.startswith("row:") and re.fullmatch(r"person:\d{1,12}|row:.{1,60}!\d{1,9}|new|skip", value)
    }  # fmt: skip
    return {"choices": choices}


def said_of_whole(form: MultiDict[str, str]) -> dict[str, Any]:
    """Whether the file is the whole list of the unit, and of which posts."""
    return {"whole": form.get("whole") == "1", "whole_kinds": form.getlist("kinds")}
