"""Reading and applying big lists in the background."""

from typing import Any

from flask import url_for
from flask_babel import gettext as _

from lms import clock
from lms.db import db
from lms.errors import Refused
from lms.jobs import Progress
from lms.organisation.roster import services
from lms.organisation.roster.models import RosterImport

# A smaller file, or a shorter list, is done while the person waits.
SMALL_FILE = 300_000
SHORT_LIST = 3_000


def read_roster(progress: Progress, import_id: int) -> None:
    """Reads an uploaded list; run twice it makes the same change set."""
    progress.at(0, 1)
    services.prepare(import_id, today=clock.today(), at=clock.now())
    found = db.session.get_one(RosterImport, import_id)
    if found.state == "unreadable":
        raise Refused(found.problem)
    rows = found.summary["rows"]
    progress.at(rows, rows)
    progress.result(message=_("The list has been read: %(rows)s rows.", rows=rows), next_url=_page(import_id))


def apply_roster(progress: Progress, import_id: int, typed: int | None) -> None:
    """Applies a confirmed change set; run twice it does nothing the second time."""
    rows = db.session.get_one(RosterImport, import_id).summary["rows"]
    progress.at(0, rows)
    services.apply(import_id, typed=typed, at=clock.now())
    progress.at(rows, rows)
    progress.result(message=_("The list has been brought in."), next_url=_page(import_id))


def read_now_or_later(found: RosterImport, account_id: int) -> str:
    """Reads a small file at once and a big one as a job; returns where the person goes on."""
    if found.summary.get("size", 0) > SMALL_FILE:
        job_id = services.ask_for("read_roster", found.id, account_id)
        return url_for("lms_jobs.job", job_id=job_id)
    services.prepare(found.id, today=clock.today(), at=clock.now())
    return url_for("lms_roster.understood", import_id=found.id)


def apply_now_or_later(found: RosterImport, typed: int | None, account_id: int) -> str:
    """Applies a short list at once and a long one as a job; returns where the person goes on."""
    if found.summary.get("rows", 0) > SHORT_LIST:
        job_id = services.ask_for("apply_roster", found.id, account_id, {"typed": typed})
        return url_for("lms_jobs.job", job_id=job_id)
    services.apply(found.id, typed=typed, at=clock.now())
    return url_for("lms_roster.changes", import_id=found.id)


def _page(import_id: int) -> Any:
    return f"/organisation/import/{import_id}"
