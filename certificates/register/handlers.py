"""What the register hears."""

from certificates.register import services
from lms import clock
from lms.errors import Refused
from lms.events import ActivityCompleted


def issue_for_completion(event: ActivityCompleted) -> None:
    """Somebody completed an activity: they get a certificate, once.

    Raises Refused while they cannot have one: the event stays in the outbox and is tried again.
    """
    problems = services.issue([event], clock.now())
    if problems:
        raise Refused(problems[0].sentence)
