"""Pages of the organisation: a unit with its posts, people, a person, the roster's way in."""

from typing import Any

from flask import Blueprint, current_app, redirect, render_template, request, url_for

from lms import audit, clock, files
from lms.access import current_account, may, person_to_see, requires, scopes, signed_in, top_units, unit_to
from lms.organisation import queries
from lms.organisation.access import SEE, unit_to_see
from lms.organisation.forms import RosterForm
from lms.organisation.people.queries import find, main_posts, merges, put_right
from lms.organisation.posts.forms import CAPACITIES
from lms.organisation.roster import services
from lms.organisation.roster.reading import read
from lms.plugins import installed

blueprint = Blueprint("lms_organisation", __name__, url_prefix="/organisation", template_folder="templates")

IMPORT = "lms.import_roster"


@blueprint.get("")
@requires(SEE)
def units() -> str:
    """A unit of the scope: what stands above and beneath it, its posts and who holds them. `?unit=`."""
    unit, today = unit_to_see(request.args.get("unit", "")), clock.today()
    crumbs = [above for above in queries.ancestors(unit) if may(SEE, above)]
    return render_template(
        "lms/unit.html", unit=unit, crumbs=crumbs, children=queries.children(unit, today),
        posts=queries.posts_of(unit, today), capacities=CAPACITIES,
    )  # fmt: skip


@blueprint.get("/people")
@requires(SEE)
def people() -> str:
    """People of the scope, by name, code or phone, blind to accents. `?q=`, `?after=`."""
    search, today = request.args.get("q", ""), clock.today()
    found = find(scopes(SEE), search, today, after=request.args.get("after", ""))
    posts = main_posts([person.id for person in found.rows], today)
    audit.record_reading("lms.read_people", "people", count=len(found.rows))
    return render_template("lms/people.html", found=found, posts=posts, search=search)


@blueprint.get("/people/<int:person_id>")
@signed_in
def person(person_id: int) -> Any:
    """A person's story: posts over time, and what the plugins know. One's own, or of somebody within the scope."""
    found, account = person_to_see(person_id), current_account()
    if found.id != person_id:
        return redirect(url_for("lms_organisation.person", person_id=found.id))
    if found.id != account.person_id:
        audit.record_reading("lms.read_person", f"person:{found.id}")
    panels = [panel for plugin in installed(current_app) for panel in plugin.person_panels(found.id)]
    return render_template(
        "lms/person.html", found=found, appointments=queries.appointments_of(found.id), today=clock.today(),
        put_right=put_right(found.id), merges=merges(found.id), panels=sorted(panels, key=lambda panel: panel.order),
        capacities=CAPACITIES,
    )  # fmt: skip


@blueprint.route("/import", methods=["GET", "POST"])
@requires(IMPORT)
def import_roster() -> Any:
    """Upload a roster and see what it would do; nothing is written yet."""
    form = RosterForm()
    outcome, key, today = None, "", clock.today()
    if form.validate_on_submit():
        data = form.file.data.read()
        unit = unit_to(IMPORT, form.unit.data) if form.unit.data else top_units(IMPORT)[0]
        form.unit.data = unit.code
        outcome = services.import_roster(read(data, today), unit.id, today=today, at=clock.now(), dry_run=True)
        key = files.save(data, ".xlsx")
    page = render_template("lms/import.html", form=form, outcome=outcome, key=key)
    return page, 422 if form.errors else 200


@blueprint.post("/import/<key>")
@requires(IMPORT)
def confirm_import(key: str) -> Any:
    """Import the file that was previewed, as a job."""
    unit = unit_to(IMPORT, request.form.get("unit", ""))
    files.path_of(key)
    job_id = services.ask_for_import(key, unit.code, current_account().id)
    return redirect(url_for("lms_jobs.job", job_id=job_id))
