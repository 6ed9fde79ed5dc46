"""What the worker does for decisions that were recorded ahead of their day."""

from lms import clock
from lms.organisation.reorganisation.services import bring_up_to_date


def take_effect() -> int:
    """Units show the name and place that they have from today on; returns how many changed."""
    return bring_up_to_date(clock.today(), clock.now())
