"""Issuing everything that is due, and making files of many certificates, in the background."""

from collections.abc import Callable, Iterator, Sequence
from datetime import date

from flask_babel import gettext as _

from certificates.register import queries, services
from certificates.register.models import Certificate
from certificates.register.services.issuing import Ruling
from lms import clock, files
from lms.errors import Refused
from lms.events import ActivityCompleted
from lms.jobs import Progress

BATCH = 200


def issue_missing(progress: Progress, activity: str = "", people: Sequence[int] = (), decision: str = "",
                  decided_on: str = "", paths: Sequence[str] | None = None) -> None:  # fmt: skip
    """Issues what is missing, batch by batch; broken off and begun again it goes on where it was.

    `paths`: the scope of the one who asked.
    """
    due = queries.missing(activity, people, paths)
    by = services.ruling(decision, date.fromisoformat(decided_on) if decided_on else None)
    issued, problems = issue_all(due, by, progress.at, paths)
    sentences = [_("%(count)s certificates issued.", count=issued), *(p.sentence for p in problems[:20])]
    progress.result(message=" ".join(sentences))


def issue_all(due: Sequence[ActivityCompleted], by: Ruling | None = None,
              tell: Callable[[int, int], None] | None = None,
              paths: Sequence[str] | None = None) -> tuple[int, list[services.Problem]]:  # fmt: skip
    """Issues for these completions; returns for how many (drafts too) and who could not have one."""
    problems: list[services.Problem] = []
    for start in range(0, len(due), BATCH):
        problems += services.issue(due[start : start + BATCH], clock.now(), by, paths)
        if tell:
            tell(min(start + BATCH, len(due)), len(due))
    return len(due) - len(problems), problems


def print_papers(progress: Progress, book_id: int, first: int, last: int, kind: str) -> None:
    """A file of the valid certificates of a range of numbers; done again it gives the same file under the same key."""
    found = queries.printable(book_id, first, last)
    if not found:
        raise Refused(_("There is no valid certificate among these numbers."))
    name = f"{found[0].issuer.code} {first}-{last}"
    pages = queries.pages_of(found) if kind == "pages" else []
    if len(pages) == 1:
        data, suffix = pages[0], ".pdf"
    elif pages:
        data, suffix = (
            files.archive((files.safe_name(f"{name} ({part}).pdf"), page) for part, page in enumerate(pages, 1)),
            ".zip",
        )
    else:
        data, suffix = files.archive(_single_files(found, progress)), ".zip"
    key = files.save(data, suffix, name=f"job:{progress.job_id}")
    progress.result(
        message=_("%(count)s certificates.", count=len(found)), file_key=key, file_name=files.safe_name(name) + suffix
    )


def _single_files(found: Sequence[Certificate], progress: Progress) -> Iterator[tuple[str, bytes]]:
    for done, certificate in enumerate(found, 1):
        name = files.safe_name(f"{certificate.number:05d} {certificate.facts['name']}.pdf")
        yield name, queries.pdf_of(certificate)
        if done % BATCH == 0:
            progress.at(done, len(found))
