"""A disk that is full: what can be done is done, what cannot is done later, and nothing is half there.

A limit on the size of files stands in for the disk: the first write beyond it fails, in files and in SQLite alike.
"""

import resource
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from flask import Flask
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError

from certificates.register import auditing, services
from certificates.register.models import Book
from lms import clock, files
from lms.db import db, transaction
from lms.jobs import enqueue, run_pending
from lms.jobs.models import Job
from tests.certificates.conftest import all_certificates
from tests.certificates.register.crash import completion
from tests.certificates.register.test_crash import clean_folder, take_up_again  # noqa: F401
from tests.certificates.register.test_issuing import crowd


@contextmanager
def no_file_above(size: int) -> Iterator[None]:
    """Every write beyond so many bytes of a file fails, as on a disk without room; SQLite begins a new log."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    db.session.remove()
    db.engine.dispose()
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        db.session.remove()
        db.engine.dispose()


def test_a_full_disk_loses_no_number_and_leaves_no_half_file(
    app: Flask, issuer: int, clean_folder: Path  # noqa: F811
) -> None:  # fmt: skip
    services.issue([completion(crowd(1)[0])], clock.now())
    book, issued, refused = db.session.scalar(select(Book.id)), 1, 0
    for size in (8_000, 30_000, 60_000, 90_000):
        people = crowd(2)
        issued += len(people)
        with transaction():
            for kind in ("pages", "files"):
                enqueue("certificates.print_papers", {"book_id": book, "first": 1, "last": 2000, "kind": kind}, None)
        with no_file_above(size):
            for work in (lambda people=people: services.issue([completion(p) for p in people], clock.now()),
                         lambda: run_pending(5)):  # fmt: skip
                try:
                    work()
                except (OSError, DBAPIError):
                    refused += 1
                    db.session.rollback()
        assert {file.name for file in clean_folder.iterdir()} <= set(db.session.scalars(select(Job.file_key)))
        take_up_again(people)
        assert [c.number for c in all_certificates()] == list(range(1, issued + 1))
    jobs = list(db.session.scalars(select(Job)))
    assert {job.state for job in jobs} <= {"done", "failed"} and refused + sum(j.state == "failed" for j in jobs) > 1
    assert all(job.message for job in jobs)
    assert {file.name for file in clean_folder.iterdir()} == {job.file_key for job in jobs if job.file_key}
    assert all(files.read(job.file_key)[:4] in (b"%PDF", b"PK\x03\x04") for job in jobs if job.file_key)
    assert auditing.audit()[1] == []
