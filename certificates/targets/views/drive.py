"""Pages of targets: the list, the figures of a unit, who is missing."""

from datetime import UTC, datetime

from flask import Blueprint, Response, render_template, request
from flask_babel import gettext as _

from certificates.targets import comparing, queries
from certificates.targets.access import SEE, target_to_see
from certificates.targets.drive import drive_of
from certificates.targets.forms import LEVELS
from lms import audit, clock
from lms.access import may, requires
from lms.errors import Refused
from lms.organisation.queries import ancestors
from lms.pages import send_xlsx
from lms.pages.addresses import asked_day

# Lines of the missing list on one page.
PAGE = 30

blueprint = Blueprint("certificates_targets", __name__, url_prefix="/targets", template_folder="../templates")


@blueprint.get("")
@requires(SEE)
def targets() -> str:
    """Every target."""
    return render_template("certificates/targets.html", targets=queries.all_targets())


def asked_clocks() -> queries.Clocks:
    """`?on=` and `?known=`: without them today, as we know it now. Knowledge of today and later is that of now."""
    text = request.args.get("known", "")
    known = _moment(text) if "T" in text else asked_day("known")
    past = known is not None and clock.until(known) <= clock.now()
    return queries.Clocks(asked_day("on") or clock.today(), known if past else None)


def _moment(text: str) -> datetime:
    """A moment that the address names, with its zone, as the link of a frozen report has it."""
    try:
        return datetime.fromisoformat(text.replace(" ", "+")).astimezone(UTC)
    except ValueError as error:
        raise Refused(_("%(text)s is no day: write it like 2026-12-31.", text=text)) from error


@blueprint.get("/<code>")
@requires(SEE)
def target(code: str) -> str:
    """The drive in a unit: rate, curve, kinds of post, units beneath, who is missing.

    `?unit= ?on= ?known= ?kind=`, and for the tables `?sort= ?after=`.
    """
    found, unit = target_to_see(code, request.args.get("unit", ""))
    clocks, kind = asked_clocks(), request.args.get("kind", "")
    crumbs = [above for above in ancestors(unit) if above.path.startswith(found.unit.path) and may(SEE, above)]
    missing = queries.missing(found, unit, clocks, kind, _after(), PAGE + 1)
    return render_template(
        "certificates/target.html", target=found, unit=unit, clocks=clocks, crumbs=crumbs, kind=kind,
        drive=drive_of(found, unit, clocks, kind, request.args.get("sort", "")), missing=missing[:PAGE],
        more=len(missing) > PAGE, exemptions=queries.exemptions(found, unit, clocks), today=clock.today(),
        kept=queries.is_kept(found, clocks), plans=queries.plans_beneath(found),
    )  # fmt: skip


def _after() -> tuple[str, int]:
    """The place in the missing list after which the page goes on."""
    path, _mark, post = request.args.get("after", "").rpartition("~")
    return (path, int(post)) if path and post.isdigit() else ("", 0)


@blueprint.get("/<code>/league")
@requires(SEE)
def league(code: str) -> str:
    """Units of one kind side by side, and those to commend. `?unit= ?level= ?least= ?on= ?known=`."""
    found, unit = target_to_see(code, request.args.get("unit", ""))
    clocks = asked_clocks()
    levels = sorted(comparing.levels_beneath(unit, clocks), key=lambda kind: [*LEVELS, kind].index(kind))
    level = request.args.get("level", "") or (levels[0] if levels else "")
    least = max(1, min(request.args.get("least", 5, type=int) or 5, 10_000))
    lines = comparing.league(found, unit, clocks, level, least)
    return render_template(
        "certificates/league.html", target=found, unit=unit, clocks=clocks, levels=levels, level=level, least=least,
        lines=lines[:100], places=comparing.places(lines), total=len(lines), names=LEVELS,
        best=[line for line in lines if line.figures.trained == line.figures.due], score=_score(),
        people=comparing.commended(found, unit, clocks, _score(), 50),
    )  # fmt: skip


def _score() -> float:
    """`?score=`: from 0 to 10, as people write it; 9 without."""
    try:
        return min(10.0, max(0.0, float(request.args.get("score", "").replace(",", ".") or 9)))
    except ValueError as error:
        raise Refused(_("%(text)s is no score: write it like 8,5.", text=request.args["score"])) from error


@blueprint.get("/<code>/commended.xlsx")
@requires(SEE)
def commended(code: str) -> Response:
    """People to commend and the facts behind it, as a spreadsheet. `?unit= ?score= ?on=`."""
    found, unit = target_to_see(code, request.args.get("unit", ""))
    people = comparing.commended(found, unit, asked_clocks(), _score(), 5000)
    header = [_("No."), _("Name"), _("Post"), _("Unit"), _("Score"), _("Completed"), _("Days before the deadline"),
              _("Certificate")]  # fmt: skip
    rows = [
        (number, line.name, line.kind, line.unit_name, line.score, line.completed_on, line.early, line.number_text)
        for number, line in enumerate(people, start=1)
    ]
    audit.record_reading("certificates.export_commended", f"target:{code}", unit=unit.code, people=len(rows))
    name = f"Danh sach de nghi tuyen duong {code} {unit.code}.xlsx"
    return send_xlsx(name, code, header, rows, (6, 28, 32, 44, 8, 13, 12, 20))


@blueprint.get("/<code>/missing.xlsx")
@requires(SEE)
def missing(code: str) -> Response:
    """Who is missing, as a spreadsheet."""
    found, unit = target_to_see(code, request.args.get("unit", ""))
    header = [_("No."), _("Name"), _("Born"), _("Post"), _("Unit"), _("Phone"), _("Capacity")]
    capacities = {
        "holder": "", "acting": _("acting"), "concurrent": _("concurrent"), "seconded": _("seconded"),
    }  # fmt: skip
    lines = queries.missing(found, unit, asked_clocks(), request.args.get("kind", ""))
    rows = [
        (number, line.person.name, line.person.birth_on or line.person.birth_year, line.kind.name, line.unit_name,
         line.person.phone, capacities[line.capacity])
        for number, line in enumerate(lines, start=1)
    ]  # fmt: skip
    audit.record_reading("certificates.export_missing", f"target:{code}", unit=unit.code, people=len(rows))
    name = f"Danh sach chua hoan thanh {code} {unit.code}.xlsx"
    return send_xlsx(name, code, header, rows, (6, 28, 13, 32, 44, 15, 14))
