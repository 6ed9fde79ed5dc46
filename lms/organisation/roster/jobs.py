"""Importing a big roster in the background."""

from lms.jobs import Progress


def import_roster(progress: Progress, **arguments: object) -> None:
    """Filled in by the import."""
