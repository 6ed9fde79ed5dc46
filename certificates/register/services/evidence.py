"""Completions from elsewhere: accepted by somebody, on a document, and withdrawn rather than changed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from flask_babel import gettext as _
from sqlalchemy import select

from certificates.register.events import EvidenceChanged
from certificates.register.models import Evidence
from lms import audit, files
from lms.clock import day_of
from lms.db import transaction
from lms.errors import Refused
from lms.events import publish
from lms.organisation.models import Person
from lms.organisation.queries import holdings


@dataclass(frozen=True)
class Completed:
    """What people completed: `kind` is class or paper, `document` the number of the paper or list it rests on."""

    activity: str
    kind: str
    title: str
    organiser: str
    document: str
    completed_on: date
    # The key of the scanned paper, as `keep_scan` gave it.
    scan: str = ""


# How the files begin that may be a scan, and what they are called then.
SCANS = {b"%PDF-": ".pdf", b"\xff\xd8\xff": ".jpg", b"\x89PNG\r\n": ".png"}
SCAN_AT_MOST = 10 * 1024 * 1024


def keep_scan(data: bytes) -> str:
    """Keeps a scanned paper and returns its key. Raises Refused for what is no PDF, JPG or PNG, or is too large."""
    suffix = next((suffix for start, suffix in SCANS.items() if data.startswith(start)), "")
    if not suffix:
        raise Refused(_("The scan must be a PDF, JPG or PNG file."))
    if len(data) > SCAN_AT_MOST:
        raise Refused(_("The scan is larger than 10 MB."))
    return files.save(data, suffix)


def accept(completed: Completed, people: Sequence[int], *, account_id: int | None, accepted_by: str,
           at: datetime) -> int:  # fmt: skip
    """Records that these people completed it; who stands there already is left alone. Returns how many are new.

    Raises Refused for a day to come, and without an organiser or a document.
    """
    if completed.completed_on > day_of(at):
        raise Refused(_("The day of completion lies in the future."))
    if not (completed.title and completed.organiser and completed.document):
        raise Refused(_("Say what was completed, who held it, and on which document it rests."))
    with transaction() as session:
        standing = select(Evidence.person_id).where(
            Evidence.activity == completed.activity, Evidence.completed_on == completed.completed_on,
            Evidence.withdrawn_at.is_(None),
        )  # fmt: skip
        known = set(session.scalars(standing))
        new = [person for person in dict.fromkeys(people) if person not in known]
        for person in session.scalars(select(Person).where(Person.id.in_(new))):
            posts = holdings(person.id, completed.completed_on)
            row = Evidence(
                person_id=person.id, name=person.name, unit=posts[0].unit_name if posts else "", account_id=account_id,
                accepted_by=accepted_by, recorded_at=at, **vars(completed),
            )  # fmt: skip
            session.add(row)
        if new:
            publish(EvidenceChanged(completed.activity, new))
            audit.record("certificates.accept_evidence", completed.activity, count=len(new), people=new[:1000],
                         document=completed.document)  # fmt: skip
    return len(new)


def withdraw(evidence_id: int, *, reason: str, at: datetime) -> None:
    """It no longer counts; the row stays with the reason. The second time nothing changes."""
    if not reason.strip():
        raise Refused(_("Give the reason."))
    with transaction() as session:
        evidence = session.get_one(Evidence, evidence_id, with_for_update=True)
        if evidence.withdrawn_at is not None:
            return
        evidence.withdrawn_at, evidence.withdrawn_because = at, reason
        if evidence.person_id is not None:
            publish(EvidenceChanged(evidence.activity, [evidence.person_id]))
        audit.record("certificates.withdraw_evidence", f"evidence:{evidence_id}", reason=reason)
