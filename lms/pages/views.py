"""Pages of the shell itself: the first page, health, language, fonts."""

from typing import Any

from flask import Blueprint, current_app, jsonify, redirect, render_template, request, send_from_directory, url_for

from lms import fonts
from lms.access import current_account, public, signed_in
from lms.pages import health
from lms.pages.addresses import here_or
from lms.pages.shell import LANGUAGES
from lms.plugins import installed

blueprint = Blueprint("lms_pages", __name__, template_folder="templates")


@blueprint.get("/")
@signed_in
def home() -> str:
    """What is due for the person signed in, block by block."""
    account = current_account()
    panels = [panel for plugin in installed(current_app) for panel in plugin.panels(account)]
    return render_template("lms/dashboard.html", panels=sorted(panels, key=lambda panel: panel.order))


@blueprint.get("/healthz")
@public
def healthz() -> Any:
    """200 while the process answers."""
    return jsonify(status="ok")


@blueprint.get("/readyz")
@public
def readyz() -> Any:
    """200 when database, migrations and worker are in order; else 503 with what is not."""
    problems = health.problems()
    return jsonify(status="not ready" if problems else "ok", problems=problems), 503 if problems else 200


@blueprint.post("/language")
@public
def language() -> Any:
    """Remembers the language on this browser and goes back."""
    response = redirect(here_or(request.form.get("next", ""), url_for("lms_pages.home")))
    chosen = request.form.get("locale", "")
    if chosen in LANGUAGES:
        response.set_cookie("language", chosen, max_age=365 * 86400, httponly=True, samesite="Lax")
    return response


@blueprint.get("/static/fonts/<path:name>")
@public
def font(name: str) -> Any:
    """The web fonts that set-up made."""
    folder = fonts.folder_of(current_app.config["DATA_FOLDER"])
    return send_from_directory(folder, name, max_age=365 * 86400)
