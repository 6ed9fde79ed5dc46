"""What the register hears, and what it does when a day is over."""

from certificates.register import queries, services
from certificates.register.services.roots import make_day_root, yesterday
from lms import clock
from lms.errors import Refused
from lms.events import ActivityCompleted, ActivityWithdrawn


def issue_for_completion(event: ActivityCompleted) -> None:
    """Somebody completed an activity: they get a certificate, once.

    Raises Refused while they cannot have one: the event stays in the outbox and is tried again.
    """
    problems = services.issue([event], clock.now())
    if problems:
        raise Refused(problems[0].sentence)


def revoke_for_withdrawal(event: ActivityWithdrawn) -> None:
    """A completion no longer stands: the certificate that was issued for it is revoked by the same decision, once."""
    for certificate in queries.standing(event.activity, [event.person_id]):
        if certificate.completed_on == clock.day_of(event.completed_at):
            day = max(clock.day_of(event.withdrawn_at), certificate.issued_on)
            services.revoke(certificate.id, decision=event.decision, reason=event.reason, on=day, at=event.withdrawn_at)


def keep_roots() -> int:
    """The day is over: its root is made, once."""
    day = yesterday(clock.today())
    return 0 if queries.has_root(day) else make_day_root(day, clock.now())
