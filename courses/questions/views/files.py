"""Questions as files: import with a preview, export with what will be lost."""

import json
from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from courses.catalogue.models import Course
from courses.questions import exchange, services
from courses.questions.access import MANAGE, bank_to_edit
from courses.questions.fitting import fit
from courses.questions.forms import KINDS, ImportForm
from lms import clock, files
from lms.access import current_account, requires

blueprint = Blueprint("courses_question_files", __name__, template_folder="../templates")


@blueprint.route("/courses/<code>/questions/import", methods=["GET", "POST"])
@requires(MANAGE)
def import_file(code: str) -> Any:
    """Send a file and see, question by question, what would come; nothing is written yet."""
    course = bank_to_edit(code)
    form = ImportForm().offer([(topic.code, topic.title) for topic in course.topics])
    found: dict[str, Any] = {}
    if form.validate_on_submit():
        data, key = form.file.data.read(), form.key.data.read() if form.key.data else b""
        found = _preview(course, data, key, form.topic.data)
        found["token"] = files.save(json.dumps({"file": files.save(data), "key": files.save(key) if key else "",
                                                "topic": form.topic.data}).encode())  # fmt: skip
    page = render_template("courses/import_questions.html", course=course, form=form, found=found, kinds=KINDS)
    return page, 422 if form.errors else 200


def _preview(course: Course, data: bytes, key: bytes, topic: str) -> dict[str, Any]:
    name, reading = exchange.read(data, key or None)
    entries, doubts = fit(reading.entries, services.bank_of(course.id), topic)
    titles = {topic.code: topic.title for topic in course.topics}
    doubtful: dict[str, list[str]] = {}
    for note in reading.doubts + doubts:
        doubtful.setdefault(note.place, []).append(note.sentence)
    return {"format": name, "entries": entries, "doubtful": doubtful, "refused": reading.refused, "reading": reading,
            "titles": titles}  # fmt: skip


@blueprint.post("/courses/<code>/questions/import/<token>")
@requires(MANAGE)
def confirm_import(code: str, token: str) -> Any:
    """Import what the preview showed."""
    course = bank_to_edit(code)
    sent = json.loads(files.read(token))
    key = files.read(sent["key"]) if sent["key"] else b""
    found = _preview(course, files.read(sent["file"]), key, sent["topic"])
    exchange.keep_images(found["reading"])
    done = services.import_questions(course.id, found["entries"], clock.now(), current_account().id)
    flash(_("%(new)s new, %(changed)s changed, %(unchanged)s unchanged.", **vars(done)), "success")
    return redirect(url_for("courses_questions.bank", code=code))


@blueprint.get("/courses/<code>/questions/export")
@requires(MANAGE)
def export(code: str) -> Any:
    """Choose a format and see what it cannot carry; `?save=1` gives the file."""
    course = bank_to_edit(code)
    name = request.args.get("format", "")
    written = (
        exchange.write(name, exchange.entries_of(course.id, exchange.topics_of(course)))
        if name in exchange.WRITES
        else None
    )
    if written is not None and request.args.get("save"):
        module = exchange.FORMATS[name]
        headers = {"Content-Disposition": f'attachment; filename="{course.code}.{module.SUFFIX}"'}
        return Response(written.data, mimetype=module.MIME, headers=headers)
    return render_template("courses/export_questions.html", course=course, name=name, written=written)
