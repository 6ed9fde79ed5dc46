"""Where settings come from: config.py, then `LMS_*` environment variables, then the caller."""

import os
import secrets
from pathlib import Path
from typing import Any

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

import config as defaults
from lms.errors import StartError


def load_settings(app: Flask, overrides: dict[str, Any]) -> None:
    """Fills app.config. Raises StartError for a value that cannot be read or a secret that is missing."""
    values = {name: getattr(defaults, name) for name in dir(defaults) if name.isupper()}
    for name, default in values.items():
        if (text := os.environ.get(f"LMS_{name}")) is not None:
            values[name] = _typed(name, text, default)
    app.config.update(values | overrides)
    conf = app.config
    data = Path(conf["DATA_FOLDER"])
    if conf["MODE"] not in ("development", "production"):
        raise StartError(f"LMS_MODE is {conf['MODE']!r}: it must be development or production")
    if not conf["SECRET_KEY"]:
        if conf["MODE"] == "production":
            raise StartError("LMS_SECRET_KEY is missing: set it to a long random text before starting in production")
        conf["SECRET_KEY"] = _kept_secret(data)
    conf["DATA_FOLDER"] = data
    conf["PUBLIC_URL"] = (conf["PUBLIC_URL"] or f"http://{conf['ADDRESS']}:{conf['PORT']}").rstrip("/")
    conf["SQLALCHEMY_DATABASE_URI"] = conf["DATABASE_URL"] or f"sqlite:///{data.resolve() / 'lms.sqlite3'}"
    if conf["SQLALCHEMY_DATABASE_URI"].startswith("postgresql"):
        conf["SQLALCHEMY_ENGINE_OPTIONS"] = {"pool_size": 10, "max_overflow": 20, "pool_pre_ping": True}
    else:
        conf["SQLALCHEMY_ENGINE_OPTIONS"] = {"pool_size": 20, "max_overflow": 60, "connect_args": {"timeout": 30}}
    conf["MAX_CONTENT_LENGTH"] = conf["UPLOAD_LIMIT_MB"] * 1024 * 1024
    conf["MAX_FORM_MEMORY_SIZE"] = 2 * 1024 * 1024
    conf["SESSION_COOKIE_NAME"] = "lms"
    conf["SESSION_COOKIE_HTTPONLY"] = True
    conf["SESSION_COOKIE_SAMESITE"] = "Lax"
    conf["SESSION_COOKIE_SECURE"] = conf["PUBLIC_URL"].startswith("https://")
    conf["WTF_CSRF_TIME_LIMIT"] = None
    if conf["PROXIES"]:
        hops = conf["PROXIES"]
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]


def _typed(name: str, text: str, default: Any) -> Any:
    try:
        if isinstance(default, list):
            return [part.strip() for part in text.split(",") if part.strip()]
        return type(default)(text)
    except ValueError as error:
        raise StartError(f"LMS_{name} is {text!r}: {error}") from error


def _kept_secret(data: Path) -> str:
    """Development only: a secret made once and kept beside the database, so that sign-ins survive a restart."""
    file = data / "secret_key"
    if not file.exists():
        data.mkdir(parents=True, exist_ok=True)
        file.touch(mode=0o600)
        file.write_text(secrets.token_hex(32))
    return file.read_text()
