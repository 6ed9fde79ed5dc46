"""A Flask page without us: what the others are measured against."""

from flask import Flask

PAGE = "<!doctype html><title>Bare</title>" + "<p>Dân vận khéo thì việc gì cũng thành công.</p>" * 100


def create_app() -> Flask:
    """One page of six kilobytes, no database, no template; `/healthz` for whoever waits for the start."""
    app = Flask(__name__)
    app.add_url_rule("/healthz", "healthz", lambda: {"status": "ok"})
    app.add_url_rule("/", "page", lambda: PAGE)
    return app
