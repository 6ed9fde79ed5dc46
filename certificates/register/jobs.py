"""Issuing everything that is due, in the background."""

from collections.abc import Callable

from flask_babel import gettext as _

from certificates.register import queries, services
from lms import clock
from lms.jobs import Progress

BATCH = 200


def issue_missing(progress: Progress) -> None:
    """Issues what is missing, batch by batch; broken off and begun again it goes on where it was."""
    issued, problems = issue_all_missing(progress.at)
    sentences = [_("%(count)s certificates issued.", count=issued), *(p.sentence for p in problems[:20])]
    progress.result(message=" ".join(sentences))


def issue_all_missing(tell: Callable[[int, int], None] | None = None) -> tuple[int, list[services.Problem]]:
    """Issues for every completion without a certificate; returns how many and who could not have one."""
    due = queries.missing()
    problems: list[services.Problem] = []
    for start in range(0, len(due), BATCH):
        problems += services.issue(due[start : start + BATCH], clock.now())
        if tell:
            tell(min(start + BATCH, len(due)), len(due))
    return len(due) - len(problems), problems
