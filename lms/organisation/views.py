"""Pages of the organisation."""

from typing import Any

from flask import Blueprint

from lms.access import requires

blueprint = Blueprint("lms_organisation", __name__, url_prefix="/organisation", template_folder="templates")


@blueprint.get("")
@requires("lms.see_people")
def units() -> Any:
    return ""
