"""The forms of targets."""

from collections.abc import Iterable

from flask_babel import lazy_gettext as _
from wtforms import BooleanField, DateField, IntegerField, SelectChoice, SelectMultipleField, StringField
from wtforms.validators import InputRequired, Length, NumberRange, Optional, Regexp
from wtforms.widgets import CheckboxInput, ListWidget

from certificates.targets.services import Plan
from lms.events import Activity
from lms.forms import Form
from lms.organisation.models import PostKind

WAYS = [
    SelectChoice("certificate", _("a certificate of this register")),
    SelectChoice("class", _("an in-person class, accepted as evidence")),
    SelectChoice("paper", _("a paper of another school, accepted as evidence")),
]
# What the kinds of unit are called where a target names levels; a kind that is not here shows its code.
LEVELS = {
    "dang_bo_khoi": _("Bloc committee"), "dang_bo_cap_tren_co_so": _("committee above the grass roots"),
    "dang_bo_co_so": _("grass-roots committee"), "dang_bo_bo_phan": _("part committee"), "chi_bo": _("branch"),
    "cong_doan": _("trade union"), "cong_doan_bo_phan": _("part union"), "doan": _("youth union"),
    "chi_doan": _("youth cell"),
}  # fmt: skip


class CheckboxesField(SelectMultipleField):
    """Several choices as a list of boxes: easier to hit than a list with Ctrl."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


def _days(label: object, most: int, hint: object) -> IntegerField:
    return IntegerField(label, [InputRequired(), NumberRange(0, most)], default=0, description=hint)


class TargetForm(Form):
    code = StringField(_("Code"), [InputRequired(), Length(max=40), Regexp(r"[A-Za-z0-9-]+\Z")])
    title = StringField(_("Title"), [InputRequired(), Length(max=300)])
    unit = StringField(_("Unit code"), [InputRequired(), Length(max=120)])
    post_kinds = CheckboxesField(_("Post kinds"))
    levels = CheckboxesField(_("Levels at which they count; where none is chosen, at all"))
    activities = CheckboxesField(_("Courses, any one of which satisfies"))
    all_of = BooleanField(_("All of these courses must be completed"))
    in_force = BooleanField(_("Only the content in force now, or newer, counts"))
    ways = CheckboxesField(
        _("What proves it; where none is chosen, anything"), choices=[SelectChoice(*way) for way in WAYS]
    )
    starts_on = DateField(_("From"), [InputRequired()])
    ends_on = DateField(_("To (included)"), [InputRequired()])
    grace_days = _days(
        _("Days of grace"), 400, _("So many days after their appointment new holders are not due yet. 0: at once.")
    )
    validity_months = _days(
        _("Validity in months"),
        240,
        _("A completion counts for so long, also one from before the period. 0: those of the period, without an end."),
    )
    renewal_days = _days(_("Days for renewal"), 400, _("So long before its end a completion is shown as expiring."))

    def offer(
        self, kinds: Iterable[PostKind], levels: Iterable[tuple[str, str]], activities: Iterable[Activity]
    ) -> None:
        """What can be chosen; `levels` are the kinds of unit in each tree."""
        kinds, levels = list(kinds), list(levels)
        self.post_kinds.choices = [SelectChoice(kind.code, kind.name) for kind in kinds]
        self.levels.choices = [
            SelectChoice(f"{kind.code}:{level}", f"{kind.name}: {LEVELS.get(level, level)}")
            for kind in kinds for tree, level in levels if tree == kind.tree
        ]  # fmt: skip
        activities = list(activities)
        self._editions = {activity.key: activity.edition for activity in activities if activity.edition}
        self.activities.choices = [SelectChoice(activity.key, activity.title) for activity in activities]

    def plan(self, unit_id: int, parent_id: int | None) -> Plan:
        """The form as a plan."""
        levels: dict[str, list[str]] = {}
        for chosen in self.levels.data:
            kind, _colon, level = chosen.partition(":")
            levels.setdefault(kind, []).append(level)
        chosen = set(self.activities.data) if self.in_force.data else set()
        editions = {key: edition for key, edition in self._editions.items() if key in chosen}
        return Plan(
            self.code.data, self.title.data, unit_id, self.post_kinds.data, self.activities.data, self.starts_on.data,
            self.ends_on.data, levels, self.all_of.data, self.ways.data, self.validity_months.data,
            self.renewal_days.data, self.grace_days.data, editions, parent_id,
        )  # fmt: skip


class ExemptionForm(Form):
    reason = StringField(_("Reason"), [InputRequired(), Length(max=300)])
    document = StringField(_("Document it rests on"), [InputRequired(), Length(max=200)])
    approver = StringField(_("Who approved it"), [InputRequired(), Length(max=200)])
    valid_from = DateField(_("From"), [Optional()])
    valid_to = DateField(_("To (included)"), [Optional()])
