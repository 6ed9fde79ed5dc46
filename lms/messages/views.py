"""A person's notices."""

from typing import Any

from flask import Blueprint, redirect, render_template, url_for

from lms import clock
from lms.access import current_account, signed_in
from lms.messages import queries, services
from lms.messages.access import message_to_read
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
