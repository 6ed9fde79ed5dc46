"""The host: people, the organisation, access, pages, jobs and plugins."""

from typing import Any

from flask import Flask

from lms import access, pages, plugins
from lms.accounts.sessions import login_manager
from lms.db import db as database
from lms.host import plugin
from lms.settings import load_settings

__all__ = ["create_app", "plugin"]


def create_app(**overrides: Any) -> Flask:
    """Builds the application from config.py, `LMS_*` variables and `overrides`, in that order; it does not act.

    Raises StartError with one sentence when a setting is missing or a plugin is wrong.
    """
    app = Flask(__name__)
    load_settings(app, overrides)
    database.init_app(app)
    login_manager.init_app(app)
    pages.init_app(app)
    plugins.install(app, ["lms", *app.config["PLUGINS"]])
    pages.serve_translations(app)
    app.before_request(access.guard)
    access.check_declarations(app)
    return app
