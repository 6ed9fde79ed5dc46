"""A person's notices, and the days on which letters go out."""

from datetime import date
from typing import Any

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from lms import clock
from lms.access import current_account, requires, signed_in
from lms.errors import Refused
from lms.messages import queries, services
from lms.messages.access import message_to_read
from lms.messages.days import changed_days, public_holidays
from lms.messages.forms import DayForm
from lms.pages import paginate

blueprint = Blueprint("lms_messages", __name__, url_prefix="/messages", template_folder="templates")


@blueprint.get("")
@signed_in
def messages() -> str:
    """Every notice to the person signed in."""
    return render_template("lms/messages.html", page=paginate(queries.messages_of(current_account().person_id or 0)))


@blueprint.post("/<int:message_id>/read")
@signed_in
def read(message_id: int) -> Any:
    """Say that one has read it."""
    services.mark_read(message_to_read(message_id).id, clock.now())
    return redirect(url_for("lms_pages.home"))


@blueprint.route("/days", methods=["GET", "POST"])
@requires("lms.keep_calendar")
def days() -> Any:
    """The days off of a year by the calendar, and what the office changed. `?year=`."""
    form, year = DayForm(), clock.today().year
    year = max(year - 5, min(request.args.get("year", year, type=int) or year, year + 5))
    if form.validate_on_submit():
        services.set_day(form.day.data, bool(form.works.data), form.name.data)
        flash(_("The day is entered."), "success")
        return redirect(url_for("lms_messages.days", year=form.day.data.year))
    changed = changed_days(date(year, 1, 1), date(year, 12, 31))
    return render_template(
        "lms/days.html", form=form, year=year, public=public_holidays(year), changed=changed, conf=current_app.config
    ), 422 if form.errors else 200


@blueprint.post("/days/clear")
@requires("lms.keep_calendar")
def clear_day() -> Any:
    """Let the calendar decide about a day again."""
    form = DayForm()
    if not form.day.data:
        raise Refused(_("Nothing was entered for this day."))
    services.clear_day(form.day.data)
    flash(_("The calendar decides about this day again."), "success")
    return redirect(url_for("lms_messages.days", year=form.day.data.year))
