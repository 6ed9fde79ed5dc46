"""Pages where a unit is entered or put right."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext as _

from lms import clock
from lms.access import requires, unit_to
from lms.organisation import services
from lms.organisation.units.forms import CorrectUnitForm, UnitForm

blueprint = Blueprint("lms_units", __name__, url_prefix="/organisation/units", template_folder="../templates")

CHANGE = "lms.change_units"


@blueprint.route("/<code>/new", methods=["GET", "POST"])
@requires(CHANGE)
def new(code: str) -> Any:
    """Enter a unit beneath this one, or a union or youth unit at its level."""
    above = unit_to(CHANGE, code)
    form = UnitForm(kind="chi_bo", tree=above.tree)
    if form.validate_on_submit():
        services.enter_unit(
            form.code.data, form.name.data, kind=form.kind.data, tree=form.tree.data, above_id=above.id,
            valid_from=form.valid_from.data, doubt=form.doubt.data, at=clock.now(),
        )  # fmt: skip
        flash(_("The unit was entered."), "success")
        return redirect(url_for("lms_organisation.units", unit=form.code.data))
    return render_template("lms/unit_form.html", form=form, above=above), 422 if form.errors else 200


@blueprint.route("/<code>/correct", methods=["GET", "POST"])
@requires(CHANGE)
def correct(code: str) -> Any:
    """Put right how a unit is written; a new name by a decision is a reorganisation."""
    unit = unit_to(CHANGE, code)
    form = CorrectUnitForm(obj=unit)
    if form.validate_on_submit():
        services.correct_unit(unit.id, form.name.data, kind=form.kind.data, doubt=form.doubt.data, at=clock.now())
        flash(_("Saved."), "success")
        return redirect(url_for("lms_organisation.units", unit=code))
    return render_template("lms/unit_form.html", form=form, unit=unit), 422 if form.errors else 200
