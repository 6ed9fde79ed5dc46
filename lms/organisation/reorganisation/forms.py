"""The form of a decision: its paper, the changes so far, and one more."""

import json
from collections.abc import Callable
from dataclasses import asdict

from flask_babel import lazy_gettext as _
from wtforms import BooleanField, DateField, HiddenField, SelectField, StringField
from wtforms.fields import SelectChoice
from wtforms.validators import InputRequired, Length

from lms.errors import Refused
from lms.forms import Form
from lms.organisation.kinds import KINDS
from lms.organisation.reorganisation.changes import Begin, Change, Dissolve, Merge, Move, Plan, Rename

ACTIONS = {
    "move": _("Move a unit beneath another"),
    "merge": _("Merge a unit into another"),
    "rename": _("Rename a unit"),
    "begin": _("Begin a new unit"),
    "dissolve": _("Dissolve a unit"),
}
_CLASSES: dict[str, type[Change]] = {
    "move": Move,
    "merge": Merge,
    "rename": Rename,
    "begin": Begin,
    "dissolve": Dissolve,
}


class DecisionForm(Form):
    number = StringField(_("Number of the decision"), [InputRequired(), Length(max=60)])
    issued_on = DateField(_("Date of the decision"), [InputRequired()])
    effective_on = DateField(_("In effect from"), [InputRequired()])
    title = StringField(_("About"), [Length(max=300)])
    changes = HiddenField(default="[]")
    action = SelectField(_("Change"), choices=[SelectChoice(code, name) for code, name in ACTIONS.items()])
    unit = StringField(_("Unit code"), [Length(max=120)], description=_("Of a new unit: the code that it gets."))
    other = StringField(_("Code of the other unit"), [Length(max=300)],
                        description=_("Above it, or which it joins; several successors with commas."))  # fmt: skip
    name = StringField(_("New name"), [Length(max=300)], description=_("Of a unit that is renamed or begins."))
    kind = SelectField(_("Kind of unit"), choices=[SelectChoice(code, name) for code, name in KINDS.items()])
    carry = BooleanField(_("The posts of a merged unit go on in the other one"), default=True)

    def listed(self) -> list[Change]:
        """The changes that were added so far. Raises Refused when the page was tampered with."""
        try:
            return [_change(item) for item in json.loads(self.changes.data or "[]")]
        except (TypeError, KeyError, ValueError) as error:
            raise Refused(_("The form could not be read. Go back, load the page again and try once more.")) from error

    def take_or_drop(self, place: int | None) -> None:
        """Takes a change off the list, or adds the one in the fields and empties them; nothing when they are empty."""
        words = json.loads(self.changes.data or "[]")
        if place is not None:
            words = words[:place] + words[place + 1 :]
        elif self.unit.data:
            words.append({"do": self.action.data} | asdict(self._new()))
            self.unit.data = self.other.data = self.name.data = ""
        self.changes.data = json.dumps(words, ensure_ascii=False)

    def plan(self) -> Plan:
        """The decision as far as it is entered."""
        return Plan(self.number.data, self.issued_on.data, self.effective_on.data, self.listed(), self.title.data or "")

    def _new(self) -> Change:
        unit, other, name = self.unit.data, self.other.data or "", self.name.data or ""
        match self.action.data:
            case "rename":
                return Rename(unit, name)
            case "begin":
                return Begin(unit, name, self.kind.data, other)
            case "merge":
                return Merge(unit, other, self.carry.data)
            case "dissolve":
                return Dissolve(unit, tuple(code.strip() for code in other.split(",") if code.strip()))
        return Move(unit, other)


def _change(item: dict[str, object]) -> Change:
    fields = {key: tuple(value) if isinstance(value, list) else value for key, value in item.items() if key != "do"}
    make: Callable[..., Change] = _CLASSES[str(item["do"])]
    return make(**fields)
