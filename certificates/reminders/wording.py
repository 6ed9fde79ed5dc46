"""The words of a step: texts with named fields in braces, called as offices write them: «{đơn vị}». Pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from flask_babel import gettext as _

from lms.text import clean

# Each field, and what the office calls it.
NAMES = {
    "họ tên": "name", "chỉ tiêu": "target", "chức danh": "post", "đơn vị": "unit", "hạn": "deadline", "còn lại": "left",
    "số người": "count", "danh sách": "names", "liên kết": "link",
}  # fmt: skip
TO_THE_PERSON = ("họ tên", "chỉ tiêu", "chức danh", "đơn vị", "hạn", "còn lại", "liên kết")
TO_OTHERS = ("họ tên", "chỉ tiêu", "đơn vị", "số người", "danh sách", "hạn", "còn lại", "liên kết")
# So many names stand in a letter; the page has them all.
NAMED = 20
_FIELD = re.compile(r"\{([^{}]*)\}")


def fields_for(audience: str) -> tuple[str, ...]:
    """The fields that a text to the audience may name."""
    return TO_THE_PERSON if audience == "person" else TO_OTHERS


def problem(text: str, audience: str) -> str:
    """What is wrong with a text, in a sentence that quotes the place; empty where nothing is."""
    for found in _FIELD.finditer(text):
        if clean(found[1]).lower() not in fields_for(audience):
            known = ", ".join(f"{{{name}}}" for name in fields_for(audience))
            return str(_("%(field)s is no field of this letter. There are: %(known)s.", field=found[0], known=known))
    rest = _FIELD.sub("", text)
    if "{" in rest or "}" in rest:
        return str(_("A brace stands alone: fields are written like {đơn vị}."))
    return ""


def fill(text: str, values: Mapping[str, str]) -> str:
    """The text with its fields filled in; one that it may not name stays as it stands."""
    return _FIELD.sub(lambda found: values.get(NAMES.get(clean(found[1]).lower(), ""), found[0]), text)


def left(due_on: date, day: date) -> str:
    """How far the due day lies ahead or back."""
    days = (due_on - day).days
    if days > 0:
        return str(_("%(days)s days left", days=days))
    return str(_("%(days)s days overdue", days=-days) if days else _("due today"))


def after(days: int) -> str:
    """When a step comes: 30 days before the due day."""
    if days < 0:
        return str(_("%(days)s days before the due day", days=-days))
    return str(_("%(days)s days after the due day", days=days) if days else _("on the due day"))


@dataclass(frozen=True)
class Words:
    """When a step comes, to whom, and what it says."""

    days: int
    audience: str
    subject: str
    body: str


def usual() -> list[Words]:
    """The steps that an office begins with."""
    to_person = (
        _("To be completed by {hạn}: {chỉ tiêu}"),
        _("Comrade {họ tên}: as {chức danh} of {đơn vị} you are asked to complete «{chỉ tiêu}» by {hạn} ({còn lại})."
          " Begin or go on here: {liên kết}"),
    )  # fmt: skip
    to_others = (
        _("{đơn vị}: {số người} have not completed «{chỉ tiêu}»"),
        _("Comrade {họ tên}: in {đơn vị} {số người} have not completed «{chỉ tiêu}», due on {hạn} ({còn lại}):\n"
          "{danh sách}\nThe whole list, with what can be done: {liên kết}"),
    )  # fmt: skip
    return [
        Words(-30, "person", *to_person), Words(-10, "person", *to_person), Words(-7, "manager", *to_others),
        Words(7, "parent", *to_others),
    ]  # fmt: skip
