"""What the targets hear, and what the worker does for them. Each may run twice and does no harm."""

from sqlalchemy import select

from certificates.register.events import EvidenceChanged
from certificates.targets import services
from certificates.targets.models import Target
from lms import clock
from lms.db import db
from lms.events import ActivityStarted, AppointmentsChanged, CertificateEnded, CertificatesIssued


def count_certificates(event: CertificatesIssued) -> None:
    """Certificates were issued: the people who hold them may be trained now."""
    services.refresh(event.activity, people=event.people)


def count_evidence(event: EvidenceChanged) -> None:
    """Evidence of completions elsewhere was accepted or withdrawn."""
    services.refresh(event.activity, people=event.people)


def count_ended(event: CertificateEnded) -> None:
    """A certificate ended: its holder may not be trained any more."""
    services.refresh(event.activity, people=[event.person_id])


def count_appointments(event: AppointmentsChanged) -> None:
    """Posts or their holders changed in units, or the units moved."""
    services.refresh(None, units=event.units)


def count_start(event: ActivityStarted) -> None:
    """Somebody began an activity: they are in progress now."""
    services.note_starts([event], clock.now())


def count_new() -> int:
    """Counts targets that were published, or whose kept rows went with an upgrade; returns how many."""
    new = db.session.scalars(select(Target.id).where(Target.published_at.is_not(None), Target.counted_at.is_(None)))
    ids = list(new)
    for target_id in ids:
        services.rebuild(target_id, clock.now())
    return len(ids)
