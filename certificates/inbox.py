"""What waits for those who manage: drafts, papers that leaders sign by token, completions that expire."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from sqlalchemy import exists, select

from certificates.batches.queries import waiting_by_issuer
from certificates.register.access import ISSUE
from certificates.register.models import Certificate
from certificates.register.queries import drafts, issuers_in
from certificates.targets.access import SEE
from certificates.targets.models import KeptSpan, Target
from lms.access import scopes
from lms.db import db
from lms.organisation.models import Appointment, Person, Post, Unit
from lms.organisation.queries import in_any
from lms.plugins import TASKS, Link, Task
from lms.text import short_date

# Whose completion ends within so many days is told of.
SOON = timedelta(days=30)


def tasks(on: date) -> list[Task]:
    """What issues, signs and expires, within the scopes of the person signed in."""
    return [_to_issue(scopes(ISSUE)), *_to_sign(scopes(ISSUE)), _expiring(scopes(SEE), on), _lapsing(scopes(SEE), on)]


def _to_issue(paths: Sequence[str]) -> Task:
    rows = db.session.scalars(drafts(paths).limit(TASKS)).all() if paths else []
    page = url_for("certificates_issuing.drafts")
    first = [Link(row.facts["name"], page, row.facts["title"]) for row in rows[:5]]
    return Task(_("Certificates to issue"), len(rows), Link(_("Decide and issue"), page), first, 10)


def _to_sign(paths: Sequence[str]) -> list[Task]:
    """Papers that wait for a leader's signature, issuer by issuer."""
    found = waiting_by_issuer(issuers_in(paths)) if paths else []
    title, label = _("Certificates to sign"), _("To the signatures")
    return [
        Task(
            f"{title}: {issuer.name}",
            count,
            Link(label, url_for("certificates_batches.desk", code=issuer.code)),
            (),
            11,
        )
        for issuer, count in found
    ]


def _expiring(paths: Sequence[str], on: date) -> Task:
    """Those who soon fall out of a target: their completion must be renewed."""
    query = (
        select(Person.id, Person.name, Target.code, KeptSpan.to_on)
        .join_from(KeptSpan, Target, Target.id == KeptSpan.target_id)
        .join(Person, Person.id == KeptSpan.person_id)
        .join(Unit, Unit.id == KeptSpan.unit_id)
        .where(Target.validity_months > 0, KeptSpan.standing == "expiring", in_any(paths))
        .where(KeptSpan.from_on <= on, KeptSpan.to_on.between(on, on + SOON))
        .order_by(KeptSpan.to_on, Person.id)
        .limit(TASKS)
    )
    rows = db.session.execute(query).all() if paths else []
    first = [
        Link(name, url_for("certificates_why.why", code=code, person_id=person), _until(until))
        for person, name, code, until in rows[:5]
    ]
    targets = Link(_("Targets"), url_for("certificates_targets.targets"))
    return Task(_("Completions that expire within 30 days"), len(rows), targets, first, 40)


def _lapsing(paths: Sequence[str], on: date) -> Task:
    """Papers whose last day is near."""
    inside = exists(
        select(Appointment.id)
        .join(Post, Post.id == Appointment.post_id)
        .join(Unit, Unit.id == Post.unit_id)
        .where(Appointment.person_id == Certificate.person_id, Appointment.withdrawn_at.is_(None), in_any(paths))
    )
    query: Any = (
        select(Certificate)
        .where(Certificate.status == "issued", Certificate.valid_to.between(on, on + SOON), inside)
        .order_by(Certificate.valid_to, Certificate.id)
        .limit(TASKS)
    )
    rows = db.session.scalars(query).all() if paths else []
    first = [
        Link(row.facts["name"], url_for("certificates.certificate", code=row.code), _until(row.valid_to))
        for row in rows[:5]
    ]
    register = Link(_("Register"), url_for("certificates.register"))
    return Task(_("Certificates that expire within 30 days"), len(rows), register, first, 41)


def _until(day: date) -> str:
    return str(_("valid until %(day)s", day=short_date(day)))
