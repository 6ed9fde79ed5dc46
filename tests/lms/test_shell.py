"""What stands around every page: errors, headers, CSRF, limits, health."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask, url_for
from flask.testing import FlaskClient
from werkzeug.routing import Rule

from lms import clock, create_app
from lms.access import public
from lms.db import db
from lms.errors import Refused
from lms.jobs import worker
from lms.pages.shell import limiter
from tests.conftest import Cast


@pytest.fixture
def strict(app: Flask) -> Iterator[Flask]:
    """A second application on the same database, as in production: CSRF and limits on, errors shown as pages."""
    strict = create_app(
        DATA_FOLDER=app.config["DATA_FOLDER"], DATABASE_URL=app.config["SQLALCHEMY_DATABASE_URI"],
        MODE="production", SECRET_KEY="x" * 32, RATELIMIT_ENABLED=True, PLUGINS=app.config["PLUGINS"],
    )  # fmt: skip
    yield strict
    with strict.app_context():
        db.engine.dispose()
    limiter.enabled = False


def _some(rule: Rule, name: str) -> Any:
    """Something that may stand in that place of the address."""
    choices = getattr(rule._converters[name], "items", None)
    return next(iter(choices)) if choices else 1


def test_no_post_is_taken_without_the_token_of_its_page(strict: Flask) -> None:
    client, taken = strict.test_client(), []
    for rule in strict.url_map.iter_rules():
        if "POST" in (rule.methods or ()):
            with strict.test_request_context():
                path = url_for(rule.endpoint, **{name: _some(rule, name) for name in rule.arguments})
            answer = client.post(path)
            if answer.status_code != 400:
                taken.append((rule.endpoint, answer.status_code))
    assert taken == []


def test_the_token_of_the_page_is_taken(strict: Flask) -> None:
    client = strict.test_client()
    token = client.get("/login").text.split('name="csrf_token" value="')[1].split('"')[0]
    answer = client.post("/language", data={"csrf_token": token, "locale": "en", "next": "/login"})
    assert answer.status_code == 302 and "Sign in" in client.get("/login").text


def test_guessing_is_bounded(strict: Flask) -> None:
    client = strict.test_client()
    token = client.get("/login").text.split('name="csrf_token" value="')[1].split('"')[0]
    statuses = [client.post("/activate", data={"csrf_token": token}).status_code for _ in range(301)]
    assert set(statuses[:300]) == {422} and statuses[300] == 429
    assert client.get("/login").status_code == 200


@pytest.mark.parametrize("path", ["/login", "/healthz", "/nothing"])
def test_every_answer_is_guarded_by_its_headers(client: FlaskClient, path: str) -> None:
    headers = client.get(path).headers
    assert "script-src 'self'" in headers["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert headers["Cache-Control"] == "no-store"
    assert "Strict-Transport-Security" not in headers
    assert "max-age" in client.get(path, base_url="https://localhost").headers["Strict-Transport-Security"]


def test_the_cookie_is_kept_from_scripts_and_other_sites(client: FlaskClient) -> None:
    cookie = client.get("/login").headers["Set-Cookie"]
    assert "HttpOnly" in cookie and "SameSite=Lax" in cookie


def test_errors_say_what_to_do_next_to_people_and_to_scripts(
    cast: Cast, signed_in: Callable[[str], FlaskClient], client: FlaskClient
) -> None:
    assert "Không có gì ở đây" in client.get("/nothing").text or "địa chỉ" in client.get("/nothing").text
    answer = signed_in("an").get("/audit")
    assert answer.status_code == 403 and "quyền" in answer.text
    for path, status in (("/nothing", 404), ("/audit", 403)):
        found = signed_in("an").get(path, headers={"Accept": "application/json"})
        assert found.status_code == status and found.json["error"]
    assert client.get("/courses", headers={"Accept": "application/json"}).status_code == 401


def test_a_crash_shows_a_page_and_none_of_its_inside(strict: Flask) -> None:
    def crash() -> str:
        raise ValueError("bí mật bên trong")

    strict.add_url_rule("/crash", "crash", public(crash))
    answer = strict.test_client().get("/crash")
    assert answer.status_code == 500 and "bí mật" not in answer.text and "<h1>" in answer.text


def test_a_refusal_leads_back_to_the_page_but_to_no_other_site(strict: Flask) -> None:
    def refuse() -> str:
        raise Refused("Không được.")

    strict.add_url_rule("/refuse", "refuse", public(refuse), methods=["POST"])
    strict.config["WTF_CSRF_ENABLED"] = False
    client = strict.test_client()
    back = client.post("/refuse", headers={"Referer": "http://localhost/login"})
    assert back.headers["Location"] == "http://localhost/login" and "Không được." in client.get("/login").text
    assert client.post("/refuse", headers={"Referer": "http://evil.example/"}).status_code == 409
    assert client.post("/refuse", headers={"Accept": "application/json"}).json == {"error": "Không được."}


def test_ready_means_that_a_worker_is_there(client: FlaskClient) -> None:
    assert client.get("/healthz").json == {"status": "ok"}
    answer = client.get("/readyz")
    assert answer.status_code == 503 and "worker" in answer.json["problems"][0]
    worker.beat(clock.now())
    assert client.get("/readyz").status_code == 200
    worker_gone = clock.now() + timedelta(minutes=2)
    assert not worker.alive(worker_gone)


def test_ready_names_what_is_behind(client: FlaskClient) -> None:
    with db.engine.begin() as connection:
        kept = connection.exec_driver_sql("SELECT version_num FROM courses_alembic_version").scalar()
        connection.exec_driver_sql("UPDATE courses_alembic_version SET version_num = 'courses_0000'")
    try:
        answer = client.get("/readyz")
        assert answer.status_code == 503 and answer.json["problems"] == ["migrations of courses are pending"]
    finally:
        with db.engine.begin() as connection:
            connection.exec_driver_sql(f"UPDATE courses_alembic_version SET version_num = '{kept}'")
