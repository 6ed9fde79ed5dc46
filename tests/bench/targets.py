"""A target over countries of several sizes: `python -m tests.bench.targets [--size 10k --size 100k] [--folder DIR]`.

A country is made once in DIR and used again, as runs change little of it; LMS_DATABASE_URL measures PostgreSQL.
Pages are whole requests through the application, without a socket. Times are milliseconds of the process's own
processor time and, after the slash, of the clock, which other work on the machine lengthens and in which a database
server counts.
"""

import argparse
import os
import tempfile
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from random import Random

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from certificates.demo import COURSE
from certificates.register.models import Evidence
from certificates.targets import services
from certificates.targets.models import KeptSpan, Target
from certificates.targets.queries import by_code
from lms import clock, create_app
from lms.cli import load_demo, set_up
from lms.db import db, insert_many, transaction
from lms.demo.national import PASSWORD
from lms.organisation.models import Post, Unit

LEVELS = {
    "branch": "chi_bo", "commune": "dang_bo_co_so", "province": "dang_bo_cap_tren_co_so",
    "country": "dang_bo_toan_quoc",
}  # fmt: skip
EVIDENCE = (
    "person_id", "name", "unit", "activity", "kind", "title", "organiser", "document", "completed_on", "accepted_by",
    "recorded_at", "withdrawn_because", "scan",
)  # fmt: skip


class Watch:
    """Processor time and time by the clock, in milliseconds."""

    def __init__(self) -> None:
        self.taken: list[tuple[float, float]] = []

    def __call__(self, call: Callable[[], object]) -> None:
        own, wall = time.process_time(), time.perf_counter()
        call()
        self.taken.append(((time.process_time() - own) * 1000, (time.perf_counter() - wall) * 1000))

    def at(self, share: float) -> str:
        """The time that this share of the calls did not pass."""
        place = min(int(len(self.taken) * share), len(self.taken) - 1)
        own, wall = (sorted(times)[place] for times in zip(*self.taken, strict=True))
        return f"{own:.0f}/{wall:.0f}"


def sign_in(app: Flask) -> FlaskClient:
    client = app.test_client()
    answer = client.post("/login", data={"username": "quantri", "password": PASSWORD})
    assert answer.status_code == 302, answer.text
    return client


def pages(app: Flask, random: Random, times: int, words: str) -> list[str]:
    """The 95th percentile of pages of random units at each level, every page for the first time in its turn."""
    client = sign_in(app)
    client.get("/targets/DV100")  # templates are compiled
    cells = []
    for kind in LEVELS.values():
        with app.app_context():
            codes = list(db.session.scalars(select(Unit.code).where(Unit.kind == kind)))
        watch = Watch()
        for _time in range(times):
            address = f"/targets/DV100?unit={random.choice(codes)}{words}"
            watch(lambda address=address: client.get(address))  # type: ignore[misc]
        cells.append(watch.at(0.95))
    return cells


def untrained(count: int, random: Random) -> list[int]:
    """People who are missing today, anywhere in the country."""
    today = clock.today()
    now = (KeptSpan.from_on <= today, KeptSpan.to_on >= today, KeptSpan.standing.in_(["never", "started"]))
    people = list(db.session.scalars(select(KeptSpan.person_id).where(*now).distinct()))
    return random.sample([person for person in people if person is not None], min(count, len(people)))


def drive() -> Target:
    target = by_code("DV100")
    assert target is not None
    return target


def train(people: list[int]) -> None:
    """Evidence for these people, and what its event does."""
    today, at = clock.today(), clock.now()
    with transaction() as session:
        rows = [(p, "", "", COURSE, "class", "", "", "", today, "", at, "", "") for p in people]
        insert_many(session, Evidence, EVIDENCE, rows)
    services.refresh(COURSE, people=people)


def measure(size: str, folder: Path, times: int, bulk: bool) -> str:
    folder.mkdir(parents=True, exist_ok=True)
    app = create_app(
        DATA_FOLDER=folder, RATELIMIT_ENABLED=False, WTF_CSRF_ENABLED=False, PLUGINS=["courses", "certificates"]
    )
    random = Random(1)
    with app.app_context():
        set_up()
        load_demo(size)
        posts = db.session.scalar(select(func.count(Post.id))) or 0
        units = db.session.scalar(select(func.count(Unit.id))) or 0
        target = drive()
        on = max(target.starts_on, clock.today() - timedelta(days=90))
    now, then = pages(app, random, times, ""), pages(app, random, times, f"&on={on.isoformat()}")
    one, many, count = Watch(), Watch(), Watch()
    with app.app_context():
        for person in untrained(25, random):
            one(lambda person=person: train([person]))  # type: ignore[misc]
        crowd = untrained(posts // 10, random) if bulk else []
        if crowd:
            many(lambda: train(crowd))
        target = drive()
        count(lambda: _check(services.differences(db.session(), target, on)))
        url = app.config["SQLALCHEMY_DATABASE_URI"]
    cells = [
        f"{posts:,}", f"{units:,}", "PostgreSQL" if url.startswith("postgresql") else "SQLite", *now, *then,
        one.at(0.95), f"{len(crowd):,}: {many.at(1)}" if crowd else "", count.at(1),
    ]  # fmt: skip
    return f"| {' | '.join(cells)} |"


def _check(differences: list[str]) -> None:
    assert not differences, differences[:3]


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--size", action="append", choices=["10k", "100k", "national"])
    parser.add_argument("--folder", type=Path, default=None)
    parser.add_argument("--times", type=int, default=60)
    parser.add_argument("--no-bulk", action="store_true")
    options = parser.parse_args()
    os.environ.setdefault("LMS_MODE", "development")
    heads = [
        "posts", "units", "database", *LEVELS, *(f"{level}, 90 days ago" for level in LEVELS), "one certificate, p95",
        "a tenth of the posts", "recount of that day",
    ]  # fmt: skip
    print(f"| {' | '.join(heads)} |\n|{'---|' * len(heads)}", flush=True)
    with tempfile.TemporaryDirectory() as temporary:
        for size in options.size or ["10k", "100k"]:
            folder = (options.folder or Path(temporary)) / size
            print(measure(size, folder, options.times, not options.no_bulk), flush=True)


if __name__ == "__main__":
    main()
