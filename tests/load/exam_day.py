"""Exam day on this machine: many start within a minute, all save every few seconds, all submit.

    python -m tests.load.exam_day            500 of 1,000 start within a minute, 1,000 save every 15 s for two minutes
    python -m tests.load.exam_day --small    a few seconds of the same

Half of them know the answers, pass and are issued their certificates. It makes an installation of its own in a
temporary folder (or on --database), starts granian on 127.0.0.1 and the worker, and prints a table. People, minutes
and the pace have upper bounds. Browsers and server share the processors.
"""

import argparse
import asyncio
import os
import random
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import func, select

from certificates.register.models import Certificate
from courses.quizzes.models import AnswerSave, Attempt
from lms import events, fonts
from lms.db import db
from tests.load.hall import Line, lines, serving, to_the_end
from tests.load.office import prepare, right_values


@dataclass
class Day:
    """What is asked of the server."""

    people: int = 1000
    rush: int = 500
    starts_in: float = 60
    every: float = 15
    minutes: float = 2


SMALL = Day(people=16, rush=8, starts_in=1, every=0.25, minutes=0.05)


@dataclass
class Times:
    """Seconds by kind of request, and what went wrong."""

    seconds: dict[str, list[float]] = field(default_factory=dict)
    errors: list[str] = field(default_factory=list)
    acknowledged: int = 0
    passed: int = 0
    # How long after the last submission the last certificate was issued.
    papers_after: float = 0.0

    async def take(self, kind: str, asking: Any, wanted: int) -> Any:
        begun = time.perf_counter()
        try:
            answer = await asyncio.wait_for(asking, 30)
        except (OSError, EOFError, TimeoutError) as error:
            self.errors.append(f"{kind}: {error!r}")
            return None
        self.seconds.setdefault(kind, []).append(time.perf_counter() - begun)
        if answer.status != wanted:
            self.errors.append(f"{kind}: {answer.status} {answer.text[:200]}")
            return None
        return answer

    def rows(self) -> list[tuple[str, int, float, float, float]]:
        """Kind, count, and milliseconds: median, 95th percentile, largest."""
        found = []
        for kind, taken in self.seconds.items():
            ordered = sorted(taken)
            at = lambda share, o=ordered: 1000 * o[min(len(o) - 1, int(share * len(o)))]  # noqa: E731
            found.append((kind, len(ordered), at(0.5), at(0.95), 1000 * ordered[-1]))
        return found


def _another(value: int | bool) -> int | bool:
    return not value if isinstance(value, bool) else (value + 1) % 4


async def take_part(line: Line, quiz_id: int, wait: float, until: float, knows: bool, day: Day,
                    times: Times) -> None:  # fmt: skip
    """One learner: reads, starts, answers at the pace of the day, submits within half a minute of the end."""
    await asyncio.sleep(wait)
    await times.take("quiz page", line.get(f"/quizzes/{quiz_id}"), 200)
    started = await times.take("start", line.form(f"/quizzes/{quiz_id}/start"), 302)
    if started is None:
        return
    attempt_id = int(started.headers["location"].rsplit("/", 1)[1])
    page = await times.take("paper", line.get(f"/attempts/{attempt_id}"), 200)
    if page is None:
        return
    right = right_values(page.text)
    seq = 0
    await asyncio.sleep(random.random() * day.every)
    while time.monotonic() < until:
        place = seq % len(right)
        value = right[place] if knows else _another(right[place])
        seq += 1
        said = {"key": f"exam-{seq:06}", "seq": seq, "position": place, "value": value}
        if await times.take("save", line.json(f"/attempts/{attempt_id}/answers", said), 200):
            times.acknowledged += 1
        await asyncio.sleep(day.every * (0.9 + 0.2 * random.random()))
    await asyncio.sleep(random.random() * min(30, 2 * day.every))
    await times.take("submit", line.form(f"/attempts/{attempt_id}/submit"), 302)


async def sit(port: int, cookies: list[str], quiz_id: int, day: Day, times: Times) -> None:
    """The first ones are in before the rush and go on while the others start."""
    early = len(cookies) - day.rush
    before = day.starts_in if early else 0.0
    until = time.monotonic() + before + day.starts_in + 60 * day.minutes
    waits = [before * n / max(early, 1) for n in range(early)]
    waits += [before + day.starts_in * n / day.rush for n in range(day.rush)]
    async with lines(port, cookies) as crowd:
        await asyncio.gather(
            *(
                take_part(line, quiz_id, wait, until, number % 2 == 0, day, times)
                for number, (line, wait) in enumerate(zip(crowd, waits, strict=True))
            )
        )


def _wait_for_the_worker() -> float:
    begun = time.monotonic()
    while events.undelivered() and time.monotonic() < begun + 120:
        db.session.remove()
        time.sleep(0.2)
    db.session.remove()
    return time.monotonic() - begun


def run(day: Day, database: str = "", threads: int = 8, made_fonts: Path | None = None) -> Times:
    """One day; raises where an acknowledged answer is not in the database, or a pass has no certificate."""
    times = Times()
    with tempfile.TemporaryDirectory(prefix="exam") as folder:
        if made_fonts:
            fonts.folder_of(folder).symlink_to(made_fonts)
        app, quiz_id, cookies = prepare(Path(folder), database, day.people)
        with serving(app, threads=threads, worker=True) as port:
            to_the_end(sit(port, cookies, quiz_id, day, times))
            with app.app_context():
                times.papers_after = _wait_for_the_worker()
        with app.app_context():
            kept = db.session.scalar(select(func.count(AnswerSave.id))) or 0
            times.passed = db.session.scalar(select(func.count(Attempt.id)).where(Attempt.passed.is_(True))) or 0
            issued = db.session.scalar(select(func.count(Certificate.id))) or 0
            db.session.remove()
            db.engine.dispose()
    if kept < times.acknowledged:
        raise AssertionError(f"{times.acknowledged} answers were acknowledged, {kept} are kept")
    if issued != times.passed:
        raise AssertionError(f"{times.passed} passed, {issued} certificates were issued")
    return times


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--small", action="store_true", help="a few seconds, as the tests do")
    parser.add_argument("--people", type=int, default=1000, choices=range(2, 2001), metavar="2..2000")
    parser.add_argument("--minutes", type=float, default=2.0, help="of saving after the rush, at most 10")
    parser.add_argument("--every", type=float, default=15.0, help="seconds between two saves, at least 5")
    parser.add_argument("--threads", type=int, default=8, choices=range(1, 33), metavar="1..32")
    parser.add_argument("--database", default="", help="postgresql+psycopg://... of an empty database; else SQLite")
    asked = parser.parse_args()
    rush = asked.people // 2
    day = SMALL if asked.small else Day(asked.people, rush, 60, max(asked.every, 5), min(asked.minutes, 10))
    before = os.getloadavg()[0]
    times = run(day, asked.database, asked.threads)
    print(f"load before {before:.1f}, after {os.getloadavg()[0]:.1f}; {os.cpu_count()} processors")
    print("| request | count | median ms | p95 ms | largest ms |\n|---|---|---|---|---|")
    for kind, count, median, p95, largest in times.rows():
        print(f"| {kind} | {count} | {median:.0f} | {p95:.0f} | {largest:.0f} |")
    print(f"errors: {len(times.errors)} {times.errors[:3]}; acknowledged and kept: {times.acknowledged}")
    print(f"passed: {times.passed}; {times.papers_after:.0f} s after the end all had their certificates")
    return 1 if times.errors else 0


if __name__ == "__main__":
    sys.exit(main())
