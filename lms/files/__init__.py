"""Stored files: uploads and results, by an unguessable key, in the data folder."""

import re
import secrets
from pathlib import Path

from flask import current_app
from flask_babel import gettext as _

from lms.errors import Refused
from lms.text import clean


def folder() -> Path:
    """Where the files lie."""
    path = Path(current_app.config["DATA_FOLDER"]) / "files"
    path.mkdir(parents=True, exist_ok=True)
    return path


def save(data: bytes, suffix: str = "") -> str:
    """Keeps the bytes; returns the key to read them again."""
    key = secrets.token_hex(16) + suffix
    target = folder() / key
    target.with_suffix(".part").write_bytes(data)
    target.with_suffix(".part").rename(target)
    return key


def path_of(key: str) -> Path:
    """The file behind a key. Raises Refused for a key that we did not make or whose file is gone."""
    path = folder() / key
    if not re.fullmatch(r"[0-9a-f]{32}(\.[a-z]{1,5})?", key) or not path.is_file():
        raise Refused(_("The file is no longer on the server."))
    return path


def read(key: str) -> bytes:
    """The bytes behind a key."""
    return path_of(key).read_bytes()


def safe_name(name: str) -> str:
    """A file name as a person may see it: NFC, without folders and control characters."""
    return re.sub(r'[\x00-\x1f\\/:*?"<>|]+', " ", clean(name)).strip(". ") or "tep"
