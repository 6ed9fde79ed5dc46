"""Gathering what waits, and remembering for a minute how much it is."""

from time import monotonic

from flask import Response, current_app, request, session

from lms.access import current_account
from lms.plugins import TASKS, Task, installed

# So many seconds a count beside the navigation may be old; whatever one sends oneself makes it anew.
FRESH = 60.0


def forget(response: Response) -> Response:
    """After each request: whoever has sent something sees the new count at once."""
    if request.method == "POST":
        _kept().pop(_browser(), None)
    return response


def _browser() -> str:
    """Who is signed in, by the cookie: that asks the database nothing."""
    return str(session.get("_user_id", ""))


def _kept() -> dict[str, tuple[float, int]]:
    kept: dict[str, tuple[float, int]] = current_app.extensions.setdefault("lms_inbox", {})
    return kept


def tasks() -> list[Task]:
    """Everything that waits for the person signed in, the most pressing kind first."""
    account = current_account()
    found = [task for plugin in installed(current_app) for task in plugin.inbox(account) if task.count]
    _remember(found)
    return sorted(found, key=lambda task: task.order)


def count() -> int:
    """How many things wait, at most a minute old."""
    kept = _kept().get(_browser())
    if kept is None or kept[0] < monotonic():
        tasks()
        kept = _kept()[_browser()]
    return kept[1]


def _remember(found: list[Task]) -> None:
    kept = _kept()
    if len(kept) > 10 * TASKS:
        kept.clear()
    kept[_browser()] = (monotonic() + FRESH, sum(task.count for task in found))
