"""The inbox of those who manage."""

from flask import Blueprint, render_template

from lms.access import requires
from lms.inbox.tasks import forget, tasks
from lms.plugins import TASKS

blueprint = Blueprint("lms_inbox", __name__, url_prefix="/inbox", template_folder="templates")
blueprint.after_app_request(forget)


@blueprint.get("")
@requires("lms.see_inbox")
def inbox() -> str:
    """What waits, by kind, each one step from being done."""
    return render_template("lms/inbox.html", tasks=tasks(), most=TASKS)
