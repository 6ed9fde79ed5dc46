"""What the register tells the rest of the plugin."""

from dataclasses import dataclass

from lms.events import Event


@dataclass(frozen=True)
class EvidenceChanged(Event):
    """Evidence that people completed an activity was accepted or withdrawn: what counts it recounts them."""

    activity: str
    people: list[int]
