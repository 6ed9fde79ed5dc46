"""Pages about one's own data: the notice, all that is kept, and taking it away."""

from functools import partial
from typing import Any
from urllib.parse import quote

from flask import Blueprint, Response, flash, redirect, render_template, url_for
from flask_babel import gettext as _

from lms import audit, clock, files
from lms.access import requires, signed_in
from lms.organisation.people.access import oneself
from lms.privacy import queries, services
from lms.privacy.access import ANONYMISE, person_to_anonymise
from lms.privacy.forms import AnonymiseForm

# The file is opened without the server: it carries its own look.
STYLE = """
body { font: 16px/1.5 system-ui, "Segoe UI", Roboto, sans-serif; margin: 1.5rem auto; max-width: 75rem;
  padding: 0 1rem; color: #1f1b19; }
table { border-collapse: collapse; width: 100%; font-size: 14px; } th { background: #f3e9e9; }
th, td { border: 1px solid #bbb; padding: .3rem .5rem; text-align: left; vertical-align: top; overflow-wrap: anywhere; }
.scroll { overflow-x: auto; }
"""

blueprint = Blueprint("lms_privacy", __name__, template_folder="templates")


@blueprint.get("/my-data")
@signed_in
def my_data() -> Any:
    """All that is kept of the person signed in."""
    person = oneself()
    kept = [table for table in queries.all_of(person.id) if table.rows]
    readable = partial(queries.readable, words=queries.words_of(kept))
    return render_template("lms/my_data.html", person=person, tables=kept, readable=readable)


@blueprint.get("/my-data.zip")
@signed_in
def take_away() -> Response:
    """The same as a file: once for people (HTML), once for machines (JSON)."""
    person, at = oneself(), clock.now()
    audit.record_reading("lms.export_own_data", f"person:{person.id}")
    kept = queries.all_of(person.id)
    readable = partial(queries.readable, words=queries.words_of(kept))
    page = render_template("lms/my_data_file.html", person=person, tables=kept, readable=readable, at=at, style=STYLE)
    data = (("du-lieu-cua-toi.html", page.encode()), ("du-lieu-cua-toi.json", queries.as_json(kept, at).encode()))
    name = quote(f"du-lieu-{person.code}.zip")
    headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{name}"}
    return Response(files.archive(data), mimetype="application/zip", headers=headers)


@blueprint.route("/organisation/people/<int:person_id>/anonymise", methods=["GET", "POST"])
@requires(ANONYMISE)
def anonymise(person_id: int) -> Any:
    """Forget who somebody was, by a decision; what is counted stays."""
    person, form = person_to_anonymise(person_id), AnonymiseForm()
    right = form.validate_on_submit()
    if right and form.code.data.upper() != person.code:
        form.code.errors = [_("This is another code than the record's.")]
    elif right:
        services.anonymise(
            person.id, document=form.document.data, reason=form.reason.data, at=clock.now(), today=clock.today()
        )
        flash(_("The record is anonymised."), "success")
        return redirect(url_for("lms_organisation.person", person_id=person_id))
    return render_template("lms/anonymise.html", person=person, form=form), 422 if form.errors else 200
