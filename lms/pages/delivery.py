"""How pages travel over a thin line: text compressed, static files kept by the browser until they change."""

import gzip
import os
from functools import cache

from flask import Response, current_app, request, url_for

_TEXT = {"text/html", "text/css", "text/javascript", "application/json", "image/svg+xml"}
_SMALL = 1000  # less than this gains nothing
YEAR = 365 * 86400


def asset(name: str) -> str:
    """The address of a static file; it changes when the file does, so that browsers need not ask again."""
    changed = os.stat(os.path.join(str(current_app.static_folder), name)).st_mtime_ns
    return _address(name, changed)


@cache
def _address(name: str, changed: int) -> str:
    return url_for("static", filename=name, v=f"{changed:x}")


def deliver(response: Response) -> Response:
    """After each request: how long it may be kept, and gzip where the browser takes it."""
    if request.endpoint == "static" and "v" in request.args:
        response.headers["Cache-Control"] = f"public, max-age={YEAR}, immutable"
    if response.mimetype in _TEXT:
        response.vary.add("Accept-Encoding")
        if request.accept_encodings["gzip"] and response.status_code != 304 and not response.content_encoding:
            _compress(response)
    return response


def _compress(response: Response) -> None:
    response.direct_passthrough = False
    body = response.get_data()
    if len(body) < _SMALL:
        return
    response.set_data(gzip.compress(body, 5, mtime=0))
    response.content_encoding = "gzip"
    etag, _weak = response.get_etag()
    if etag:
        response.set_etag(etag, weak=True)
