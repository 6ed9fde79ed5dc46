"""What can happen to a design: copied, edited as a draft, published, chosen by an issuer, brought in from a file."""

from datetime import datetime

from flask import current_app
from flask_babel import gettext as _
from sqlalchemy import select

from certificates.designer.models import DesignVersion, StoredDesign
from certificates.designer.queries import free_code, sample
from certificates.designs import Compiled, Design, check_design
from certificates.designs.design import DesignError
from certificates.register.models import Issuer
from lms import audit, fonts
from lms.db import transaction
from lms.errors import Refused


def add_design(design: Design, *, account_id: int | None, at: datetime) -> str:
    """A new design with a draft of this content; returns its code. Raises Refused for what cannot be drawn."""
    _check(design)
    with transaction() as session:
        stored = StoredDesign(code=free_code(session), name=design.name)
        session.add(stored)
        session.flush()
        session.add(
            DesignVersion(design_id=stored.id, number=1, content=design.to_json(), account_id=account_id, saved_at=at)
        )
        audit.record("certificates.add_design", f"design:{stored.code}")
        return stored.code


def save_draft(design_id: int, design: Design, *, account_id: int | None, at: datetime) -> int:
    """Keeps the content as the design's draft; a published version stays as it is and a new one begins."""
    _check(design)
    with transaction() as session:
        stored = session.get_one(StoredDesign, design_id, with_for_update=True)
        newest = session.scalar(
            select(DesignVersion).where(DesignVersion.design_id == design_id).order_by(DesignVersion.number.desc())
        )
        if newest is None or newest.published_at is not None:
            newest = DesignVersion(design_id=design_id, number=newest.number + 1 if newest else 1)
            session.add(newest)
        stored.name = design.name
        newest.content, newest.account_id, newest.saved_at = design.to_json(), account_id, at
        session.flush()
        audit.record("certificates.save_design", f"design:{stored.code}", version=newest.number)
        return newest.number


def publish_draft(design_id: int, at: datetime) -> None:
    """The draft becomes the version by which papers are issued from now on. Raises Refused when there is none."""
    with transaction() as session:
        stored = session.get_one(StoredDesign, design_id, with_for_update=True)
        draft = session.scalar(
            select(DesignVersion).where(DesignVersion.design_id == design_id, DesignVersion.published_at.is_(None))
        )
        if draft is None:
            raise Refused(_("There is no draft to publish."))
        draft.published_at = at
        audit.record("certificates.publish_design", f"design:{stored.code}", version=draft.number)


def choose(issuer_id: int, code: str) -> None:
    """The issuer's papers are drawn by this design; without a code by the ready one of its heading family.

    Raises Refused for another family's heading: a Party paper with the State's heading is the classic error.
    """
    with transaction() as session:
        issuer = session.get_one(Issuer, issuer_id, with_for_update=True)
        stored = session.scalar(select(StoredDesign).where(StoredDesign.code == code)) if code else None
        published = [version for version in stored.versions if version.published_at] if stored else []
        if stored is not None:
            if not published:
                raise Refused(_("Publish the design before an issuer uses it."))
            heading = published[-1].content["heading"]
            if heading not in (issuer.heading, "plain"):
                raise Refused(_("The heading of this design belongs to another kind of issuer."))
        issuer.design_id = stored.id if stored else None
        audit.record("certificates.choose_design", f"issuer:{issuer.code}", design=code)


def _check(design: Design) -> None:
    """Raises Refused unless every sample can be drawn."""
    try:
        check_design(design)
        Compiled(design, fonts.folder_of(current_app.config["DATA_FOLDER"])).draw(sample(design, "long"))
    except DesignError as error:
        raise Refused(str(error)) from error
    except KeyError as error:
        raise Refused(_("The wording has a letter that cannot be printed: %(letter)s", letter=error.args[0])) from error
