"""Whether this installation is in order."""

from flask import current_app
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from lms import clock, migrate
from lms.db import db
from lms.jobs import worker


def problems() -> list[str]:
    """What keeps the installation from working, a sentence each: the database, its migrations, the worker."""
    try:
        db.session.execute(text("SELECT 1"))
        found = [f"migrations of {name} are pending" for name in migrate.pending(current_app)]
        if not found and not worker.alive(clock.now()):
            found.append("no worker gave a sign of life within a minute")
    except SQLAlchemyError as error:
        found = [f"the database does not answer: {type(error).__name__}"]
    return found
