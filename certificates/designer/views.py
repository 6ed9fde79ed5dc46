"""The designer's pages: the list, one design with its live picture, files in and out."""

import json
from typing import Any

from flask import Blueprint, Response, flash, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext as _

from certificates.designer import queries, services
from certificates.designer.access import DESIGN, design_to_edit, issuer_to_dress, version_to_see
from certificates.designer.forms import FIELD_NAMES, DesignForm, ImportForm, design_of, filled
from certificates.designs import READY, Design
from certificates.designs.design import DesignError
from certificates.register.queries import issuers
from lms import clock
from lms.access import current_account, may, requires
from lms.errors import Refused

blueprint = Blueprint("certificates_designer", __name__, url_prefix="/designs", template_folder="templates")


@blueprint.get("")
@requires(DESIGN)
def designs() -> str:
    """The designs and who uses which; ready ones to begin with."""
    mine = [issuer for issuer in issuers() if may(DESIGN, issuer.unit)]
    stored = queries.designs()
    own = [design for design in stored if not design.code.startswith("ready-")]
    return render_template("certificates/designs.html", designs=own, issuers=mine, ready=READY, form=ImportForm())


@blueprint.post("/new")
@requires(DESIGN)
def new() -> Any:
    """Begin a design as a copy of a ready one."""
    ready = READY.get(request.form.get("ready", ""))
    if ready is None:
        raise Refused(_("Choose a design to begin with."))
    code = services.add_design(ready, account_id=current_account().id, at=clock.now())
    return redirect(url_for("certificates_designer.design", code=code))


@blueprint.post("/import")
@requires(DESIGN)
def import_design() -> Any:
    """Bring a design in from a file."""
    file = request.files.get("file")
    try:
        design = Design.from_json(json.loads(file.read() if file else b""))
    except ValueError as error:
        raise Refused(str(error) if isinstance(error, DesignError) else _("This file is no design.")) from error
    code = services.add_design(design, account_id=current_account().id, at=clock.now())
    flash(_("The design is here as a draft."), "success")
    return redirect(url_for("certificates_designer.design", code=code))


@blueprint.route("/<code>", methods=["GET", "POST"])
@requires(DESIGN)
def design(code: str) -> Any:
    """Edit a design: its newest version becomes the draft; what is published stays."""
    stored = design_to_edit(code)
    newest = stored.versions[-1]
    before = Design.from_json(newest.content)
    form, problem = DesignForm(**({} if request.method == "POST" else {"data": filled(before)})), ""
    shown = before
    if form.validate_on_submit():
        try:
            shown = design_of(form, before)
            services.save_draft(stored.id, shown, account_id=current_account().id, at=clock.now())
            flash(_("The draft is saved."), "success")
            return redirect(url_for("certificates_designer.design", code=code))
        except (DesignError, Refused) as error:
            problem = str(error)
    page = render_template(
        "certificates/design.html", stored=stored, newest=newest, form=form, problem=problem, fields=FIELD_NAMES,
        picture=queries.sample_picture(before, "ordinary"),
    )  # fmt: skip
    return page, 422 if problem or form.errors else 200


@blueprint.post("/<code>/preview")
@requires(DESIGN)
def preview(code: str) -> Any:
    """The picture of what the form says now; nothing is kept."""
    before = Design.from_json(design_to_edit(code).versions[-1].content)
    form = DesignForm()
    try:
        shown = design_of(form, before)
        kind = form.sample.data if form.sample.data in queries.SAMPLES else "ordinary"
        back = [queries.sample_picture(shown, kind, 1)] if shown.back else []
        return jsonify(pictures=[queries.sample_picture(shown, kind), *back])
    except DesignError as error:
        raise Refused(str(error)) from error
    except KeyError as error:
        raise Refused(_("The wording has a letter that cannot be printed: %(letter)s", letter=error.args[0])) from error


@blueprint.post("/<code>/publish")
@requires(DESIGN)
def publish(code: str) -> Any:
    """From now on papers are issued by the draft."""
    services.publish_draft(design_to_edit(code).id, clock.now())
    flash(_("The version is published: it will not be changed any more."), "success")
    return redirect(url_for("certificates_designer.designs"))


@blueprint.get("/<code>/<int:number>.json")
@requires(DESIGN)
def export(code: str, number: int) -> Response:
    """A version as a file, for another installation."""
    version = version_to_see(code, number)
    text = json.dumps(version.content, ensure_ascii=False, indent=1)
    response = Response(text, mimetype="application/json")
    response.headers["Content-Disposition"] = f"attachment; filename={code}-{number}.json"
    return response


@blueprint.get("/<code>/<int:number>.pdf")
@requires(DESIGN)
def sample(code: str, number: int) -> Response:
    """A sample of a version as the real PDF. `?sample=` is ordinary, long or difficult."""
    kind = request.args.get("sample", "ordinary")
    version = version_to_see(code, number)
    data = queries.sample_pdf(Design.from_json(version.content), kind if kind in queries.SAMPLES else "ordinary")
    return Response(data, mimetype="application/pdf")


@blueprint.post("/issuers/<int:issuer_id>")
@requires(DESIGN)
def choose(issuer_id: int) -> Any:
    """The design by which an issuer's papers are drawn."""
    services.choose(issuer_to_dress(issuer_id).id, request.form.get("design", ""))
    flash(_("Saved."), "success")
    return redirect(url_for("certificates_designer.designs"))
