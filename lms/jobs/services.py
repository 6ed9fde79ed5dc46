"""Putting work in the queue, and doing it."""

import errno
import logging
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from flask import current_app
from flask_babel import gettext as _
from sqlalchemy import or_, select, update

from lms import audit, clock
from lms.accounts.models import Account
from lms.db import db, in_transaction, transaction
from lms.errors import Refused
from lms.jobs.models import Job

log = logging.getLogger(__name__)

# A running job whose beat is older than this has lost its worker and is taken up again.
LOST_AFTER = timedelta(minutes=2)
# So many workers may die at a job.
ATTEMPTS = 3
# No room on the disk, none left of a quota, or a file larger than the system allows.
FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


class Progress:
    """What a job function is given to say how far it is and what it leaves behind."""

    def __init__(self, job_id: int, account_id: int | None) -> None:
        self.job_id = job_id
        self.account_id = account_id
        self._values: dict[str, Any] = {}

    def at(self, done: int, total: int, message: str = "") -> None:
        """Shows progress on the page; call it between transactions, about once a second of work."""
        self._write(done=done, total=total, message=message, beat_at=clock.now())

    def result(self, *, message: str = "", file_key: str = "", file_name: str = "", next_url: str = "") -> None:
        """What the page shows at the end."""
        self._values = {"message": message, "file_key": file_key, "file_name": file_name, "next_url": next_url}

    def _write(self, **values: Any) -> None:
        with transaction() as session:
            session.execute(update(Job).where(Job.id == self.job_id).values(**values))

    def end(self, state: str, **values: Any) -> None:
        self._write(state=state, ended_at=clock.now(), **(self._values | values))


# A job function takes its progress and the arguments it was enqueued with; it may run twice and must not mind.
JobFunction = Callable[..., None]


def enqueue(name: str, arguments: dict[str, Any], account_id: int | None) -> int:
    """Puts work in the queue as part of the open transaction; returns the job's id."""
    if not in_transaction():
        raise RuntimeError("enqueue inside the transaction that makes the work necessary")
    job = Job(name=name, arguments=arguments, account_id=account_id, created_at=clock.now())
    db.session.add(job)
    db.session.flush()
    return job.id


def run_pending(limit: int = 1) -> int:
    """Takes up to `limit` jobs, oldest first, and does them; returns how many it did."""
    done = 0
    while done < limit and (job_id := _claim()) is not None:
        _run(job_id)
        done += 1
    return done


def _claim() -> int | None:
    at = clock.now()
    free = or_(Job.state == "waiting", (Job.state == "running") & (Job.beat_at < at - LOST_AFTER))
    if db.session.scalar(select(Job.id).where(free).limit(1)) is None:
        return None
    with transaction() as session:
        query = select(Job.id).where(free).order_by(Job.id).limit(1).with_for_update(skip_locked=True)
        job_id = session.scalar(query)
        if job_id is not None:
            session.execute(
                update(Job).where(Job.id == job_id).values(state="running", beat_at=at, attempts=Job.attempts + 1)
            )
    return job_id


def _run(job_id: int) -> None:
    job = db.session.get_one(Job, job_id, populate_existing=True)
    functions: dict[str, JobFunction] = {
        name: function for plugin in current_app.extensions["lms_plugins"] for name, function in plugin.jobs.items()
    }
    progress = Progress(job.id, job.account_id)
    name, arguments = job.name, dict(job.arguments)
    if job.attempts > ATTEMPTS:
        sentence = _("This was begun %(count)s times, and each time the system stopped. Tell those who run it.",
                     count=ATTEMPTS)  # fmt: skip
        progress.end("failed", message=sentence)
        return
    asked = db.session.scalar(select(Account.username).where(Account.id == job.account_id)) or "system"
    try:
        with audit.acting_for(job.account_id, f"{asked} (job {name})"):
            functions[name](progress, **arguments)
    except Refused as refusal:
        progress.end("failed", message=str(refusal))
    except Exception as error:
        log.exception("job %s (%s) failed", job_id, name)
        full = isinstance(error, OSError) and error.errno in FULL
        progress.end("failed", message=_("The server's disk is full. Tell those who run it, then begin again.") if full
                     else "")  # fmt: skip
    else:
        progress.end("done")
