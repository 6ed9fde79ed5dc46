"""A worker that is killed: `python -m tests.certificates.register.crash DATABASE_URL DATA_FOLDER STEP PERSON...`.

Issues for the people one by one, does the waiting jobs, and kills itself with SIGKILL at the given step. A step is any
moment at which something could be half done: before and after each commit, before each flush, and before and after a
file is written or renamed. Prints the number of the last step and ends normally when there is none with that number.
"""

import os
import signal
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import event
from sqlalchemy.orm import Session

from certificates.register import services
from lms import clock, create_app
from lms.events import ActivityCompleted
from lms.jobs import run_pending


def completion(person: int) -> ActivityCompleted:
    """The same completion whoever tells it."""
    at = datetime(2026, 2, 5, 1, 0, tzinfo=UTC)
    return ActivityCompleted("courses:DV-NV", "Lớp", 8, person, at, at)


def main(database_url: str, data_folder: str, last: int, people: list[int]) -> None:
    """Runs until the step, or to the end."""
    app = create_app(DATABASE_URL=database_url, DATA_FOLDER=Path(data_folder), SECRET_KEY="tests", TESTING=True,
                     PUBLIC_URL="http://localhost")  # fmt: skip
    steps = 0

    def step(*_what: Any) -> None:
        nonlocal steps
        steps += 1
        if steps == last:
            os.kill(os.getpid(), signal.SIGKILL)

    def around(call: Callable[..., Any]) -> Callable[..., Any]:
        def stepping(*args: Any, **kwargs: Any) -> Any:
            step()
            result = call(*args, **kwargs)
            step()
            return result

        return stepping

    for moment in ("before_commit", "after_commit", "before_flush"):
        event.listen(Session, moment, step)
    Path.write_bytes = around(Path.write_bytes)  # type: ignore[method-assign]
    Path.replace = around(Path.replace)  # type: ignore[method-assign]
    with app.app_context():
        for person in people:
            services.issue([completion(person)], clock.now())
        run_pending(5)
    print(steps)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]), [int(person) for person in sys.argv[4:]])
