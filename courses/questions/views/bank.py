"""The bank's pages: lists, a question with its history, its form, the documents that questions rest on."""

from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from courses.catalogue import services as catalogue_services
from courses.catalogue.folder import STATUSES
from courses.catalogue.models import Course
from courses.catalogue.queries import documents as documents_of
from courses.questions import editing, queries, services
from courses.questions.access import MANAGE, bank_to_edit, document_to_edit, image_to_edit, question_to_edit
from courses.questions.formats.base import IMAGE_SUFFIXES
from courses.questions.forms import HINTS, KINDS, LEVELS, DocumentForm, QuestionForm, choices
from courses.questions.queries import Filters
from courses.questions.types import Question, paper_view, right_answer
from lms import clock, files
from lms.access import current_account, requires
from lms.pages.tables import paginate

blueprint = Blueprint("courses_questions", __name__, template_folder="../templates")


@blueprint.get("/questions")
@requires(MANAGE)
def banks() -> str:
    """Every bank, with what waits for a review."""
    return render_template("courses/banks.html", banks=queries.banks())


@blueprint.get("/courses/<code>/questions")
@requires(MANAGE)
def bank(code: str) -> str:
    """The questions of a bank, narrowed by words, topic, kind, level, document and state."""
    course = bank_to_edit(code)
    asked = {key: request.args.get(key, "") for key in Filters.__dataclass_fields__}
    page = paginate(queries.listed(course.id, Filters(**asked), clock.today()), 40, scalars=False)
    rows = [(row, version, Question.from_json(version.content)) for row, version in page.rows]
    return render_template(
        "courses/bank.html", course=course, page=page, rows=rows, asked=asked, kinds=KINDS, levels=LEVELS,
        documents=documents_of(course.id), awaiting=queries.awaiting(course.id), ended=queries.ENDED,
    )  # fmt: skip


@blueprint.get("/courses/<code>/questions/<int:question_id>")
@requires(MANAGE)
def question(code: str, question_id: int) -> str:
    """A question as it is asked, its key, what it rests on, its versions and how often they were drawn."""
    course, row = question_to_edit(code, question_id)
    history = queries.history(row.id)
    newest = Question.from_json(history[0].version.content)
    order = editing.as_stored(newest.content)
    return render_template(
        "courses/question.html", course=course, row=row, question=newest, history=history, kinds=KINDS, levels=LEVELS,
        view=paper_view(newest.content, order), right=right_answer(newest.content, order), editing=editing,
        uses=queries.uses(course.id, row.id), documents=documents_of(course.id), ended=queries.ENDED,
        alike=queries.neighbours(course.id, row.name, row.fold),
    )  # fmt: skip


@blueprint.route("/courses/<code>/questions/new", methods=["GET", "POST"])
@requires(MANAGE)
def new(code: str) -> Any:
    """Write a new question of the kind that `?kind=` names."""
    course = bank_to_edit(code)
    kind = request.args.get("kind", "single")
    return _edit(course, None, kind if kind in KINDS else "single", _form(course))


@blueprint.route("/courses/<code>/questions/<int:question_id>/edit", methods=["GET", "POST"])
@requires(MANAGE)
def edit(code: str, question_id: int) -> Any:
    """Edit a question: what is saved is a new version."""
    course, row = question_to_edit(code, question_id)
    before = Question.from_json(queries.history(row.id)[0].version.content)
    form = _form(course, **editing.fields(before, row))
    return _edit(course, row.id, editing.form_kind(before.content), form, before)


def _form(course: Course, **values: Any) -> QuestionForm:
    topics = [(topic.code, topic.title) for topic in course.topics]
    cited = [(document.key, document.number) for document in documents_of(course.id).values()]
    return QuestionForm(**values).offer(topics, cited)


def _edit(
    course: Course, question_id: int | None, kind: str, form: QuestionForm, before: Question | None = None
) -> Any:
    if form.validate_on_submit() and (question := editing.question(kind, form, before)):
        topic_id = next((topic.id for topic in course.topics if topic.code == form.topic.data), None)
        who, at = current_account().id, clock.now()
        saved = services.save_question(course.id, question_id, topic_id, question, at, who)
        flash(_("The question is saved."), "success")
        return redirect(url_for("courses_questions.question", code=course.code, question_id=saved))
    page = render_template(
        "courses/edit_question.html", course=course, form=form, kind=kind, kinds=KINDS, hint=HINTS.get(kind, ""),
        question_id=question_id, image=before.content.image if before else None,
    )  # fmt: skip
    return page, 422 if form.errors else 200


@blueprint.post("/courses/<code>/questions/<int:question_id>/<any(remove, restore, confirm):verb>")
@requires(MANAGE)
def change(code: str, question_id: int, verb: str) -> Any:
    """Take a question out, put it back, or say that it stands although its document was replaced."""
    _course, row = question_to_edit(code, question_id)
    at = clock.now()
    if verb == "confirm":
        services.confirm(row.id, clock.today(), at, current_account().id)
    elif verb == "remove":
        services.remove(row.id, at)
    else:
        services.restore(row.id)
    said = {"remove": _("The question is taken out; attempts that had it keep it."),
            "restore": _("The question is back."), "confirm": _("The question stands.")}  # fmt: skip
    flash(said[verb], "success")
    return redirect(url_for("courses_questions.question", code=code, question_id=question_id))


@blueprint.get("/courses/<code>/documents")
@requires(MANAGE)
def documents(code: str) -> str:
    """The documents of a course: their state, and the questions that rest on them."""
    course = bank_to_edit(code)
    return render_template(
        "courses/documents.html", course=course, documents=documents_of(course.id), touched=queries.touched(course.id),
        ended=queries.ENDED,
    )  # fmt: skip


@blueprint.route("/courses/<code>/documents/<key>", methods=["GET", "POST"])
@requires(MANAGE)
def document(code: str, key: str) -> Any:
    """Say what became of a document; what it touches is shown first."""
    course, found = document_to_edit(code, key)
    form = DocumentForm(obj=found)
    form.status.choices = choices(*((status, editing.STATUS_NAMES[status]) for status in STATUSES))
    others = documents_of(course.id).values()
    form.replaced_by.choices = choices(("", "–"), *((other.key, other.number) for other in others if other.key != key))
    if form.validate_on_submit():
        catalogue_services.set_document(found.id, form.status.data, form.replaced_by.data, form.note.data or "")
        flash(_("Saved. Questions that rest on a document no longer in force wait for a review."), "success")
        return redirect(url_for("courses_questions.documents", code=code))
    touched = queries.touched(course.id).get(key, 0)
    page = render_template("courses/document.html", course=course, document=found, form=form, touched=touched)
    return page, 422 if form.errors else 200


@blueprint.get("/question-images/<key>")
@requires(MANAGE)
def image(key: str) -> Any:
    """An image of a question, to authors; learners get theirs through their attempt."""
    response = Response(files.read(image_to_edit(key)), mimetype=IMAGE_SUFFIXES[key.rpartition(".")[2]])
    response.headers["Cache-Control"] = "private, max-age=3600"
    return response
