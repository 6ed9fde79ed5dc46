"""Pages where posts change hands."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from wtforms.fields import SelectChoice

from lms import clock
from lms.access import requires, scopes, unit_to
from lms.organisation import queries
from lms.organisation.models import Post
from lms.organisation.people.queries import candidates
from lms.organisation.posts import services
from lms.organisation.posts.access import CHANGE, appointment_to_change, post_to_change
from lms.organisation.posts.forms import (
    AppointForm,
    ClosePostForm,
    CorrectForm,
    HandOverForm,
    PostForm,
    RelieveForm,
    WithdrawForm,
)

blueprint = Blueprint("lms_posts", __name__, url_prefix="/organisation", template_folder="../templates")


def _to_unit(code: str) -> Any:
    return redirect(url_for("lms_organisation.units", unit=code))


def _form(post: Post, form: Any, title: str, text: str, button: str, **more: Any) -> Any:
    page = render_template("lms/post_form.html", post=post, form=form, title=title, text=text, button=button, **more)
    return page, 422 if form.errors else 200


@blueprint.route("/units/<code>/posts/new", methods=["GET", "POST"])
@requires(CHANGE)
def new_post(code: str) -> Any:
    """Add a post to a unit."""
    unit, today = unit_to(CHANGE, code), clock.today()
    form = PostForm(valid_from=today)
    form.kind.choices = [
        SelectChoice(kind.id, kind.name) for kind in queries.post_kinds(today) if kind.tree == unit.tree
    ]
    if form.validate_on_submit():
        services.add_post(unit.id, form.kind.data, valid_from=form.valid_from.data, at=clock.now())
        flash(_("The post was added. It is vacant."), "success")
        return _to_unit(code)
    return render_template("lms/new_post.html", unit=unit, form=form), 422 if form.errors else 200


@blueprint.route("/posts/<int:post_id>/close", methods=["GET", "POST"])
@requires(CHANGE)
def close(post_id: int) -> Any:
    """Let a post end."""
    post = post_to_change(post_id)
    form = ClosePostForm(last_day=clock.today())
    if form.validate_on_submit():
        services.close_post(post.id, last_day=form.last_day.data, at=clock.now())
        flash(_("The post ends on that day."), "success")
        return _to_unit(post.unit.code)
    text = _("The post is not counted after its last day. Whoever holds it ceases on that day as well.")
    return _form(post, form, _("Close the post"), text, _("Close the post"))


@blueprint.route("/posts/<int:post_id>/appoint", methods=["GET", "POST"])
@requires(CHANGE)
def appoint(post_id: int) -> Any:
    """Give a post to somebody. `?q=` finds who."""
    post, today, search = post_to_change(post_id), clock.today(), request.args.get("q", "")
    form = AppointForm(valid_from=today)
    people = candidates(scopes(CHANGE), search, today)
    form.person.choices = [SelectChoice(person.id, person.name) for person in people]
    if form.validate_on_submit():
        services.appoint(
            post.id, form.person.data, capacity=form.capacity.data, valid_from=form.valid_from.data,
            valid_to=form.valid_to.data, document=form.document.data, at=clock.now(),
        )  # fmt: skip
        flash(_("Appointed."), "success")
        return _to_unit(post.unit.code)
    return _form(post, form, _("Appoint"), "", _("Appoint"), people=people, search=search, find=True)


@blueprint.route("/held/<int:appointment_id>/hand-over", methods=["GET", "POST"])
@requires(CHANGE)
def hand_over(appointment_id: int) -> Any:
    """The holder ceases and a successor begins, in one step. `?q=` finds who."""
    held, today, search = appointment_to_change(appointment_id), clock.today(), request.args.get("q", "")
    form = HandOverForm(valid_from=today)
    people = [person for person in candidates(scopes(CHANGE), search, today) if person.id != held.person_id]
    form.person.choices = [SelectChoice(person.id, person.name) for person in people]
    if form.validate_on_submit():
        services.hand_over(
            held.id, form.person.data, on=form.valid_from.data, capacity=form.capacity.data,
            document=form.document.data, at=clock.now(),
        )  # fmt: skip
        flash(_("Handed over. What the post asks for is now due from the successor."), "success")
        return redirect(url_for("lms_organisation.person", person_id=form.person.data))
    text = _("%(name)s holds the post until the day before the successor's first day.", name=held.person.name)
    return _form(held.post, form, _("Hand over"), text, _("Hand over"), people=people, search=search, find=True)


@blueprint.route("/held/<int:appointment_id>/relieve", methods=["GET", "POST"])
@requires(CHANGE)
def relieve(appointment_id: int) -> Any:
    """Somebody's last day in a post; it is vacant afterwards."""
    held = appointment_to_change(appointment_id)
    form = RelieveForm(last_day=clock.today())
    if form.validate_on_submit():
        services.relieve(held.id, last_day=form.last_day.data, document=form.document.data, at=clock.now())
        flash(_("The post is vacant after that day."), "success")
        return _to_unit(held.post.unit.code)
    return _form(held.post, form, _("Relieve %(name)s", name=held.person.name), "", _("Relieve"))


@blueprint.route("/held/<int:appointment_id>/correct", methods=["GET", "POST"])
@requires(CHANGE)
def correct(appointment_id: int) -> Any:
    """Put right what was recorded wrongly of somebody's time in a post."""
    held = appointment_to_change(appointment_id)
    form = CorrectForm(obj=held)
    if form.validate_on_submit():
        services.correct(
            held.id, capacity=form.capacity.data, valid_from=form.valid_from.data, valid_to=form.valid_to.data,
            document=form.document.data, reason=form.reason.data, at=clock.now(),
        )  # fmt: skip
        flash(_("Put right. What was known before stays on the person's page."), "success")
        return redirect(url_for("lms_organisation.person", person_id=held.person_id))
    text = _("For errors of entry. When somebody leaves or another person follows, relieve or hand over instead.")
    return _form(held.post, form, _("Correct: %(name)s", name=held.person.name), text, _("Save the correction"))


@blueprint.route("/held/<int:appointment_id>/withdraw", methods=["GET", "POST"])
@requires(CHANGE)
def withdraw(appointment_id: int) -> Any:
    """The entry was an error: the person never held the post."""
    held = appointment_to_change(appointment_id)
    form = WithdrawForm()
    if form.validate_on_submit():
        services.withdraw(held.id, reason=form.reason.data, at=clock.now())
        flash(_("The entry was withdrawn."), "success")
        return redirect(url_for("lms_organisation.person", person_id=held.person_id))
    text = _("Figures of earlier days are counted without it from now on; what was known before can still be asked.")
    return _form(held.post, form, _("Withdraw: %(name)s", name=held.person.name), text, _("Withdraw the entry"))
