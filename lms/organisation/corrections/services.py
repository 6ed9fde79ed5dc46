"""Corrections: asked for by the person, accepted by whoever keeps the record, or declined with a reason."""

from datetime import date, datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms import audit
from lms.db import transaction
from lms.errors import Refused
from lms.messages import notify
from lms.organisation.corrections.models import CorrectionRequest
from lms.organisation.models import Appointment
from lms.organisation.people import services as people
from lms.organisation.posts import services as posts

# So many requests may a person have open at once.
OPEN = 5


def ask(person_id: int, text: str, *, appointment_id: int | None, at: datetime) -> int:
    """The person says what is wrong in their own record, or in one of their posts; returns the request's id."""
    with transaction() as session:
        if not text.strip():
            raise Refused(_("Say what is wrong and what is right."))
        waiting = select(func.count(CorrectionRequest.id)).where(
            CorrectionRequest.person_id == person_id, CorrectionRequest.answered_at.is_(None)
        )
        if (session.scalar(waiting) or 0) >= OPEN:
            raise Refused(_("%(count)s requests are still waiting for an answer: wait for those first.", count=OPEN))
        if appointment_id and session.get_one(Appointment, appointment_id).person_id != person_id:
            raise Refused(_("This is not a post of yours."))
        found = CorrectionRequest(person_id=person_id, appointment_id=appointment_id, text=text.strip(), asked_at=at)
        session.add(found)
        session.flush()
        audit.record("lms.ask_correction", f"person:{person_id}", request=found.id)
        return found.id


def accept_record(request_id: int, facts: people.Facts, *, account_id: int, at: datetime, today: date) -> None:
    """Writes what is right into the record; what it said before stays known. The person is told."""
    with transaction() as session:
        found = _open(session, request_id)
        people.put_right(session, found.person_id, facts, at=at, today=today)
        _answer(session, found, True, "", account_id, at)


def accept_post(request_id: int, appointment_id: int, *, account_id: int, at: datetime, **values: Any) -> None:
    """Corrects the entry of the post as of its days; what was known before stays beside it. The person is told."""
    with transaction() as session:
        found = _open(session, request_id)
        new = posts.put_right(session, appointment_id, reason=found.text, at=at, **values)
        found.appointment_id = new.id
        _answer(session, found, True, "", account_id, at)


def close(request_id: int, answer: str, *, accepted: bool, account_id: int, at: datetime) -> None:
    """Answers in words, which the person is told: what was done elsewhere, or why nothing is. Refused without words."""
    with transaction() as session:
        found = _open(session, request_id)
        if not answer.strip():
            raise Refused(_("Say why, so that the person understands."))
        _answer(session, found, accepted, answer.strip(), account_id, at)


def _open(session: Session, request_id: int) -> CorrectionRequest:
    found = session.get_one(CorrectionRequest, request_id, with_for_update=True)
    if found.answered_at is not None:
        raise Refused(_("This request was answered already."))
    return found


def _answer(
    session: Session, found: CorrectionRequest, accepted: bool, answer: str, account_id: int, at: datetime
) -> None:
    found.accepted, found.answer, found.answered_at, found.account_id = accepted, answer, at, account_id
    session.flush()
    action = "lms.accept_correction" if accepted else "lms.decline_correction"
    audit.record(action, f"person:{found.person_id}", request=found.id)
    subject = _("Your record was corrected") if accepted else _("Your record was not changed")
    said = _("You asked: %(text)s", text=found.text)
    notify(
        found.person_id, subject, "\n\n".join(part for part in (said, answer) if part),
        reason=_("You receive this because you asked for a correction."), key=f"lms.correction:{found.id}", at=at,
    )  # fmt: skip
