"""Every page, as every role, on a phone: it answers, has one heading and a title, fits, and hinders nobody.

The crawl starts at the first page and follows every link, one example of each kind of address. Against a running
demo: LMS_TEST_SITE=http://127.0.0.1:8000 LMS_TEST_PASSWORD=... pytest tests/journeys/test_every_page.py
"""

import gzip
import os
import re
from collections.abc import Callable
from urllib.parse import parse_qsl, urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import Page

from courses.catalogue.models import Course, Lesson
from courses.learning.services import enrol, finish_lesson
from courses.quizzes.models import Quiz
from courses.quizzes.services import start
from lms import clock, create_app
from lms.accounts.models import Account
from lms.db import db
from tests.journeys.conftest import Site

Visit = Callable[..., Page]

CAST = ("an", "hoa", "cuong", "khoa", "lan", "em", "dung")
DEMO = ("hocvien", "quantri", "quanly", "giangvien", "bientap", "capgiay", "kiemtra")
ROLES = DEMO if os.environ.get("LMS_TEST_SITE") else CAST
# Axe sees every kind of page once, and everything that these two see, who go first: the least and the most there is.
WHOLE = ("an", "hoa", "hocvien", "quantri")
LOOKED_AT: set[str] = set()
LIMIT = 60_000  # bytes of a first view, all included
FIXED = 40_000  # of them style, script and fonts at most
FILES = re.compile(r"\.(pdf|xlsx|docx|zip|csv|gift|xml|json|png|svg)$|/file$|export")


def kind_of(url: str) -> str:
    """What the numbers and codes of an address have in common: its endpoint, and the names of its arguments."""
    parts = urlsplit(url)
    endpoint, _values = MAP.match(parts.path)
    names = sorted({name for name, _value in parse_qsl(parts.query)} - {"page"})
    return f"{endpoint} {names}"


MAP = create_app(SECRET_KEY="crawl", MODE="development").url_map.bind("")


@pytest.mark.parametrize("who", ROLES)
def test_every_page_is_whole_and_open_to_all(visit: Visit, site: Site, who: str) -> None:
    page = visit(who)
    faults: list[str] = []
    here = ""
    page.on("console", lambda said: faults.append(f"{here}: console: {said.text}") if said.type == "error" else None)
    seen: dict[str, str] = {}
    queue = ["/"]
    if site.app and who == "an":
        queue.append(f"/attempts/{begin_to_study(site.app)}")
    while queue:
        here = queue.pop(0)
        kind = kind_of(here)
        if kind in seen:
            continue
        seen[kind] = here
        if FILES.search(urlsplit(here).path):
            answer = page.request.get(here, timeout=60_000)
            faults += [f"{here}: {answer.status}"] if answer.status >= 400 else []
            continue
        faults += look_at(page, here, accessible=who in WHOLE or kind not in LOOKED_AT)
        LOOKED_AT.add(kind)
        links = page.eval_on_selector_all("a[href]", "links => links.map(a => a.href)")
        for link in links:
            parts = urlsplit(link)
            if link.startswith(site.url) and parts.fragment != "main":
                queue.append(parts.path + (f"?{parts.query}" if parts.query else ""))
    print(f"{who}: {len(seen)} kinds of pages: {sorted(seen.values())}")
    assert not faults, "\n".join(faults)
    assert len(seen) >= 5


def begin_to_study(app: Flask) -> int:
    """An has read the lesson and opened the practice; the attempt."""
    with app.app_context():
        an = db.session.scalars(db.select(Account).where(Account.username == "an")).one()
        course = db.session.scalars(db.select(Course)).one()
        lesson = db.session.scalars(db.select(Lesson)).one()
        practice = db.session.scalars(db.select(Quiz).where(Quiz.kind == "practice")).one()
        assert an.person_id
        ids = (course.id, lesson.id, practice.id, an.person_id)
        db.session.rollback()
        enrol(ids[0], ids[3], clock.now())
        finish_lesson(ids[1], ids[3], clock.now())
        return start(ids[2], ids[3], clock.now())


def look_at(page: Page, url: str, *, accessible: bool) -> list[str]:
    """What is wrong with a page, in words; `accessible` asks axe as well, which takes longest."""
    answer = page.goto(url)
    assert answer
    faults = [f"answers {answer.status}"] if answer.status >= 400 else []
    found = page.evaluate(
        """() => ({
          headings: document.querySelectorAll('h1').length, title: document.title,
          wider: document.documentElement.scrollWidth - innerWidth,
          small: [...document.querySelectorAll('main button, main .button, main summary, nav a')]
            .filter(e => e.checkVisibility() && e.getBoundingClientRect().height < 43.5).map(e => e.textContent.trim()),
        })"""
    )
    size = len(gzip.compress(answer.body(), 5))
    faults += [f"weighs {size} bytes without style, script and fonts"] if size > LIMIT - FIXED else []
    faults += [f"has {found['headings']} first headings"] if found["headings"] != 1 else []
    faults += [f"has no title of its own: {found['title']!r}"] if not re.match(r".+ · ", found["title"]) else []
    faults += [f"is {found['wider']} pixels too wide"] if found["wider"] > 0 else []
    faults += [f"has targets that are hard to hit: {found['small']}"] if found["small"] else []
    for violation in Axe().run(page).response["violations"] if accessible else []:
        faults.append(f"axe: {violation['id']}: {violation['nodes'][0]['html'][:200]}")
    return [f"{url}: {fault}" for fault in faults]


def test_a_first_view_is_light(visit: Visit) -> None:
    """Nothing is kept yet: page, style, script and fonts together, as they travel."""
    heavy = {}
    for who, url in (
        ("", "/login"),
        ("an", "/"),
        ("an", "/courses/KH-1"),
        ("hoa", "/targets/KH100"),
        ("hoa", "/organisation"),
    ):
        if os.environ.get("LMS_TEST_SITE"):
            pytest.skip("the demo has other addresses")
        page = visit(who)
        state = page.context.storage_state()
        fresh = visit(storage_state=state)
        line = fresh.context.new_cdp_session(fresh)
        line.send("Network.enable")
        bytes_: list[float] = []
        line.on("Network.loadingFinished", lambda event, bytes_=bytes_: bytes_.append(event["encodedDataLength"]))
        fresh.goto(url)
        fresh.wait_for_load_state("networkidle")
        heavy[url] = sum(bytes_)
    print(heavy)
    assert all(0 < size < LIMIT for size in heavy.values()), heavy
    assert heavy["/login"] < FIXED + 2000
