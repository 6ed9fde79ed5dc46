"""Pages of the organisation: a unit with its posts, people, a person."""

from typing import Any

from flask import Blueprint, current_app, redirect, render_template, request, url_for

from lms import audit, clock
from lms.access import current_account, may, person_to_see, requires, scopes, signed_in, top_units
from lms.organisation import queries
from lms.organisation.access import SEE, unit_to_see
from lms.organisation.corrections.queries import count_waiting
from lms.organisation.people.access import CHANGE
from lms.organisation.people.queries import find, former, main_posts, merges, put_right
from lms.organisation.posts.forms import CAPACITIES
from lms.organisation.reorganisation.queries import states_of, successors_of
from lms.pages.addresses import asked_day
from lms.plugins import installed

blueprint = Blueprint("lms_organisation", __name__, url_prefix="/organisation", template_folder="templates")


@blueprint.get("")
@requires(SEE)
def units() -> str:
    """A unit of the scope: what stands above and beneath it, its posts and who holds them. `?unit=`, `?on=`."""
    unit, today = unit_to_see(request.args.get("unit", "")), clock.today()
    on = asked_day("on") or today
    name, children = queries.standing_on(unit.id, on)
    audit.record_reading("lms.read_roster", f"unit:{unit.code}", once_a_day=True)
    crumbs = [above for above in queries.ancestors(unit) if may(SEE, above)]
    return render_template(
        "lms/unit.html", unit=unit, crumbs=crumbs, name=name, children=children, on=on,
        posts=queries.posts_of(unit, on), capacities=CAPACITIES, today=today, states=states_of(unit.id),
        successors=successors_of(unit.id), corrections=count_waiting(scopes(CHANGE), today) if may(CHANGE) else 0,
    )  # fmt: skip


@blueprint.get("/people")
@requires(SEE)
def people() -> str:
    """People of the scope, by name, code or phone, blind to accents. `?q=`, `?after=`."""
    search, today = request.args.get("q", ""), clock.today()
    found = find(scopes(SEE), search, today, after=request.args.get("after", ""))
    posts = main_posts([person.id for person in found.rows], today)
    audit.record_reading("lms.read_people", "people", once_a_day=True, units=[unit.code for unit in top_units(SEE)])
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
        put_right=put_right(found.id), former=former(found.id), merges=merges(found.id), capacities=CAPACITIES,
        panels=sorted(panels, key=lambda panel: panel.order),
    )  # fmt: skip
