"""Stored files: uploads and results, by an unguessable key, in the data folder."""

import hmac
import re
import secrets
from collections.abc import Collection, Iterable
from datetime import datetime
from io import BytesIO
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from flask import current_app
from flask_babel import gettext as _

from lms.errors import Refused
from lms.text import clean

# What gains nothing by being compressed once more.
PACKED = (".pdf", ".png", ".jpg", ".docx", ".xlsx", ".zip")
_KEY = r"[0-9a-f]{32}(\.[a-z]{1,5})?"


def folder() -> Path:
    """Where the files lie."""
    path = Path(current_app.config["DATA_FOLDER"]) / "files"
    path.mkdir(parents=True, exist_ok=True)
    return path


def save(data: bytes, suffix: str = "", *, name: str = "") -> str:
    """Keeps the bytes; returns the key to read them again.

    The same `name` gives the same key, which nobody else can guess: work that is done again after a crash writes over
    its own file instead of leaving one that no row knows.
    """
    secret = str(current_app.config["SECRET_KEY"]).encode()
    key = (hmac.digest(secret, name.encode(), "sha256").hex()[:32] if name else secrets.token_hex(16)) + suffix
    _write(key, data)
    return key


def save_as(key: str, data: bytes) -> None:
    """Keeps the bytes under a key that the caller made from them; the second time nothing changes."""
    if not re.fullmatch(_KEY, key):
        raise ValueError(f"{key!r} is no key")
    if not (folder() / key).exists():
        _write(key, data)


def _write(key: str, data: bytes) -> None:
    """The whole file or none: a disk that is full leaves no piece behind."""
    target = folder() / key
    part = target.with_suffix(".part")
    try:
        part.write_bytes(data)
        part.replace(target)
    except OSError:
        part.unlink(missing_ok=True)
        raise


def sweep(suffixes: Collection[str], known: Collection[str], before: datetime) -> int:
    """Removes files with these suffixes that are older than a moment and that nothing known names; returns how many.

    Who keeps files with a suffix of its own can clear away what a crash left between the file and its row.
    """
    strays = [
        path
        for path in folder().iterdir()
        if path.suffix in suffixes and path.name not in known and path.stat().st_mtime < before.timestamp()
    ]
    for path in strays:
        path.unlink(missing_ok=True)
    return len(strays)


def remove(key: str) -> None:
    """Takes a file away; one that is gone already, or a key that is none, does nothing."""
    if re.fullmatch(_KEY, key):
        (folder() / key).unlink(missing_ok=True)


def path_of(key: str) -> Path:
    """The file behind a key. Raises Refused for a key that we did not make or whose file is gone."""
    path = folder() / key
    if not re.fullmatch(_KEY, key) or not path.is_file():
        raise Refused(_("The file is no longer on the server."))
    return path


def read(key: str) -> bytes:
    """The bytes behind a key."""
    return path_of(key).read_bytes()


def archive(named: Iterable[tuple[str, bytes]]) -> bytes:
    """The files in one ZIP, with a fixed time: the same files are the same archive."""
    stream = BytesIO()
    with ZipFile(stream, "w", ZIP_DEFLATED) as found:
        for name, data in named:
            entry = ZipInfo(name, (2000, 1, 1, 0, 0, 0))
            entry.external_attr, entry.create_system = 0o644 << 16, 3
            entry.compress_type = ZIP_STORED if name.endswith(PACKED) else ZIP_DEFLATED
            found.writestr(entry, data)
    return stream.getvalue()


def safe_name(name: str) -> str:
    """A file name as a person may see it: NFC, without folders and control characters."""
    return re.sub(r'[\x00-\x1f\\/:*?"<>|]+', " ", clean(name)).strip(". ") or "tep"


def exists(key: str) -> bool:
    """Whether there is a file behind a key."""
    try:
        return path_of(key).is_file()
    except Refused:
        return False
