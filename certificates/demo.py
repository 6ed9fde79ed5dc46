"""The certificates' share of the demo: the Bloc's issuer, a certificate for each completion, and the target DV100."""

from datetime import date, timedelta
from itertools import groupby

from flask import current_app

from certificates.register import queries, services
from certificates.targets.services import add_target, note_starts
from lms import clock
from lms.events import ActivityStarted
from lms.organisation.queries import post_kinds, unit_by_code
from lms.plugins import installed


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
    due = queries.missing()
    for day, group in groupby(due, key=lambda event: clock.day_of(event.completed_at)):
        events = list(group)
        services.issue(events, min(clock.start_of(day) + timedelta(hours=17), clock.now()))
    starts = [event for plugin in installed(current_app) for event in plugin.history()]
    note_starts([event for event in starts if isinstance(event, ActivityStarted)], clock.now())
    add_target(
        "DV100",
        "100% bí thư chi bộ, cán bộ dân vận, chủ tịch công đoàn, bí thư Đoàn được bồi dưỡng nghiệp vụ công tác dân vận",
        unit_id=bloc.id, post_kinds=[kind.code for kind in post_kinds()], activities=["courses:DV-NV"],
        starts_on=today.replace(month=1, day=1), ends_on=today.replace(month=12, day=31), at=clock.now(),
    )  # fmt: skip
