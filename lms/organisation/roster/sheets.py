"""The sheets of a file, read by a process of its own (`reader.py`) that may be killed without harm."""

import marshal
import subprocess
import sys
import tempfile
from bisect import bisect_right
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO

from flask_babel import gettext as _

from lms.errors import Refused

READER = Path(__file__).with_name("reader.py")
PATIENCE = 90

Cells = list[Any]


@dataclass
class Sheet:
    """One visible sheet: `rows` can be walked again and again; rows are numbered as the office sees them, from 1."""

    name: str
    merged: list[list[int]]
    fonts: dict[int, list[list[Any]]]
    batches: list[int] = field(default_factory=list)
    stream: BinaryIO | None = None

    def __iter__(self) -> Iterator[tuple[int, Cells]]:
        assert self.stream is not None
        for place in self.batches:
            self.stream.seek(place)
            yield from marshal.load(self.stream)  # noqa: S302 - written by our own reader a moment ago

    def first(self, count: int) -> list[tuple[int, Cells]]:
        """The rows up to that number."""
        found = []
        for number, cells in self:
            if number > count:
                break
            found.append((number, cells))
        return found

    def font(self, row: int, column: int) -> str:
        """The kind of old font that a cell is written in; empty for a usual one."""
        runs = self.fonts.get(column)
        if not runs:
            return ""
        at = bisect_right(runs, row, key=lambda run: run[0]) - 1
        return str(runs[at][2]) if at >= 0 and runs[at][1] >= row else ""


@dataclass
class Book:
    """A file taken apart: what kind it is (`workbook`, `html`, `text`), its encoding, its sheets."""

    format: str
    encoding: str
    sheets: list[Sheet]
    hidden: list[str]


@contextmanager
def opened(path: Path) -> Iterator[Book]:
    """Takes a file apart. Raises Refused with a sentence for what cannot be read within the bounds."""
    with tempfile.TemporaryFile() as stream:
        _run(path, stream)
        stream.seek(0)
        yield _book(stream)


def _run(path: Path, stream: BinaryIO) -> None:
    with tempfile.NamedTemporaryFile() as out:
        command = [sys.executable, "-B", str(READER), str(path), out.name]
        try:
            done = subprocess.run(command, capture_output=True, timeout=PATIENCE, check=False)  # noqa: S603 - our own script
        except subprocess.TimeoutExpired as error:
            raise Refused(_sentence("too big")) from error
        if done.returncode:
            raise Refused(_sentence("too big" if done.returncode < 0 or b"memory" in done.stderr else "broken"))
        for part in iter(partial(out.read, 1 << 20), b""):
            stream.write(part)


def _book(stream: BinaryIO) -> Book:
    book = Book("", "", [], [])
    while True:
        place = stream.tell()
        try:
            value = marshal.load(stream)  # noqa: S302 - written by our own reader a moment ago
        except EOFError:
            break
        if isinstance(value, list):
            book.sheets[-1].batches.append(place)
        elif "error" in value:
            raise Refused(_sentence(value["error"]))
        elif "hidden" in value:
            book.hidden.append(value["hidden"])
        elif "sheet" in value:
            book.sheets.append(Sheet(value["sheet"], value["merged"], value["fonts"], stream=stream))
        else:
            book.format, book.encoding = value["format"], value["encoding"]
    return book


def _sentence(word: str) -> str:
    sentences = {
        "password": _("This file is locked with a password. Open it in Excel, take the password off, save it and "
                      "try again."),
        "too big": _("This file needs more memory or time than a list of people should. Copy the table alone into a "
                     "new file and try again."),
        "too long": _("This list has more than 300,000 rows. Send it in parts, one for each unit."),
        "broken": _("This file is damaged: it could not be opened. Open it in Excel, save it as .xlsx and try again."),
    }  # fmt: skip
    return str(
        sentences.get(word)
        or _("This is no spreadsheet. What can be read: .xlsx, .xls, .ods and .csv. Open the list in Excel, save it as "
             ".xlsx and try again.")
    )  # fmt: skip
