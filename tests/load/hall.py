"""An examination hall: a real server on this machine, learners who are signed in, and browsers that talk HTTP."""

import asyncio
import json
import os
import re
import secrets
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import AsyncIterator, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, contextmanager
from contextvars import copy_context
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from flask import Flask
from sqlalchemy import insert

from courses.learning.models import Enrolment
from lms import clock
from lms.accounts.models import Account, SignIn
from lms.accounts.sessions import token_hash
from lms.db import transaction
from lms.organisation.models import Person
from lms.text import fold, name_key

SESSION_HOURS = 6


def to_the_end(work: Coroutine[Any, Any, Any]) -> Any:
    """Runs it to its end in a thread of its own: where a browser is driven, this thread has a loop already."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(copy_context().run, asyncio.run, work).result()


def sit_down(app: Flask, course_id: int, count: int) -> list[str]:
    """Adds that many learners of the course, each signed in on a browser; their cookies."""
    at = clock.now()
    signer = app.session_interface.get_signing_serializer(app)  # type: ignore[attr-defined]
    cookies = []
    with transaction() as session:
        for number in range(count):
            name, token = f"Nguyễn Văn {number}", secrets.token_urlsafe(16)
            person = {
                "code": f"hall-{number}", "name": name, "fold": fold(name), "sort_key": name_key(name),
                "birth_year": 1970, "recorded_at": at,
            }  # fmt: skip
            person_id = session.scalar(insert(Person).returning(Person.id), person)
            account = {"username": f"hall-{number}", "name": name, "person_id": person_id, "created_at": at}
            account_id = session.scalar(insert(Account).returning(Account.id), account)
            session.execute(
                insert(SignIn),
                {
                    "token_hash": token_hash(token), "account_id": account_id, "created_at": at,
                    "ends_at": at + timedelta(hours=SESSION_HOURS), "address": "127.0.0.1", "browser": "hall",
                },
            )  # fmt: skip
            session.execute(
                insert(Enrolment),
                {"course_id": course_id, "person_id": person_id, "started_at": at - timedelta(days=1)},
            )
            cookies.append(f"{app.config['SESSION_COOKIE_NAME']}={signer.dumps({'_user_id': token, '_fresh': True})}")
    return cookies


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def serving(app: Flask, *, factory: str = "lms:create_app", threads: int = 8, port: int = 0,
            worker: bool = False) -> Iterator[int]:  # fmt: skip
    """granian with the settings of `flask serve`, on this application's database; gives its port."""
    port = port or free_port()
    conf = app.config
    environment = os.environ | {
        "LMS_DATABASE_URL": conf["DATABASE_URL"], "LMS_DATA_FOLDER": str(conf["DATA_FOLDER"]),
        "LMS_SECRET_KEY": conf["SECRET_KEY"], "LMS_PORT": str(port), "LMS_PLUGINS": "courses,certificates",
        "FLASK_APP": "lms",
    }  # fmt: skip
    commands = [[
        str(Path(sys.executable).parent / "granian"), "--interface", "wsgi", "--factory", "--host", "127.0.0.1",
        "--port", str(port), "--workers", "1", "--blocking-threads", str(threads), "--no-ws",
        "--log-level", "error", factory,
    ]]  # fmt: skip
    if worker:
        commands.append([sys.executable, "-m", "flask", "work"])
    processes = [subprocess.Popen(command, env=environment, cwd=Path(__file__).parents[2]) for command in commands]
    try:
        _wait_for(port, processes[0])
        yield port
    finally:
        for process in processes:
            process.terminate()
        for process in processes:
            process.wait(timeout=30)


def _wait_for(port: int, process: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=5):
                return
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.1)
    raise RuntimeError("the server did not start")


class Answer:
    """What the server said."""

    def __init__(self, status: int, headers: dict[str, str], body: bytes) -> None:
        self.status, self.headers, self.body = status, headers, body

    @property
    def text(self) -> str:
        return self.body.decode()

    @property
    def json(self) -> Any:
        return json.loads(self.body)


class Line:
    """One browser's connection: kept open, opened again when it breaks."""

    def __init__(self, port: int, cookie: str) -> None:
        self.port, self.cookie, self.token = port, cookie, ""
        self.streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def get(self, path: str) -> Answer:
        answer = await self._ask("GET", path)
        if found := re.search(r'name="csrf-token" content="([^"]+)"', answer.text):
            self.token = found[1]
        return answer

    async def form(self, path: str, fields: dict[str, str] | None = None) -> Answer:
        body = urlencode({"csrf_token": self.token, **(fields or {})}).encode()
        return await self._ask("POST", path, body, "application/x-www-form-urlencoded")

    async def json(self, path: str, value: Any) -> Answer:
        return await self._ask("POST", path, json.dumps(value).encode(), "application/json")

    async def _ask(self, method: str, path: str, body: bytes = b"", kind: str = "") -> Answer:
        head = f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1:{self.port}\r\nCookie: {self.cookie}\r\n"
        head += f"Content-Length: {len(body)}\r\n"
        head += f"Content-Type: {kind}\r\nX-CSRFToken: {self.token}\r\n" if kind else ""
        reused = self.streams is not None
        try:
            answer = await self._exchange(head.encode() + b"\r\n" + body)
        except (EOFError, ConnectionError):
            if not reused:
                raise
            # The server had closed an idle connection: a browser asks again on a new one.
            answer = await self._exchange(head.encode() + b"\r\n" + body)
        # The session cookie carries the CSRF secret: keep what the server sets.
        if (new := answer.headers.get("set-cookie", "")).startswith("lms="):
            self.cookie = new.partition(";")[0]
        return answer

    async def _exchange(self, request: bytes) -> Answer:
        if self.streams is None:
            self.streams = await asyncio.open_connection("127.0.0.1", self.port, limit=2**22)
        reader, writer = self.streams
        try:
            writer.write(request)
            return await _read(reader)
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        if self.streams:
            self.streams[1].close()
            self.streams = None


@asynccontextmanager
async def lines(port: int, cookies: list[str]) -> AsyncIterator[list[Line]]:
    """A browser for each cookie; all are closed at the end."""
    opened = [Line(port, cookie) for cookie in cookies]
    try:
        yield opened
    finally:
        for line in opened:
            line.close()
        await asyncio.sleep(0)


async def _read(reader: asyncio.StreamReader) -> Answer:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
    headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in head[1:] if line)}
    body = await reader.readexactly(int(headers.get("content-length", "0")))
    return Answer(int(head[0].split()[1]), headers, body)
