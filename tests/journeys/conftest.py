"""A real browser on a real server: Debian's chromium, granian and the worker, a fresh database, the cast.

Besides the cast, Khoa teaches, Lan writes courses. Every account's password is `PASSWORD`. The course is a small one
(one topic, one lesson), the target KH100 asks it of branch secretaries and dân vận officers by the end of the year.
`LMS_TEST_SITE=http://...` sends the crawl to a running demo instead.
"""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from certificates.register.services import add_issuer
from certificates.targets.services import Plan
from courses.catalogue.folder import FinalRules
from courses.catalogue.services import import_course
from lms import clock, create_app
from lms.accounts.models import Account, RoleGrant
from lms.accounts.passwords import hash_password
from lms.accounts.services import PRIVACY_VERSION
from lms.cli import set_up
from lms.db import db, transaction
from tests.certificates.targets.worlds import set_target
from tests.conftest import Cast, build_cast
from tests.courses.conftest import small_folder
from tests.journeys.hands import PASSWORD, sign_in

ROOT = Path(__file__).parents[2]
PHONE = {"width": 360, "height": 740}


@dataclass(frozen=True)
class Site:
    """A server that runs, and the database behind it."""

    url: str
    app: Flask | None = None


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.parent == Path(__file__).parent:
            item.add_marker("journey")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """A skipped journey is said aloud, also where skips are not listed."""
    skipped = [report for report in terminalreporter.stats.get("skipped", []) if "NO BROWSER" in str(report.longrepr)]
    if skipped:
        terminalreporter.section(f"{len(skipped)} JOURNEYS WERE NOT MADE: {NO_BROWSER}", red=True, bold=True)


NO_BROWSER = "NO BROWSER: install Debian's chromium, or name one in LMS_TEST_CHROMIUM"


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium. Without one: a failure where CI is set, a skip elsewhere."""
    path = os.environ.get("LMS_TEST_CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    if path is None:
        missing = pytest.fail if os.environ.get("CI") else pytest.skip
        missing(NO_BROWSER)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A fresh installation with the cast, served as `flask serve` serves it."""
    if running := os.environ.get("LMS_TEST_SITE"):
        yield Site(running.rstrip("/"))
        return
    folder = tmp_path_factory.mktemp("site")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    url = f"http://127.0.0.1:{port}"
    app = create_app(
        DATA_FOLDER=folder, DATABASE_URL="", PLUGINS=["courses", "certificates"], PUBLIC_URL=url, TESTING=True
    )
    with app.app_context():
        if (kept := ROOT / "instance/fonts").is_dir():  # made by an earlier set-up: saves seconds
            shutil.copytree(kept, folder / "fonts")
        set_up()
        furnish(build_cast(clock.today()))
        db.session.remove()
        db.engine.dispose()
    environment = os.environ | {"LMS_DATA_FOLDER": str(folder), "LMS_PORT": str(port), "LMS_DATABASE_URL": ""}
    log = (folder / "server.log").open("w")
    command = [sys.executable, "-m", "flask", "--app", "lms", "serve", "--no-demo"]
    server = subprocess.Popen(command, env=environment, stdout=log, stderr=log, start_new_session=True)
    try:
        wait_until_ready(url, server)
        yield Site(url, app)
    finally:
        os.killpg(server.pid, signal.SIGINT)  # as Ctrl+C in a terminal
        assert server.wait(timeout=30) == 0
        log.close()
        with app.app_context():
            db.engine.dispose()


def wait_until_ready(url: str, server: "subprocess.Popen[bytes]") -> None:
    end = time.monotonic() + 60
    while time.monotonic() < end and server.poll() is None:
        with suppress(OSError), urllib.request.urlopen(f"{url}/readyz", timeout=5) as answer:
            if answer.status == 200:
                return
        time.sleep(0.1)
    raise AssertionError("the server did not become ready")


def furnish(cast: Cast) -> None:
    """Passwords, two more roles, an issuer, the small course, the target."""
    today, bloc = clock.today(), cast.units["BLOC"]
    with transaction() as session:
        for username, name, role in (("khoa", "Trịnh Đăng Khoa", "teacher"), ("lan", "Mai Thị Lan", "author")):
            account = Account(username=username, name=name, created_at=cast.now)
            session.add(account)
            session.flush()
            session.add(
                RoleGrant(account_id=account.id, role=role, unit_id=bloc.id, valid_from=today, recorded_at=cast.now)
            )
        hashed = hash_password(PASSWORD)
        for account in session.scalars(db.select(Account)):
            account.password_hash, account.privacy_version = hashed, PRIVACY_VERSION
    add_issuer("DUK", "Đảng ủy Khối thử nghiệm", unit_id=bloc.id, place="Hà Nội", authority="T/M BAN THƯỜNG VỤ",
               signer="Bùi Thị Mẫu", number_pattern="{number:02d}-GCN/ĐUK")  # fmt: skip
    course = small_folder()
    import_course(replace(course, topics=course.topics[:1], final=FinalRules({"T1": 4})), clock.now())
    set_target(
        Plan(
            "KH100", "100% được bồi dưỡng", bloc.id, ["bi-thu-chi-bo", "can-bo-dan-van"], ["courses:KH-1"],
            today.replace(month=1, day=1), today.replace(month=12, day=31),
        )
    )  # fmt: skip


@pytest.fixture
def visit(site: Site, browser: Browser) -> Iterator[Callable[..., Page]]:
    """`visit("an")` is An's phone, signed in, on the first page; `visit()` is a stranger's. Errors fail the test."""
    contexts: list[BrowserContext] = []
    errors: list[str] = []

    def go(who: str = "", **options: Any) -> Page:
        context = browser.new_context(base_url=site.url, viewport=PHONE, locale="vi-VN", **options)
        context.set_default_timeout(20_000)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: errors.append(str(error)))
        if who:
            sign_in(page, who)
        return page

    yield go
    if os.environ.get("SHOT"):
        for number, context in enumerate(contexts):
            for page in context.pages:
                page.screenshot(path=f"{os.environ['SHOT']}-{number}.png", full_page=True)
    for context in contexts:
        context.close()
    assert not errors
