"""Pages where people are entered, put right and merged."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from lms import clock
from lms.access import requires
from lms.organisation.people import merging, queries, services
from lms.organisation.people.access import (
    CHANGE,
    MERGE,
    merge_to_undo,
    other_to_merge,
    person_to_change,
    person_to_merge,
)
from lms.organisation.people.forms import MergeForm, NewPersonForm, PersonForm
from lms.organisation.posts.access import post_to_change
from lms.organisation.services import person_code

blueprint = Blueprint("lms_people", __name__, url_prefix="/organisation/people", template_folder="../templates")


def _to_person(person_id: int) -> Any:
    return redirect(url_for("lms_organisation.person", person_id=person_id))


@blueprint.route("/new", methods=["GET", "POST"])
@requires(CHANGE)
def new() -> Any:
    """Enter a person for the post `?post=` that they are to hold."""
    post = post_to_change(request.args.get("post", 0, type=int))
    form = NewPersonForm()
    if form.validate_on_submit():
        today = clock.today()
        person_id = services.add_person(form.facts(), at=clock.now(), today=today, sure=form.sure.data)
        flash(_("The person was entered. Now appoint them."), "success")
        code = person_code(person_id)
        return redirect(url_for("lms_posts.appoint", post_id=post.id, q=f"{code} {form.name.data}"))
    return render_template("lms/person_form.html", form=form, post=post), 422 if form.errors else 200


@blueprint.route("/<int:person_id>/change", methods=["GET", "POST"])
@requires(CHANGE)
def change(person_id: int) -> Any:
    """Put right a name, a birth or a contact."""
    person = person_to_change(person_id)
    form = PersonForm(obj=person)
    if form.validate_on_submit():
        services.change_person(person.id, form.facts(), at=clock.now(), today=clock.today())
        flash(_("Saved."), "success")
        return _to_person(person.id)
    return render_template("lms/person_form.html", form=form, person=person), 422 if form.errors else 200


@blueprint.route("/<int:person_id>/merge", methods=["GET", "POST"])
@requires(MERGE)
def merge(person_id: int) -> Any:
    """Merge another record of the same person into this one: `?code=` shows both side by side."""
    person = person_to_merge(person_id)
    form = MergeForm(code=request.args.get("code", ""))
    other = other_to_merge(form.code.data) if form.code.data else None
    if other is not None and form.validate_on_submit():
        merging.merge(person.id, other.id, reason=form.reason.data, at=clock.now())
        flash(_("The two records are one now."), "success")
        return _to_person(person.id)
    alike = queries.alike(person.name, person.birth_year, person.id)
    return render_template("lms/merge.html", form=form, person=person, other=other, alike=alike)


@blueprint.post("/merges/<int:merge_id>/undo")
@requires(MERGE)
def undo_merge(merge_id: int) -> Any:
    """Two records again."""
    entry = merge_to_undo(merge_id)
    merging.undo_merge(entry.id, at=clock.now())
    flash(_("These are two records again."), "success")
    return _to_person(entry.kept_id)
