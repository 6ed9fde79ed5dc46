"""A server that dies at the worst moment: after the commit, before anybody is told of it."""

import os
import signal
from typing import Any

from lms import create_app, events

__all__ = ["create_app"]


def _die(_event_id: int) -> Any:
    os.kill(os.getpid(), signal.SIGKILL)


events._deliver_event = _die
