"""The audit log's page."""

from flask import Blueprint, render_template, request

from lms.access import requires
from lms.audit.queries import entries as query_entries
from lms.pages.tables import paginate

blueprint = Blueprint("lms_audit", __name__, url_prefix="/audit", template_folder="templates")


@blueprint.get("")
@requires("lms.read_audit")
def entries() -> str:
    """The log, newest first, with a filter."""
    wanted = {name: request.args.get(name, "").strip() for name in ("action", "subject", "actor")}
    return render_template("lms/audit.html", page=paginate(query_entries(**wanted)), wanted=wanted)
