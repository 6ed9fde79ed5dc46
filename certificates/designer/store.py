"""The version of a design by which an issuer's papers are drawn; part of the issuing transaction."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from certificates.designer.models import DesignVersion, StoredDesign
from certificates.designs import READY, Design
from lms.db import db


def version_for(session: Session, design_id: int | None, heading: str, at: datetime) -> DesignVersion:
    """The newest published version of the chosen design, else of the ready one of the heading family.

    A ready design is kept as a version when it is first used, and anew when we change it: old papers keep the old.
    """
    if design_id is not None:
        newest = _newest(session, design_id)
        if newest is not None:
            return newest
    content = READY[heading].to_json()
    code = f"ready-{heading}"
    stored = session.scalar(select(StoredDesign).where(StoredDesign.code == code))
    if stored is None:
        stored = StoredDesign(code=code, name=READY[heading].name)
        session.add(stored)
        session.flush()
    newest = _newest(session, stored.id)
    if newest is not None and newest.content == content:
        return newest
    version = DesignVersion(
        design_id=stored.id, number=newest.number + 1 if newest else 1, content=content, saved_at=at, published_at=at
    )
    session.add(version)
    session.flush()
    return version


def _newest(session: Session, design_id: int) -> DesignVersion | None:
    query = select(DesignVersion).where(DesignVersion.design_id == design_id, DesignVersion.published_at.is_not(None))
    return session.scalar(query.order_by(DesignVersion.number.desc()).limit(1))


def design_of(version_id: int | None, heading: str) -> Design:
    """The design that a paper was issued with; papers from before designs were kept have the ready one."""
    version = db.session.get(DesignVersion, version_id) if version_id is not None else None
    return Design.from_json(version.content) if version is not None else READY[heading]
