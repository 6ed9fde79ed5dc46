"""The worker's round: deliver events that were left behind, let plugins tidy up, do the waiting jobs."""

import logging
import os
import signal
import socket
import threading
from datetime import datetime, timedelta

from flask import current_app
from sqlalchemy import delete, select, update

from lms import clock, events
from lms.db import db, transaction
from lms.jobs.models import Job, Worker
from lms.jobs.services import LOST_AFTER, run_pending
from lms.plugins import Plugin

log = logging.getLogger(__name__)

ALIVE = timedelta(seconds=60)


def work(pause: float = 1.0) -> None:
    """Works until the process is told to stop (SIGTERM or SIGINT); a started job is finished first."""
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    while not stop.is_set():
        try:
            busy = one_round(clock.now())
        except Exception:
            log.exception("the worker's round failed; it goes on")
            busy = 0
        finally:
            db.session.remove()
        stop.wait(0 if busy else pause)


def one_round(at: datetime) -> int:
    """One round of work; returns how many things were done."""
    beat(at)
    plugins: list[Plugin] = current_app.extensions["lms_plugins"]
    tidied = sum(tidy() for plugin in plugins for tidy in plugin.upkeep)
    return events.deliver_due(at, limit=50, gently=True) + tidied + run_pending()


def beat(at: datetime) -> None:
    """Leaves a sign of life, at most every ten seconds."""
    name = f"{socket.gethostname()}:{os.getpid()}"
    known = db.session.scalar(select(Worker.beat_at).where(Worker.name == name))
    if known is not None and at - known < timedelta(seconds=10):
        return
    with transaction() as session:
        session.execute(delete(Worker).where(Worker.beat_at < at - timedelta(days=1)))
        changed = session.execute(update(Worker).where(Worker.name == name).values(beat_at=at).returning(Worker.id))
        if changed.first() is None:
            session.add(Worker(name=name, beat_at=at))


def alive(at: datetime) -> bool:
    """Whether any worker gave a sign of life within the last minute, or is at a job that does."""
    seen = select(Worker.id).where(Worker.beat_at > at - ALIVE).limit(1)
    busy = select(Job.id).where(Job.state == "running", Job.beat_at > at - LOST_AFTER).limit(1)
    return db.session.scalar(seen) is not None or db.session.scalar(busy) is not None
