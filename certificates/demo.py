"""The certificates' share of the demo: the Bloc's issuer, a certificate for each completion, and the target DV100."""

from datetime import date, timedelta
from itertools import groupby
from random import Random

from flask import current_app
from sqlalchemy import select
from sqlalchemy.orm import Session

from certificates.proofs.handlers import keep_key
from certificates.register import queries, services
from certificates.register.models import Evidence
from certificates.reminders.services import add_usual_steps
from certificates.targets.models import Exemption, Started, Target
from certificates.targets.services import Plan, draft, note_starts, publish, rebuild
from lms import clock
from lms.db import insert_many, transaction
from lms.events import ActivityStarted
from lms.organisation.models import Appointment
from lms.organisation.queries import in_force, post_kinds, root_unit, unit_by_code
from lms.plugins import installed

COURSE = "courses:DV-NV"
TITLE = "Bồi dưỡng nghiệp vụ công tác dân vận"


def fill(today: date) -> None:
    """Issues what the other plugins' demos completed, day by day, then counts it."""
    bloc = unit_by_code("DUK")
    if bloc is None:
        return
    services.add_issuer(
        "DUK", "Đảng ủy Khối các cơ quan Trung ương", unit_id=bloc.id, place="Hà Nội",
        superior="Ban Chấp hành Trung ương", authority="T/M BAN THƯỜNG VỤ\nPHÓ BÍ THƯ",
        signer="Nguyễn Văn Mẫu", number_pattern="{number:02d}-GCN/ĐUK",
    )  # fmt: skip
    keep_key()
    due = queries.missing()
    for day, group in groupby(due, key=lambda event: clock.day_of(event.completed_at)):
        events = list(group)
        services.issue(events, min(clock.start_of(day) + timedelta(hours=17), clock.now()))
    starts = [event for plugin in installed(current_app) for event in plugin.history()]
    note_starts([event for event in starts if isinstance(event, ActivityStarted)], clock.now())
    plan = Plan(
        "DV100",
        "100% bí thư chi bộ, cán bộ dân vận, chủ tịch công đoàn, bí thư Đoàn được bồi dưỡng nghiệp vụ công tác dân vận",
        unit_id=bloc.id, post_kinds=[kind.code for kind in post_kinds()], activities=["courses:DV-NV"],
        starts_on=today.replace(month=1, day=1), ends_on=today.replace(month=12, day=31),
    )  # fmt: skip
    target_id = draft(plan, clock.now())
    publish(target_id, clock.now())
    rebuild(target_id, clock.now())
    add_usual_steps(target_id, clock.now())


def fill_country(today: date) -> None:
    """A drive half-way through over an invented country: accepted evidence, exemptions, beginnings."""
    country = root_unit()
    if country is None:
        return
    with transaction() as session:
        target = Target(
            code="DV100", title="100% cán bộ được bồi dưỡng nghiệp vụ công tác dân vận", unit_id=country.id,
            post_kinds=[kind.code for kind in post_kinds()], levels={}, activities=[COURSE], ways=[],
            starts_on=today.replace(month=1, day=1), ends_on=today.replace(month=12, day=31),
            created_at=clock.now(), published_at=clock.now(),
        )  # fmt: skip
        session.add(target)
        session.flush()
        _Country(session, today, target).fill()
    rebuild(target.id, clock.now())


class _Country:
    """Rows for everybody who holds a post today. Evidence, not certificates: a country's register would take hours."""

    def __init__(self, session: Session, today: date, target: Target) -> None:
        self.session, self.today, self.random = session, today, Random(15101949)
        self.target = target
        self.first = target.starts_on + timedelta(days=30)

    def fill(self) -> None:
        holders = select(Appointment.person_id).where(in_force(Appointment, self.today)).distinct()
        people = list(self.session.scalars(holders.order_by(Appointment.person_id)))
        ways = {person: self.random.random() for person in people}
        span = max((self.today - self.first).days, 1)
        days = {person: self.first + timedelta(days=int(self.random.random() * span)) for person in people}
        columns: tuple[str, ...] = (
            "person_id", "name", "unit", "activity", "kind", "title", "organiser", "document", "completed_on",
            "accepted_by", "recorded_at", "withdrawn_because",
        )  # fmt: skip
        insert_many(self.session, Evidence, columns, (
            (p, "", "", COURSE, "class" if ways[p] < 0.2 else "paper", TITLE, "Trung tâm chính trị",
             "Danh sách lớp", days[p], "capgiay", clock.start_of(days[p]), "")
            for p in people if ways[p] < 0.56
        ))  # fmt: skip
        insert_many(self.session, Started, ("person_id", "activity", "started_on", "recorded_at"), (
            (p, COURSE, days[p], clock.start_of(days[p])) for p in people if 0.56 <= ways[p] < 0.7
        ))  # fmt: skip
        columns = ("target_id", "person_id", "reason", "document", "approver", "valid_from", "valid_to", "recorded_at")
        insert_many(self.session, Exemption, columns, (
            (self.target.id, p, "Nghỉ chế độ", "Quyết định nghỉ chế độ", "", days[p], days[p] + timedelta(days=90),
             clock.start_of(days[p]))
            for p in people if ways[p] > 0.99
        ))  # fmt: skip
