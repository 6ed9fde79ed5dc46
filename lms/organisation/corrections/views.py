"""Pages of corrections: asked for by the person, answered by those who keep the record."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from wtforms.fields import SelectChoice

from lms import clock
from lms.access import current_account, requires, scopes, signed_in
from lms.organisation.corrections import queries, services
from lms.organisation.corrections.access import request_to_answer
from lms.organisation.corrections.forms import AnswerForm, AskForm
from lms.organisation.people.access import CHANGE, oneself
from lms.organisation.people.forms import PersonForm
from lms.organisation.posts.access import appointment_to_change
from lms.organisation.posts.forms import CAPACITIES, CorrectForm
from lms.organisation.queries import appointments_of
from lms.pages import paginate

blueprint = Blueprint("lms_corrections", __name__, template_folder="../templates")


@blueprint.route("/my-data/wrong", methods=["GET", "POST"])
@signed_in
def ask() -> Any:
    """Say what is wrong in one's own record; see what was answered before."""
    person = oneself()
    form = AskForm(about=request.args.get("about"))
    posts = [
        SelectChoice(str(held.id), f"{held.post.kind.name}, {held.post.unit.name}")
        for held in appointments_of(person.id)
    ]
    form.about.choices = [SelectChoice("0", _("The record: name, birth, contact, a post that is missing")), *posts]
    if form.validate_on_submit():
        services.ask(person.id, form.text.data, appointment_id=int(form.about.data) or None, at=clock.now())
        flash(_("Sent to those who keep your record. You will be told the answer here."), "success")
        return redirect(url_for("lms_corrections.ask"))
    page = render_template("lms/ask_correction.html", form=form, asked=queries.requests_of(person.id))
    return page, 422 if form.errors else 200


@blueprint.get("/organisation/corrections")
@requires(CHANGE)
def corrections() -> str:
    """The requests that wait for an answer, of people of the scope."""
    page = paginate(queries.waiting(scopes(CHANGE), clock.today()), 20)
    return render_template("lms/corrections.html", page=page)


@blueprint.get("/organisation/corrections/<int:request_id>")
@requires(CHANGE)
def correction(request_id: int) -> str:
    """One request, with the record or the post that it is about, to put right or to answer."""
    found = request_to_answer(request_id)
    record, post = PersonForm(obj=found.person), CorrectForm(obj=found.appointment)
    return render_template(
        "lms/correction.html", found=found, record=record, post=post, answer=AnswerForm(), capacities=CAPACITIES,
        posts=appointments_of(found.person_id),
    )  # fmt: skip


@blueprint.post("/organisation/corrections/<int:request_id>/record")
@requires(CHANGE)
def accept_record(request_id: int) -> Any:
    """The record is put right as the form says."""
    found, form = request_to_answer(request_id), PersonForm()
    if not form.validate():
        return _again(found.id, form)
    services.accept_record(found.id, form.facts(), account_id=current_account().id, at=clock.now(), today=clock.today())
    return _answered()


@blueprint.post("/organisation/corrections/<int:request_id>/post/<int:appointment_id>")
@requires(CHANGE)
def accept_post(request_id: int, appointment_id: int) -> Any:
    """One of the person's posts is put right as the form says."""
    found, held, form = request_to_answer(request_id), appointment_to_change(appointment_id), CorrectForm()
    del form.reason
    if not form.validate() or held.person_id != found.person_id:
        return _again(found.id, form)
    services.accept_post(
        found.id, held.id, account_id=current_account().id, at=clock.now(), capacity=form.capacity.data,
        valid_from=form.valid_from.data, valid_to=form.valid_to.data, document=form.document.data or "",
    )  # fmt: skip
    return _answered()


@blueprint.post("/organisation/corrections/<int:request_id>/answer")
@requires(CHANGE)
def answer(request_id: int) -> Any:
    """Answered in words: put right in another way, or right as it is."""
    found, form = request_to_answer(request_id), AnswerForm()
    if not form.validate():
        return _again(found.id, form)
    services.close(
        found.id, form.answer.data, accepted=form.accepted.data == "1", account_id=current_account().id,
        at=clock.now(),
    )  # fmt: skip
    return _answered()


def _again(request_id: int, form: Any) -> Any:
    sentences = [f"{form[name].label.text}: {' '.join(map(str, errors))}" for name, errors in form.errors.items()]
    flash(" ".join(sentences) or _("Choose one of the person's own posts."), "error")
    return redirect(url_for("lms_corrections.correction", request_id=request_id))


def _answered() -> Any:
    flash(_("Done. The person is told."), "success")
    return redirect(url_for("lms_corrections.corrections"))
