"""The form of a decision: its paper, the changes so far, and one more."""

import json
from collections.abc import Callable
from dataclasses import asdict

from flask_babel import lazy_gettext as _
from flask_wtf.file import FileField
from wtforms import BooleanField, DateField, HiddenField, SelectField, StringField
from wtforms.fields import SelectChoice
from wtforms.validators import InputRequired, Length, Optional

from lms import files
from lms.errors import Refused
from lms.forms import Form
from lms.organisation.kinds import KINDS
from lms.organisation.reorganisation.changes import Begin, Change, Dissolve, Merge, Move, Plan, Rename
from lms.organisation.reorganisation.file import read_plans

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


class TableForm(Form):
    table = FileField(_("Table of the changes (.csv)"))
    new_units = FileField(_("Table of the units that begin (.csv)"))
    number = StringField(_("Number of the decision"), [InputRequired(), Length(max=60)])
    issued_on = DateField(_("Date of the decision"), [Optional()],
                          description=_("Left empty: the day on which it takes effect."))  # fmt: skip
    # What was sent is kept between seeing and carrying out.
    kept = HiddenField()
    kept_new = HiddenField()

    def keep(self) -> None:
        """Keeps files that were sent now, in place of those that were sent before."""
        for file, kept in ((self.table, self.kept), (self.new_units, self.kept_new)):
            if file.data:
                kept.data = files.save(file.data.read(), ".csv")

    def plans(self) -> list[Plan]:
        """The decisions that the tables say. Raises Refused when there is none or one cannot be read."""
        if not self.kept.data:
            raise Refused(_("Choose the table of the changes first."))
        new = files.read(self.kept_new.data) if self.kept_new.data else None
        return read_plans(files.read(self.kept.data), new, self.number.data, self.issued_on.data)


def _change(item: dict[str, object]) -> Change:
    fields = {key: tuple(value) if isinstance(value, list) else value for key, value in item.items() if key != "do"}
    make: Callable[..., Change] = _CLASSES[str(item["do"])]
    return make(**fields)
