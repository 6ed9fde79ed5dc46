"""What the targets hear, and the day's end. Each may run twice and does no harm."""

from sqlalchemy import or_, select

from certificates.register.events import EvidenceChanged
from certificates.targets import queries, services
from certificates.targets.models import Target
from lms import clock
from lms.db import db
from lms.events import AppointmentsChanged, CertificateEnded, CertificatesIssued


def count_certificates(event: CertificatesIssued) -> None:
    """Certificates were issued: the people who hold them may be trained now."""
    for target in queries.targets_with(db.session(), event.activity):
        services.refresh(target.id, people=event.people, today=clock.today())


def count_evidence(event: EvidenceChanged) -> None:
    """Evidence of completions elsewhere was accepted or withdrawn."""
    for target in queries.targets_with(db.session(), event.activity):
        services.refresh(target.id, people=event.people, today=clock.today())


def count_ended(event: CertificateEnded) -> None:
    """A certificate ended: its holder may not be trained any more."""
    for target in queries.targets_with(db.session(), event.activity):
        services.refresh(target.id, people=[event.person_id], today=clock.today())


def count_appointments(event: AppointmentsChanged) -> None:
    """Posts or holders changed in units."""
    for target in queries.all_targets():
        services.refresh(target.id, units=event.units, today=clock.today())


def keep_current() -> int:
    """A new day: appointments and exemptions that begin or end by themselves are counted; returns how many targets."""
    today = clock.today()
    old = db.session.scalars(select(Target.id).where(or_(Target.kept_on.is_(None), Target.kept_on != today))).all()
    for target_id in old:
        services.rebuild(target_id, today)
    return len(old)
