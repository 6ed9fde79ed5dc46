"""Reports: freeze, look again, take away as papers; and the letter that urges."""

from typing import Any
from urllib.parse import quote

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from certificates.register.queries import font_folder, root_words
from certificates.reports import papers, queries, services
from certificates.reports.access import report_to_see
from certificates.reports.content import changes, digest, gather
from certificates.reports.forms import FreezeForm
from certificates.reports.office import FORMS
from certificates.reports.workbook import workbook
from certificates.targets.access import SEE, target_to_see
from certificates.targets.queries import Clocks
from lms import audit, clock
from lms.access import current_account, requires, scopes
from lms.errors import Refused
from lms.text import short_date

blueprint = Blueprint("certificates_reports", __name__, url_prefix="/targets", template_folder="templates")

FREEZE = "certificates.freeze"
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def _file(data: bytes, kind: str, name: str) -> Response:
    response = Response(data, mimetype=kind)
    response.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    return response


def _form() -> str:
    chosen = request.args.get("form", "party")
    return chosen if chosen in FORMS else abort(404)


@blueprint.get("/<code>/reports")
@requires(SEE)
def reports(code: str) -> str:
    """The reports on a target within the scope, and the form that freezes a new one. `?unit=`."""
    target, unit = target_to_see(code, request.args.get("unit", ""))
    found = queries.reports_of(target.id, scopes(SEE))
    form = FreezeForm(on=clock.today(), formdata=None)
    return render_template("certificates/reports.html", target=target, unit=unit, reports=found, form=form)


@blueprint.post("/<code>/reports")
@requires(FREEZE)
def freeze(code: str) -> Any:
    """Freeze the figures of a unit."""
    target, unit = target_to_see(code, request.form.get("unit", ""))
    form = FreezeForm()
    if not form.validate():
        raise Refused(_("Choose the day of the figures."))
    number = services.freeze(
        target.id, unit.id, Clocks(form.on.data), reason=form.reason.data or "", account_id=current_account().id,
        at=clock.now(),
    )  # fmt: skip
    flash(_("The report is frozen."), "success")
    return redirect(url_for("certificates_reports.report", code=code, number=number))


@blueprint.get("/<code>/reports/<int:number>")
@requires(SEE)
def report(code: str, number: int) -> str:
    """A frozen report: its table, what changed since the one before, and whether it is still whole."""
    found = report_to_see(code, number)
    differences = changes(found.previous.content, found.content) if found.previous else None
    return render_template(
        "certificates/report.html", report=found, rows=papers.rows_of(found.content),
        groups=papers.titles(found.content), changes=differences, whole=digest(found.content) == found.sha256,
    )  # fmt: skip


@blueprint.get("/<code>/reports/<int:number>.<any(docx, xlsx, pdf):kind>")
@requires(SEE)
def paper(code: str, number: int, kind: str) -> Response:
    """The report as a paper. `?form=` is party or state, for Word."""
    found = report_to_see(code, number)
    audit.record_reading("certificates.export_report", f"target:{code}", number=number, kind=kind)
    name = f"Bao cao {code} {found.unit.code} lan {number}.{kind}"
    mark = papers.Mark(number, found.sha256, root_words(found.frozen_at))
    office = papers.office_in(found.content, queries.office_of(found.unit))
    if kind == "xlsx":
        return _file(workbook(found.content, mark, office, _form()), EXCEL, name)
    if kind == "pdf":
        return _file(papers.pdf(found.content, mark, font_folder()), "application/pdf", name)
    differences = changes(found.previous.content, found.content) if found.previous else None
    text = papers.narrative(found.content, mark, office, _form(), differences, found.reason)
    return _file(text, WORD, name)


@blueprint.get("/<code>/dispatch.docx")
@requires(SEE)
def dispatch(code: str) -> Response:
    """The letter that urges a unit's subordinates to finish, with today's list. `?unit=`, `?form=`."""
    target, unit = target_to_see(code, request.args.get("unit", ""))
    content = gather(target, unit, Clocks(clock.today()))
    behind = [line["name"] for line in content["lines"] if line["code"] and line["all"][0] > line["all"][1]]
    receivers = [queries.committee(name) for name in behind] or [unit.name]
    audit.record_reading("certificates.export_missing", f"target:{code}", unit=unit.code, kind="dispatch")
    letter = papers.dispatch(content, queries.office_of(unit), _form(), receivers, short_date(target.ends_on))
    return _file(letter, WORD, f"Cong van don doc {code} {unit.code}.docx")
