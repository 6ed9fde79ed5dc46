"""Making an evidence pack in the background."""

from flask_babel import gettext as _

from certificates.inspection.models import Inspection
from certificates.inspection.pack import packed
from lms import files
from lms.db import db
from lms.errors import Refused
from lms.jobs import Progress

STEP = 20


def pack_evidence(progress: Progress, inspection_id: int) -> None:
    """The ZIP of a closed inspection; done again it gives the same file under the same key."""
    inspection = db.session.get_one(Inspection, inspection_id)
    if inspection.closed_at is None:
        raise Refused(_("Close the inspection first: the pack holds what is frozen."))

    def tell(done: int, total: int) -> None:
        if done % STEP == 0:
            progress.at(done, total)

    data = packed(inspection, tell)
    key = files.save(data, ".zip", name=f"job:{progress.job_id}")
    progress.result(
        message=_("The evidence pack is ready."), file_key=key, file_name=f"goi-bang-chung-{inspection_id}.zip"
    )
