"""Stored files: whole or not at all, written over only under a name of their own, and strays cleared away."""

import os
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask

from lms import clock, files

SUFFIX = ".stray"


@pytest.fixture
def folder(app: Flask) -> Iterator[Path]:
    yield files.folder()
    for path in files.folder().glob("*" + SUFFIX):
        path.unlink()


def test_work_done_again_writes_over_its_own_file(folder: Path) -> None:
    first = files.save(b"before", SUFFIX, name="job:1")
    assert files.save(b"after", SUFFIX, name="job:1") == first and files.read(first) == b"after"
    assert files.save(b"other", SUFFIX, name="job:2") != first


def test_what_is_named_by_its_content_is_written_once(folder: Path) -> None:
    key = files.save(b"content", SUFFIX)
    files.save_as(key, b"something else")
    assert files.read(key) == b"content"


def test_strays_are_swept_and_what_is_known_or_fresh_stays(folder: Path) -> None:
    known, stray, fresh = (files.save(b"x", SUFFIX) for _n in range(3))
    old = (clock.now() - timedelta(days=3)).timestamp()
    for key in (known, stray):
        os.utime(folder / key, (old, old))
    assert files.sweep([SUFFIX], {known}, clock.now() - timedelta(days=1)) == 1
    assert files.exists(known) and files.exists(fresh) and not files.exists(stray)
