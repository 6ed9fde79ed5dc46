"""Settings: config.py, then LMS_ variables, then the caller; what is wrong stops the start with one sentence."""

from pathlib import Path

import pytest
from flask import Flask

from lms import create_app
from lms.errors import StartError

LONG = "x" * 32


def start(folder: Path, **overrides: object) -> Flask:
    return create_app(DATA_FOLDER=folder, PLUGINS=["courses", "certificates", "tests.example_plugin"], **overrides)


def test_variables_override_the_file_and_the_caller_overrides_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LMS_PORT", "9000")
    monkeypatch.setenv("LMS_SITE_NAME", "Đảng bộ A")
    monkeypatch.setenv("LMS_EXAMPLE_PLUGIN_HOURS", "3")
    conf = start(tmp_path, SITE_NAME="B").config
    assert (conf["PORT"], conf["SITE_NAME"], conf["EXAMPLE_PLUGIN_HOURS"]) == (9000, "B", 3)
    assert conf["PUBLIC_URL"] == "http://127.0.0.1:9000"


@pytest.mark.parametrize(
    ("variable", "value", "sentence"),
    [
        ("MODE", "test", "must be development or production"),
        ("PORT", "eighty", "LMS_PORT is 'eighty'"),
        ("DATABASE_URL", "mysql://x", "must begin with sqlite:/// or postgresql://"),
        ("EXAMPLE_PLUGIN_HOURS", "one", "LMS_EXAMPLE_PLUGIN_HOURS"),
    ],
)
def test_a_value_that_cannot_be_stops_the_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, variable: str, value: str, sentence: str
) -> None:
    monkeypatch.setenv(f"LMS_{variable}", value)
    with pytest.raises(StartError, match=sentence):
        start(tmp_path)


@pytest.mark.parametrize(("secret", "sentence"), [("", "LMS_SECRET_KEY is missing"), ("short", "too short")])
def test_production_does_not_start_without_a_good_secret(tmp_path: Path, secret: str, sentence: str) -> None:
    with pytest.raises(StartError, match=sentence):
        start(tmp_path, MODE="production", SECRET_KEY=secret)
    assert start(tmp_path, MODE="production", SECRET_KEY=LONG).config["SECRET_KEY"] == LONG


def test_development_makes_a_secret_once_and_keeps_it_to_itself(tmp_path: Path) -> None:
    first, second = start(tmp_path).config["SECRET_KEY"], start(tmp_path).config["SECRET_KEY"]
    assert first == second and len(first) == 64
    assert (tmp_path / "secret_key").stat().st_mode & 0o077 == 0


def test_a_plain_postgresql_address_is_understood(tmp_path: Path) -> None:
    conf = start(tmp_path, DATABASE_URL="postgres://a:b@h/c").config
    assert conf["SQLALCHEMY_DATABASE_URI"] == "postgresql+psycopg://a:b@h/c"


def test_cookies_travel_over_tls_only_where_the_address_says_so(tmp_path: Path) -> None:
    assert start(tmp_path, PUBLIC_URL="https://lms.example.vn/").config["SESSION_COOKIE_SECURE"] is True
    assert start(tmp_path).config["SESSION_COOKIE_SECURE"] is False


@pytest.mark.parametrize(("proxies", "seen"), [(0, "10.0.0.9"), (1, "1.1.1.1")])
def test_the_word_of_a_proxy_counts_only_where_there_is_one(tmp_path: Path, proxies: int, seen: str) -> None:
    app = start(tmp_path, PROXIES=proxies)
    found: list[str] = []

    def inner(environ: dict[str, str], start_response: object) -> list[bytes]:
        found.extend([environ["REMOTE_ADDR"], environ["HTTP_HOST"]])
        return []

    proxied = app.wsgi_app
    if proxies:
        proxied.app = inner  # type: ignore[attr-defined]
    else:
        proxied = inner
    proxied(  # type: ignore[operator]
        {"REMOTE_ADDR": "10.0.0.9", "HTTP_X_FORWARDED_FOR": "9.9.9.9, 1.1.1.1", "HTTP_HOST": "lms",
         "HTTP_X_FORWARDED_HOST": "evil", "wsgi.url_scheme": "http"},
        lambda *_: None,
    )  # fmt: skip
    assert found == [seen, "lms"]
