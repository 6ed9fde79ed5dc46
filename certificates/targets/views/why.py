"""Why a person is (not) counted."""

from flask import Blueprint, current_app, render_template
from flask_babel import lazy_gettext as _

from certificates.targets.access import SEE, person_to_explain, target_to_see
from certificates.targets.explaining import explanation
from certificates.targets.views.drive import asked_clocks
from lms import audit
from lms.access import requires
from lms.plugins import installed

# What the lines of the audit log say of a person, in words.
DEEDS = {
    "lms.add_person": _("entered the person"),
    "lms.change_person": _("changed what is recorded of the person"),
    "lms.merge_people": _("merged two records"),
    "lms.undo_merge": _("separated merged records"),
    "lms.appoint": _("appointed"),
    "lms.hand_over": _("handed the post over"),
    "lms.relieve": _("relieved of the post"),
    "lms.correct_appointment": _("put an appointment right"),
    "lms.withdraw_appointment": _("withdrew an appointment"),
    "certificates.exempt": _("exempted"),
    "certificates.end_exemption": _("withdrew an exemption"),
    "certificates.issue": _("issued a certificate"),
    "certificates.accept_evidence": _("accepted evidence"),
    "certificates.withdraw_evidence": _("withdrew evidence"),
    "certificates.replace": _("replaced a certificate"),
    "certificates.revoke": _("revoked a certificate"),
    "certificates.void": _("voided a certificate"),
}

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
        deeds=DEEDS, titles=[titles.get(key, key) for key in target.activities],
    )  # fmt: skip
