"""What certificates and targets keep of a person."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import lazy_gettext as _
from sqlalchemy import Select, delete, select, update

from certificates.inspection.models import Inspection, Item
from certificates.register.models import Certificate, Evidence
from certificates.targets.models import Exemption, Started, Target
from lms import files
from lms.db import db, transaction
from lms.events import PersonAnonymised
from lms.plugins import Kept
from lms.privacy import ANONYMOUS

WORDS = {
    "draft": _("draft"), "issued": _("valid"), "replaced": _("replaced"), "revoked": _("revoked"),
    "voided": _("voided"), "certificates.why": _("asked why the person is counted so"),
}  # fmt: skip


def kept(person_id: int) -> list[Kept]:
    """Table by table, the oldest first."""
    return [
        _table(Certificate, _("Certificates"), {
            "number": _("Number"), "code": _("Check code"), "status": _("Status"), "activity": _("Course"),
            "completed_on": _("Completed"), "issued_on": _("Issued"), "ended_on": _("Ended"), "reason": _("Reason"),
            "facts": _("What is printed on it"),
        }, select(Certificate.number_text, Certificate.code, Certificate.status, Certificate.activity,
                  Certificate.completed_on, Certificate.issued_on, Certificate.ended_on, Certificate.reason,
                  Certificate.facts).where(Certificate.person_id == person_id).order_by(Certificate.id), WORDS),
        _table(Evidence, _("Evidence of training elsewhere"), {
            "name": _("Name"), "unit": _("Unit"), "title": _("Title"), "organiser": _("Organiser"),
            "document": _("Document"), "completed_on": _("Completed"), "accepted_by": _("Accepted by"),
            "recorded_at": _("Recorded"), "withdrawn_at": _("Withdrawn"), "withdrawn_because": _("Reason"),
        }, select(Evidence.name, Evidence.unit, Evidence.title, Evidence.organiser, Evidence.document,
                  Evidence.completed_on, Evidence.accepted_by, Evidence.recorded_at, Evidence.withdrawn_at,
                  Evidence.withdrawn_because).where(Evidence.person_id == person_id).order_by(Evidence.id)),
        _table(Exemption, _("Exemptions"), {
            "target": _("Target"), "reason": _("Reason"), "document": _("Document"), "approver": _("Approver"),
            "valid_from": _("From"), "valid_to": _("To (included)"), "recorded_at": _("Recorded"),
            "withdrawn_at": _("Withdrawn"),
        }, select(Target.title, Exemption.reason, Exemption.document, Exemption.approver, Exemption.valid_from,
                  Exemption.valid_to, Exemption.recorded_at, Exemption.withdrawn_at)
            .join(Target, Target.id == Exemption.target_id).where(Exemption.person_id == person_id)
            .order_by(Exemption.id)),
        _table(Started, _("Training begun"), {
            "activity": _("Course"), "started_on": _("Begun"), "recorded_at": _("Recorded"),
        }, select(Started.activity, Started.started_on, Started.recorded_at).where(Started.person_id == person_id)
            .order_by(Started.id)),
        # Those that go on are not told: it would warn who is inspected.
        _table(Item, _("Posts drawn for an inspection"), {
            "inspection": _("Inspection"), "post": _("Post"), "unit": _("Unit"), "drawn_at": _("Drawn at"),
            "closed_at": _("Closed"),
        }, select(Inspection.title, Item.kind_name, Item.unit_name, Inspection.drawn_at, Inspection.closed_at)
            .join(Inspection, Inspection.id == Item.inspection_id)
            .where(Item.person_id == person_id, Inspection.closed_at.is_not(None)).order_by(Item.id)),
    ]  # fmt: skip


def forget(event: PersonAnonymised) -> None:
    """The name and scan on evidence, the names in samples, the reasons of exemptions and drafts go.

    What was issued stays as it is: the register is an archive, and its chain covers the name.
    """
    person = event.person_id
    for key in _own_scans(person):  # before the row forgets the key: whoever hears of it again goes on
        files.remove(key)
    with transaction() as session:
        session.execute(update(Evidence).where(Evidence.person_id == person).values(name=ANONYMOUS, scan=""))
        session.execute(update(Item).where(Item.person_id == person).values(person_name=ANONYMOUS))
        session.execute(update(Exemption).where(Exemption.person_id == person).values(reason=ANONYMOUS))
        session.execute(delete(Certificate).where(Certificate.person_id == person, Certificate.status == "draft"))


def _own_scans(person_id: int) -> list[str]:
    """The scans of this person's evidence; a list that is the evidence of others, too, stays."""
    others = select(Evidence.scan).where(Evidence.person_id.is_distinct_from(person_id))
    query = select(Evidence.scan).where(Evidence.person_id == person_id, Evidence.scan != "")
    return list(db.session.scalars(query.where(Evidence.scan.not_in(others)).distinct()))


def _table(model: Any, title: object, columns: Mapping[str, object], query: Select[*tuple[Any, ...]],
           words: Mapping[str, object] | None = None) -> Kept:  # fmt: skip
    rows: list[Sequence[Any]] = [tuple(row) for row in db.session.execute(query)]
    return Kept(model.__tablename__, title, columns, rows, words or {})
