"""Importing a roster in the background."""

from flask_babel import gettext as _

from lms import clock, files
from lms.jobs import Progress
from lms.organisation.queries import unit_by_code
from lms.organisation.roster import services
from lms.organisation.roster.reading import read


def import_roster(progress: Progress, file_key: str, unit_code: str) -> None:
    """Imports the uploaded file; run twice it changes nothing the second time."""
    today = clock.today()
    roster = read(files.read(file_key), today)
    progress.at(0, len(roster.records))
    unit = unit_by_code(unit_code) if unit_code else None
    done = services.import_roster(roster, unit.id if unit else None, today=today, at=clock.now(), dry_run=False)
    sentence = _("%(new)s new, %(changed)s changed, %(unchanged)s unchanged, %(refused)s refused.", new=done.new,
                 changed=done.changed, unchanged=done.unchanged, refused=done.refused)  # fmt: skip
    progress.result(message=" ".join([sentence, *done.problems[:20]]))
