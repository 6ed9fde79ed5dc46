"""The figures of a unit for scripts and spreadsheets: the page's own query, so that they cannot differ."""

from typing import Any

from flask import Blueprint, Response, jsonify, request
from flask_babel import gettext as _

from certificates.targets import comparing, queries
from certificates.targets.access import SEE, target_to_see
from certificates.targets.counting import Figures
from certificates.targets.views.drive import asked_clocks
from lms import audit
from lms.access import requires
from lms.pages import send_xlsx

blueprint = Blueprint("certificates_figures", __name__, url_prefix="/targets", template_folder="../templates")


@blueprint.get("/<code>/figures.json")
@requires(SEE)
def as_json(code: str) -> Any:
    """The figures in all, by kind of post, by unit beneath and over time. `?unit= ?on= ?known= ?kind=`."""
    target, unit = target_to_see(code, request.args.get("unit", ""))
    clocks, kind = asked_clocks(), queries.kind_id(target, request.args.get("kind", ""))
    found = queries.coverage(target, unit, clocks, kind)
    curve = comparing.points(target, unit, clocks, kind)
    return jsonify(found.as_json() | {"over_time": [point.as_json() for point in curve]})


@blueprint.get("/<code>/figures.xlsx")
@requires(SEE)
def as_xlsx(code: str) -> Response:
    """The figures of the unit and of all units beneath, as a spreadsheet. `?unit= ?on= ?known= ?kind=`."""
    target, unit = target_to_see(code, request.args.get("unit", ""))
    clocks, kind = asked_clocks(), queries.kind_id(target, request.args.get("kind", ""))
    found = queries.coverage(target, unit, clocks, kind)
    header = [
        _("No."), _("Unit code"), _("Unit"), _("Posts"), _("Vacant"), _("Exempt"), _("Holders"), _("In grace"),
        _("Due"), _("Trained"), _("In progress"), _("Never begun"), _("Expiring"), _("People"), _("Rate"),
    ]  # fmt: skip
    shown = next((figures for item, figures in found.kinds if item.id == kind), found.all)
    rows = [(n, line.code, line.name, *_cells(line.figures)) for n, line in enumerate(found.children, start=1)]
    rows.append((None, unit.code, unit.name, *_cells(shown)))
    audit.record_reading("certificates.export_figures", f"target:{code}", unit=unit.code)
    return send_xlsx(f"So lieu {code} {unit.code} {clocks.on}.xlsx", code, header, rows,
                     (6, 14, 44, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9))  # fmt: skip


def _cells(figures: Figures) -> tuple[Any, ...]:
    """In the order of the header; the rate as a number of percent, nothing where nobody is due."""
    exact = figures.rate
    return (
        figures.posts, figures.vacant, figures.exempt, figures.holders, figures.grace, figures.due, figures.trained,
        figures.in_progress, figures.never_started, figures.expiring, figures.people,
        None if exact is None else float(exact),
    )  # fmt: skip
