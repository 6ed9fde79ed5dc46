"""Where settings come from: config.py, then `LMS_*` environment variables, then the caller."""

import os
import secrets
from pathlib import Path
from typing import Any

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

import config as defaults
from lms.errors import StartError

_YES, _NO = ("true", "yes", "1"), ("false", "no", "0")


def load_settings(app: Flask, overrides: dict[str, Any]) -> None:
    """Fills app.config. Raises StartError for a value that cannot be read or a secret that is missing."""
    values = {name: getattr(defaults, name) for name in dir(defaults) if name.isupper()}
    values = {name: from_environment(name, default) for name, default in values.items()}
    app.config.update(values | overrides)
    conf = app.config
    data = Path(conf["DATA_FOLDER"])
    if conf["MODE"] not in ("development", "production"):
        raise StartError(f"LMS_MODE is {conf['MODE']!r}: it must be development or production")
    if not conf["SECRET_KEY"]:
        if conf["MODE"] == "production":
            raise StartError("LMS_SECRET_KEY is missing: set it to a long random text before starting in production")
        conf["SECRET_KEY"] = _kept_secret(data)
    if conf["MODE"] == "production" and len(conf["SECRET_KEY"]) < 32:
        raise StartError("LMS_SECRET_KEY is too short: whoever guesses it can forge forms; use 32 characters or more")
    conf["DATA_FOLDER"] = data
    conf["PUBLIC_URL"] = (conf["PUBLIC_URL"] or f"http://{conf['ADDRESS']}:{conf['PORT']}").rstrip("/")
    conf["SQLALCHEMY_DATABASE_URI"] = _database_url(conf["DATABASE_URL"], data)
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
        # Not X-Forwarded-Host: proxies pass on what a visitor wrote there; they keep Host itself.
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=0)  # type: ignore[method-assign]


def from_environment(name: str, default: Any) -> Any:
    """The variable `LMS_<name>` as the kind of value that the default is; the default where it is not set.

    Raises StartError for a text that is no such value.
    """
    text = os.environ.get(f"LMS_{name}")
    if text is None:
        return default
    if isinstance(default, bool):
        if text.lower() not in _YES + _NO:
            raise StartError(f"LMS_{name} is {text!r}: it must be true or false")
        return text.lower() in _YES
    if isinstance(default, list):
        return [part.strip() for part in text.split(",") if part.strip()]
    try:
        return type(default)(text)
    except ValueError as error:
        raise StartError(f"LMS_{name} is {text!r}: {error}") from error


def _database_url(url: str, data: Path) -> str:
    if not url:
        return f"sqlite:///{data.resolve() / 'lms.sqlite3'}"
    for plain in ("postgres://", "postgresql://"):
        url = url.replace(plain, "postgresql+psycopg://", 1) if url.startswith(plain) else url
    if not url.startswith(("sqlite:///", "postgresql+psycopg://")):
        raise StartError("LMS_DATABASE_URL must begin with sqlite:/// or postgresql://")
    return url


def _kept_secret(data: Path) -> str:
    """Development only: a secret made once and kept beside the database, so that sign-ins survive a restart."""
    file = data / "secret_key"
    if not file.exists():
        data.mkdir(parents=True, exist_ok=True)
        file.touch(mode=0o600)
        file.write_text(secrets.token_hex(32))
    return file.read_text()
