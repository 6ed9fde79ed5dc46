"""Making and changing the keys."""

from datetime import datetime
from pathlib import Path

from sqlalchemy import select, update

from certificates.proofs.keys import new_pair
from certificates.proofs.models import SigningKey
from lms import audit
from lms.db import transaction


def make_key(folder: Path, at: datetime, *, stolen: bool = False) -> str:
    """A new pair signs from now on; the one before is retired, or no longer believed where it was `stolen`.

    The private halves are written to a file of their own before anything names them.
    """
    pair = new_pair()
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    file = folder / f"{pair.kid}.pem"
    file.touch(mode=0o600, exist_ok=False)
    file.write_bytes(pair.pem())
    with transaction() as session:
        last = session.scalar(select(SigningKey).order_by(SigningKey.number.desc()).limit(1))
        session.execute(update(SigningKey).where(SigningKey.retired_at.is_(None)).values(retired_at=at))
        if last is not None and stolen:
            last.stolen_at = at
        number = last.number + 1 if last else 1
        session.add(SigningKey(number=number, kid=pair.kid, public=pair.public, made_at=at))
        audit.record("certificates.make_key", f"key:{pair.kid}", actor="", stolen=last.kid if last and stolen else "")
    return pair.kid
