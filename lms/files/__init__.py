"""Stored files: uploads and results, by an unguessable key, in the data folder."""

import hmac
import re
import secrets
from pathlib import Path

from flask import current_app
from flask_babel import gettext as _

from lms.errors import Refused
from lms.text import clean

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
    save_as(key, data)
    return key


def save_as(key: str, data: bytes) -> None:
    """Keeps the bytes under a key that the caller made from them; the second time nothing changes."""
    if not re.fullmatch(_KEY, key):
        raise ValueError(f"{key!r} is no key")
    target = folder() / key
    if not target.exists():
        target.with_suffix(".part").write_bytes(data)
        target.with_suffix(".part").rename(target)


def path_of(key: str) -> Path:
    """The file behind a key. Raises Refused for a key that we did not make or whose file is gone."""
    path = folder() / key
    if not re.fullmatch(_KEY, key) or not path.is_file():
        raise Refused(_("The file is no longer on the server."))
    return path


def read(key: str) -> bytes:
    """The bytes behind a key."""
    return path_of(key).read_bytes()


def safe_name(name: str) -> str:
    """A file name as a person may see it: NFC, without folders and control characters."""
    return re.sub(r'[\x00-\x1f\\/:*?"<>|]+', " ", clean(name)).strip(". ") or "tep"


def exists(key: str) -> bool:
    """Whether there is a file behind a key."""
    try:
        return path_of(key).is_file()
    except Refused:
        return False
