"""What every page shares: language, navigation, filters, errors and security headers."""

import logging
from typing import Any

from flask import (
    Flask,
    Response,
    current_app,
    flash,
    has_request_context,
    jsonify,
    redirect,
    render_template,
    request,
    url_for,
)
from flask_babel import Babel, get_locale
from flask_babel import gettext as _
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from flask_login import current_user
from flask_wtf import CSRFProtect
from werkzeug.exceptions import HTTPException
from werkzeug.routing import IntegerConverter, Map

from lms import clock
from lms.access import may, public
from lms.errors import Refused
from lms.pages.delivery import asset, deliver
from lms.pages.icons import icon
from lms.plugins import folder_of, installed
from lms.text import number_vi, percent_vi, short_date

log = logging.getLogger(__name__)

LANGUAGES = {"vi": "Tiếng Việt", "en": "English"}
csrf = CSRFProtect()
limiter = Limiter(get_remote_address)
babel = Babel()


class _Id(IntegerConverter):
    """A number in an address: one that no row can have is not found, instead of an error in the database."""

    def __init__(self, map: Map, *args: Any, **options: Any) -> None:
        super().__init__(map, *args, **{"max": 2**31 - 1} | options)


def init_app(app: Flask) -> None:
    """Wires the shell; translations follow once the plugins are known."""
    app.url_map.converters["int"] = _Id
    csrf.init_app(app)
    app.config.setdefault("RATELIMIT_STORAGE_URI", "memory://")
    limiter.init_app(app)
    public(app.view_functions["static"])
    app.jinja_env.add_extension("jinja2.ext.i18n")
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.globals.update(asset=asset, icon=icon, languages=LANGUAGES, may=may)
    app.jinja_env.filters.update(
        day=lambda value: short_date(value) if value else "",
        moment=lambda value: f"{clock.local(value):%d/%m/%Y %H:%M}" if value else "",
        number=number_vi,
        percent=percent_vi,
    )
    app.context_processor(_shared)
    app.after_request(deliver)
    app.after_request(_protect)
    app.register_error_handler(Refused, _refused)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(Exception, _crash)


def serve_translations(app: Flask) -> None:
    """Every package brings its own `translations` folder; Vietnamese is the default."""
    folders = [folder_of(plugin) / "translations" for plugin in installed(app)]
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = ";".join(str(f) for f in folders if f.is_dir())
    babel.init_app(app, default_locale=app.config["LANGUAGE"], locale_selector=language,
                   default_timezone="Asia/Ho_Chi_Minh")  # fmt: skip


def language() -> str:
    """The account's language, else the one chosen on this browser, else the installation's."""
    if not has_request_context():  # a command, a job
        return str(current_app.config["LANGUAGE"])
    chosen = current_user.language if current_user and current_user.is_authenticated else ""
    chosen = chosen or request.cookies.get("language", "")
    return chosen if chosen in LANGUAGES else str(current_app.config["LANGUAGE"])


def _shared() -> dict[str, Any]:
    return {
        "site_name": current_app.config["SITE_NAME"],
        "account": current_user if current_user and current_user.is_authenticated else None,
        "nav": _navigation(),
        "locale": str(get_locale()),
        "now": clock.now(),
    }


def _navigation() -> list[dict[str, Any]]:
    if not (current_user and current_user.is_authenticated):
        return []
    items = [item for plugin in installed(current_app) for item in plugin.nav]
    return [
        {
            "label": item.label,
            "url": url_for(item.endpoint),
            "icon": item.icon,
            "active": _inside(url_for(item.endpoint)),
            "managed": bool(item.permission),
            "count": item.count() if item.count else 0,
        }
        for item in sorted(items, key=lambda item: item.order)
        if not item.permission or may(item.permission)
    ]


def _inside(url: str) -> bool:
    """Whether the page asked for is this one or lies beneath it; everything lies beneath the first page."""
    return request.path == url or (url != "/" and request.path.startswith(f"{url}/"))


def _protect(response: Response) -> Response:
    headers = response.headers
    headers.setdefault(
        "Content-Security-Policy",
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
        "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    )
    headers.setdefault("X-Content-Type-Options", "nosniff")
    headers.setdefault("Referrer-Policy", "same-origin")
    headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
    if request.is_secure:
        headers.setdefault("Strict-Transport-Security", "max-age=31536000")
    if request.endpoint != "static":
        headers.setdefault("Cache-Control", "no-store")
    return response


def _wants_json() -> bool:
    return request.is_json or request.accept_mimetypes.best == "application/json"


def _refused(refusal: Refused) -> Any:
    """A service said no: back to the page with its sentence, or the sentence itself for a script."""
    if _wants_json():
        return jsonify(error=str(refusal)), 409
    back = request.referrer or ""
    if request.method == "POST" and back.startswith(request.host_url):
        flash(str(refusal), "error")
        return redirect(back)
    return render_template("lms/error.html", code=409, sentence=str(refusal)), 409


def _http_error(error: HTTPException) -> Any:
    sentences = {
        400: _("The form could not be read. Go back, load the page again and try once more."),
        401: _("Sign in first, then try again."),
        403: _("You do not have the right to do this. Ask the administrator of your unit if you need it."),
        404: _("There is nothing here. The address may be mistyped, or the item may have been removed."),
        405: _("This address does not take that request. Go back and use the button on the page."),
        413: _("The file is too large."),
        429: _("Too many requests. Wait a minute, then try again."),
    }
    code = error.code or 500
    if code < 400:
        return error
    sentence = sentences.get(code, _("Something went wrong."))
    if _wants_json():
        return jsonify(error=sentence), code
    return render_template("lms/error.html", code=code, sentence=sentence), code


def _crash(error: Exception) -> Any:
    log.exception("unexpected error at %s", request.path, exc_info=error)
    if current_app.testing:
        raise error
    sentence = _("The system met an error it did not expect. What you had sent before is kept; try again.")
    if _wants_json():
        return jsonify(error=sentence), 500
    return render_template("lms/error.html", code=500, sentence=sentence), 500
