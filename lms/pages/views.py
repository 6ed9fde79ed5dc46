"""Pages of the shell itself: the first page, health, language, fonts."""

from typing import Any

from flask import Blueprint, current_app, jsonify, redirect, render_template, request, send_from_directory, url_for
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from lms import clock, fonts, migrate
from lms.access import current_account, public, signed_in
from lms.db import db
from lms.jobs import worker
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
    problems = []
    try:
        db.session.execute(text("SELECT 1"))
        problems += [f"migrations of {name} are pending" for name in migrate.pending(current_app)]
        if not problems and not worker.alive(clock.now()):
            problems.append("no worker gave a sign of life within a minute")
    except SQLAlchemyError as error:
        problems.append(f"the database does not answer: {type(error).__name__}")
    return jsonify(status="ok" if not problems else "not ready", problems=problems), 503 if problems else 200


@blueprint.post("/language")
@public
def language() -> Any:
    """Remembers the language on this browser and goes back."""
    back = request.form.get("next", "")
    response = redirect(back if back.startswith("/") and not back.startswith("//") else url_for("lms_pages.home"))
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
