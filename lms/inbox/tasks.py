"""Gathering what waits, and remembering for a minute how much it is."""

from time import monotonic

from flask import Response, current_app, request
from flask_login import current_user

from lms.access import current_account
from lms.plugins import TASKS, Task, installed

# So many seconds a count beside the navigation may be old; whatever one sends oneself makes it anew.
FRESH = 60.0


def forget(response: Response) -> Response:
    """After each request: whoever has sent something sees the new count at once."""
    if request.method == "POST" and current_user and current_user.is_authenticated:
        _kept().pop(current_account().id, None)
    return response


def _kept() -> dict[int, tuple[float, int]]:
    kept: dict[int, tuple[float, int]] = current_app.extensions.setdefault("lms_inbox", {})
    return kept


def tasks() -> list[Task]:
    """Everything that waits for the person signed in, the most pressing kind first."""
    account = current_account()
    found = [task for plugin in installed(current_app) for task in plugin.inbox(account) if task.count]
    _remember(found)
    return sorted(found, key=lambda task: task.order)


def count() -> int:
    """How many things wait, at most a minute old."""
    kept = _kept().get(current_account().id)
    if kept is None or kept[0] < monotonic():
        tasks()
        kept = _kept()[current_account().id]
    return kept[1]


def _remember(found: list[Task]) -> None:
    kept = _kept()
    if len(kept) > 10 * TASKS:
        kept.clear()
    kept[current_account().id] = (monotonic() + FRESH, sum(task.count for task in found))
