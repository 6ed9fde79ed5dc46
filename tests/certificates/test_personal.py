"""A person who was anonymised: the register stays as it was issued, and no figure moves."""

import re
from datetime import date, timedelta

from flask.testing import FlaskClient

from certificates.register import auditing
from certificates.register.models import Certificate, Evidence
from certificates.register.services.evidence import Completed, accept, keep_scan
from certificates.targets import services as targets
from certificates.targets.models import Exemption, Target
from certificates.targets.queries import Clocks, coverage
from lms import clock, files
from lms.db import db
from lms.organisation.models import Appointment
from lms.organisation.posts.services import relieve
from lms.privacy.services import anonymise
from tests.certificates.conftest import COURSE, the_certificate
from tests.certificates.targets.worlds import set_target
from tests.conftest import Cast


def test_the_register_answers_as_before_and_no_figure_moves(
    certificate: Certificate, cast: Cast, client: FlaskClient, today: date
) -> None:
    an, at, bloc = cast.people["an"].id, clock.now(), cast.units["BLOC"]
    start = today - timedelta(days=30)
    plan = targets.Plan("T", "Chỉ tiêu", bloc.id, ["bi-thu-chi-bo"], [COURSE], start, today)
    target_id = set_target(plan)
    accept(Completed(COURSE, "class", "Lớp", "Đảng ủy", "số 1", start), [an], account_id=None, accepted_by="Ai", at=at)
    targets.exempt(
        target_id, an, reason="ốm nặng", document="số 2", valid_to=start, today=start, account_id=None, at=at
    )
    held = db.session.query(Appointment.id).filter_by(person_id=an).scalar()
    relieve(held, last_day=today - timedelta(days=1), document="", at=at)
    target = db.session.get_one(Target, target_id)
    days = [Clocks(today - timedelta(days=n)) for n in (0, 1, 2, 29)]
    figures = [coverage(target, bloc, day).as_json() for day in days]
    checked = _said(client, certificate)
    assert "Trần Văn An" in " ".join(checked) and any(figure["trained"] for figure in figures)

    anonymise(an, document="số 3", reason="theo đề nghị", at=at, today=today)

    assert _said(client, certificate) == checked
    assert [coverage(target, bloc, day).as_json() for day in days] == figures
    assert the_certificate().facts["name"] == "Trần Văn An", "the register is an archive"
    assert db.session.query(Evidence.name).scalar() == db.session.query(Exemption.reason).scalar() == "Đã ẩn danh"
    assert auditing.audit()[1] == []


def test_a_scan_of_ones_own_goes_and_a_list_of_several_stays(cast: Cast, today: date) -> None:
    an, giang, at = cast.people["an"].id, cast.people["giang"].id, clock.now()
    own, listed = keep_scan(b"%PDF-1.7 An"), keep_scan(b"%PDF-1.7 An, Giang")
    for title, people, scan in (("Giấy", [an], own), ("Lớp", [an, giang], listed)):
        accept(Completed(title, "class", title, "Đảng ủy", "số 1", today, scan), people, account_id=None,
               accepted_by="Ai", at=at)  # fmt: skip
    held = db.session.query(Appointment.id).filter_by(person_id=an).scalar()
    relieve(held, last_day=today - timedelta(days=1), document="", at=at)
    anonymise(an, document="số 3", reason="theo đề nghị", at=at, today=today)
    assert (files.exists(own), files.exists(listed)) == (False, True)
    assert {scan for (scan,) in db.session.query(Evidence.scan).filter_by(person_id=an)} == {""}


def _said(client: FlaskClient, certificate: Certificate) -> list[str]:
    """The words of the public page, without its tags (one of them holds a moment)."""
    return re.sub(r"<[^>]+>", " ", client.get(f"/verify/{certificate.code}").text).split()
