"""Pages of the demo beside a bare Flask page: `python -m tests.bench.pages [--seconds S]`.

Both run on granian as `flask serve` runs it, in turn; eight browsers ask without a pause. Counted is the server's own
processor time, so that the client beside it does not matter. Queries are counted in this process.
"""

import argparse
import asyncio
import os
import secrets
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

from flask import Flask
from sqlalchemy import event, select

from lms import clock, create_app
from lms.accounts.models import Account, SignIn
from lms.accounts.sessions import token_hash
from lms.cli import load_demo, set_up
from lms.db import db, transaction
from tests.load.hall import Line, serving

BROWSERS = 8
PAGES = (
    ("sign-in page", "", "/login"),
    ("learner: first page", "hocvien", "/"),
    ("learner: course", "hocvien", "/courses/DV-NV"),
    ("learner: lesson", "hocvien", "/courses/DV-NV/01-bac-ho-dan-van/01-bai-bao-dan-van"),
    ("manager: first page", "quanly", "/"),
    ("manager: target of the unit", "quanly", "/targets/DV100?unit=BTC"),
    ("administrator: target of the Bloc", "quantri", "/targets/DV100"),
    ("administrator: register", "quantri", "/register"),
    ("anybody: verify", "", "/verify"),
)


def sign_in(app: Flask, username: str) -> str:
    """The cookie of a browser on which this account is signed in; empty for nobody."""
    if not username:
        return ""
    token, at = secrets.token_urlsafe(16), clock.now()
    with app.app_context(), transaction() as session:
        account_id = session.scalar(select(Account.id).where(Account.username == username))
        session.add(
            SignIn(token_hash=token_hash(token), account_id=account_id, created_at=at, ends_at=at + timedelta(hours=6),
                   address="127.0.0.1", browser="bench")
        )  # fmt: skip
    signer = app.session_interface.get_signing_serializer(app)  # type: ignore[attr-defined]
    return f"{app.config['SESSION_COOKIE_NAME']}={signer.dumps({'_user_id': token, '_fresh': True})}"


@contextmanager
def statements(app: Flask) -> Iterator[list[str]]:
    """Collects the statements that the database is asked."""
    seen: list[str] = []

    def hear(_conn: object, _cursor: object, statement: str, *_rest: object) -> None:
        seen.append(statement)

    with app.app_context():
        event.listen(db.engine, "before_cursor_execute", hear)
        yield seen
        event.remove(db.engine, "before_cursor_execute", hear)


def queries(app: Flask, cookie: str, path: str) -> int:
    client = app.test_client(use_cookies=False)
    headers = {"Cookie": cookie} if cookie else {}
    client.get(path, headers=headers)
    with statements(app) as seen:
        answer = client.get(path, headers=headers)
    assert answer.status_code == 200, (path, answer.status_code)
    return len([s for s in seen if not s.startswith(("PRAGMA", "BEGIN"))])


def processor_time() -> float:
    """Seconds that the living children of this process have used, and theirs."""

    def children(pid: int) -> list[int]:
        return [
            int(child) for task in Path(f"/proc/{pid}/task").glob("*/children") for child in task.read_text().split()
        ]

    def of(pid: int) -> float:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK") + sum(map(of, children(pid)))

    return sum(map(of, children(os.getpid())))


async def ask(port: int, cookie: str, path: str, seconds: float) -> tuple[float, float]:
    """Pages per second of the server's processor, and milliseconds that half of the answers took at most."""
    took: list[float] = []

    async def browse(line: Line, until: float) -> None:
        while time.monotonic() < until:
            began = time.perf_counter()
            answer = await line.get(path)
            took.append(time.perf_counter() - began)
            assert answer.status == 200, (path, answer.status)
        line.close()

    await browse(Line(port, cookie), time.monotonic() + 0.5)
    took.clear()
    before = processor_time()
    end = time.monotonic() + seconds
    await asyncio.gather(*(browse(Line(port, cookie), end) for _ in range(BROWSERS)))
    return len(took) / (processor_time() - before), sorted(took)[len(took) // 2] * 1000


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--seconds", type=float, default=4)
    seconds = options.parse_args().seconds
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/lms.sqlite3"
        app = create_app(DATA_FOLDER=folder, DATABASE_URL=url, SECRET_KEY="bench", TESTING=True)
        with app.app_context():
            set_up()
            load_demo()
            db.session.remove()
        with serving(app, factory="tests.bench.bare:create_app") as port:
            bare, _median = asyncio.run(ask(port, "", "/", seconds))
        print("| page | queries | per processor second | of a bare Flask page | median with 8 browsers, ms |")
        print("|---|---|---|---|---|")
        print(f"| a bare Flask page | 0 | {bare:.0f} | 100% | |", flush=True)
        with serving(app) as port:
            for label, who, path in PAGES:
                cookie = sign_in(app, who)
                rate, median = asyncio.run(ask(port, cookie, path, seconds))
                count = queries(app, cookie, path)
                print(f"| {label} | {count} | {rate:.0f} | {rate / bare:.1%} | {median:.0f} |", flush=True)
        with app.app_context():
            db.engine.dispose()


if __name__ == "__main__":
    main()
