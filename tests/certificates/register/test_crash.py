"""A worker killed with SIGKILL at each step: no number lost or doubled, no file without a row, no row without a file.

The suite kills at a few steps; `LMS_TEST_KILLS=200 pytest tests/certificates/register/test_crash.py` at 200.
"""

import hashlib
import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select, update

from certificates.batches.services import make_batch
from certificates.register import auditing, queries, services
from certificates.register.models import Book, Issuer
from certificates.signing.models import SignedPaper
from lms import clock, files
from lms.db import db, transaction
from lms.jobs import enqueue, run_pending
from lms.jobs.models import Job
from tests.certificates.conftest import all_certificates
from tests.certificates.register.crash import completion
from tests.certificates.register.test_issuing import crowd

KILLS = int(os.environ.get("LMS_TEST_KILLS", "3"))
# One round has about 70 steps: commits, flushes, files written and renamed.
STEPS = [7, 24, 41] if KILLS == 3 else [1 + number % 70 for number in range(KILLS)]
ROOT = Path(__file__).parents[3]


@pytest.fixture
def clean_folder(app: Flask) -> Iterator[Path]:
    """The folder of stored files, empty before and after."""
    for _time in range(2):
        for file in files.folder().iterdir():
            file.unlink()
        if _time == 0:
            yield files.folder()


def killed(app: Flask, step: int, people: list[int]) -> bool:
    """Runs the worker of crash.py; whether it was killed (and not done before the step)."""
    db.session.remove()
    place = [app.config["SQLALCHEMY_DATABASE_URI"], str(app.config["DATA_FOLDER"])]
    command = [sys.executable, "-m", "tests.certificates.register.crash", *place, str(step), *map(str, people)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)
    assert done.returncode in (0, -9), done.stderr
    return done.returncode == -9


def take_up_again(people: list[int]) -> None:
    """What the next worker does: the lost one's beat is old by then."""
    with transaction() as session:
        old = clock.now() - timedelta(hours=1)
        session.execute(update(Job).where(Job.state == "running").values(beat_at=old))
    services.issue([completion(person) for person in people], clock.now())
    run_pending(10)


def test_a_killed_worker_leaves_no_gap_no_double_and_no_stray_file(app: Flask, issuer: int, clean_folder: Path) -> None:
    with transaction() as session:
        session.execute(update(Issuer).values(signing="token"))
    services.issue([completion(crowd(1)[0])], clock.now())
    book = db.session.scalar(select(Book.id))
    kills = issued = 0
    for step in STEPS:
        people = crowd(2)
        issued += len(people)
        with transaction():
            for kind in ("pages", "files"):
                enqueue("certificates.print_papers", {"book_id": book, "first": 1, "last": 2000, "kind": kind}, None)
        make_batch(issuer, account_id=None, at=clock.now())
        kills += killed(app, step, people)
        take_up_again(people)
        certificates = all_certificates()
        assert [c.number for c in certificates] == list(range(1, issued + 2))
        assert {p.code: p.prepared_sha256 for p in db.session.scalars(select(SignedPaper)) if p.batch_id} == {
            c.code: hashlib.sha256(queries.drawn(c)).hexdigest() for c in certificates[: issued - len(people) + 1]
        }
        assert {job.state for job in db.session.scalars(select(Job))} == {"done"}
        assert {file.name for file in clean_folder.iterdir()} == {
            k for k in db.session.scalars(select(Job.file_key)) if k
        }
    assert auditing.audit()[1] == [] and kills >= len(STEPS) // 2
