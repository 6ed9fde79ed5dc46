"""Pages of the reading circle. Every view says who may see it, or the application does not start."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext as _

from lms import clock
from lms.access import current_account, requires, signed_in
from tests.example_plugin import queries, services
from tests.example_plugin.access import reader_id, text_to_read
from tests.example_plugin.forms import TextForm

blueprint = Blueprint("example_plugin", __name__, url_prefix="/reading", template_folder="templates")


@blueprint.get("")
@signed_in
def texts() -> str:
    """Every text."""
    return render_template("example_plugin/texts.html", texts=queries.texts())


@blueprint.get("/<code>")
@signed_in
def text(code: str) -> str:
    """One text, and the button that says that it was read."""
    return render_template("example_plugin/text.html", text=text_to_read(code))


@blueprint.post("/<code>/read")
@signed_in
def read(code: str) -> Any:
    """Say that one has read the text."""
    found = text_to_read(code)
    services.read(found.id, reader_id(), clock.now())
    flash(_("Thank you for reading."), "success")
    return redirect(url_for("example_plugin.texts"))


@blueprint.route("/add", methods=["GET", "POST"])
@requires("example_plugin.add")
def add() -> Any:
    """Add a text."""
    form = TextForm()
    if form.validate_on_submit():
        services.add_text(form.code.data, form.title.data, clock.now())
        return redirect(url_for("example_plugin.texts"))
    return render_template("example_plugin/add.html", form=form), 422 if form.errors else 200


@blueprint.post("/count")
@requires("example_plugin.add")
def count() -> Any:
    """Count the readers as a job, and watch it."""
    job_id = services.ask_for_count(current_account().id)
    return redirect(url_for("lms_jobs.job", job_id=job_id))
