"""What every page shares: how it travels, and where one is."""

import gzip
import re
from collections.abc import Callable

from flask.testing import FlaskClient


def stylesheet(client: FlaskClient) -> str:
    found = re.search(r'href="(/static/style.css[^"]*)"', client.get("/login").text)
    assert found
    return found[1]


def test_pages_travel_compressed_to_browsers_that_take_it(client: FlaskClient) -> None:
    plain = client.get("/login").data
    packed = client.get("/login", headers={"Accept-Encoding": "gzip"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in packed.vary
    assert len(packed.data) < len(plain) / 2
    assert gzip.decompress(packed.data).startswith(b"<!doctype html>")
    assert "Content-Encoding" not in client.get("/login").headers


def test_a_static_file_is_kept_until_it_changes(client: FlaskClient) -> None:
    address = stylesheet(client)
    assert "immutable" in client.get(address, buffered=True).headers["Cache-Control"]
    # Without its version nobody knows when it changes: the browser asks, and is told that nothing did.
    first = client.get("/static/style.css", headers={"Accept-Encoding": "gzip"}, buffered=True)
    assert "immutable" not in first.headers["Cache-Control"]
    headers = {"If-None-Match": first.headers["ETag"], "Accept-Encoding": "gzip"}
    assert client.get("/static/style.css", headers=headers, buffered=True).status_code == 304


def test_the_navigation_shows_where_one_is(signed_in: Callable[[str], FlaskClient]) -> None:
    def here(path: str) -> set[str]:
        return set(re.findall(r'<a href="([^"]*)" aria-current="page">', signed_in("hoa").get(path).text))

    assert here("/") == {"/"}
    assert here("/organisation/people") == {"/organisation"}
    assert here("/targets/new") == {"/targets"}
