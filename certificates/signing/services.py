"""Keeping sealed papers once a timestamp is behind their signature."""

from datetime import datetime

from sqlalchemy import update

from certificates.signing.models import SignedPaper
from lms.db import transaction


def keep_stamped(code: str, *, file_key: str, sha256: str, signer: str, serial: str, signed_at: datetime, level: str,
                 at: datetime) -> None:  # fmt: skip
    """From now on the stamped file is what is given out; the second time nothing changes."""
    with transaction() as session:
        waits = (SignedPaper.code == code, SignedPaper.way == "seal", SignedPaper.file_key == "")
        session.execute(
            update(SignedPaper).where(*waits).values(
                file_key=file_key, sha256=sha256, signer=signer, serial=serial, signed_at=signed_at, level=level,
                recorded_at=at,
            )
        )  # fmt: skip
