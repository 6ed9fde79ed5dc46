"""Why a person is (not) counted."""

from flask import Blueprint, current_app, render_template

from certificates.targets.access import SEE, person_to_explain, target_to_see
from certificates.targets.explaining import explanation
from certificates.targets.views.drive import asked_clocks
from lms import audit
from lms.access import requires
from lms.plugins import installed

blueprint = Blueprint("certificates_why", __name__, url_prefix="/targets", template_folder="../templates")


@blueprint.get("/<code>/people/<int:person_id>")
@requires(SEE)
def why(code: str, person_id: int) -> str:
    """Rule, posts, evidence, exemptions and who changed what, for one person. `?on= &known=`."""
    target, _unit = target_to_see(code, "")
    person = person_to_explain(person_id)
    audit.record_reading("certificates.why", f"person:{person_id}", target=code)
    found = explanation(target, person, asked_clocks())
    titles = {activity.key: activity.title for plugin in installed(current_app) for activity in plugin.activities()}
    return render_template(
        "certificates/why.html", target=target, person=person, why=found,
        titles=[titles.get(key, key) for key in target.activities],
    )  # fmt: skip
