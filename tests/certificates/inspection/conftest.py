"""An inspection of the whole Bloc, opened by Dung; An is trained, Bình and Giang are missing, a post is vacant."""

from collections.abc import Callable
from datetime import date

import pytest

from certificates.inspection import queries, services
from certificates.inspection.models import Inspection
from certificates.inspection.services import Mandate, Wish
from certificates.register import services as register
from certificates.register.models import Certificate
from certificates.targets.models import Target
from lms import clock
from lms.db import db
from tests.certificates.conftest import Completed
from tests.certificates.targets.worlds import add_target
from tests.conftest import Cast

Open = Callable[..., int]


@pytest.fixture
def target(issuer: int, cast: Cast, completed: Completed, today: date) -> Target:
    """The Bloc's target; An has the certificate number 1."""
    assert register.issue([completed("an")], clock.now()) == []
    return add_target(cast, today)


@pytest.fixture
def opened(target: Target, cast: Cast) -> Open:
    """`opened("A")`: the id of an inspection of the target in a unit, from its first day to today."""

    def open_one(unit: str = "BLOC", *others: str, to_on: date | None = None, report_id: int | None = None) -> int:
        mandate = Mandate("Kiểm tra công tác dân vận", target.id, cast.units[unit].id, target.starts_on,
                          to_on or clock.today(), "12-QĐ/UBKT", report_id)  # fmt: skip
        team = [cast.accounts[who].id for who in others]
        return services.open_inspection(mandate, cast.accounts["dung"].id, team, clock.now())

    return open_one


@pytest.fixture
def drawn(opened: Open) -> Inspection:
    """The inspection of the Bloc with all four posts drawn."""
    number = opened()
    services.draw(number, Wish(clock.today(), "all", 10, "sáu con xúc xắc"), clock.now())
    return the(number)


def the(number: int) -> Inspection:
    """The inspection, read afresh."""
    db.session.rollback()
    return db.session.get_one(Inspection, number, populate_existing=True)


def place_of(inspection: Inspection, name: str) -> int:
    """Where in the sample the post stands that somebody holds; '' is the vacant one."""
    return next(item.place for item in queries.items_of(inspection.id) if item.person_name == name)


def the_certificate(person: int) -> Certificate:
    """The certificate of a person."""
    found = db.session.query(Certificate).filter_by(person_id=person).one()
    return found
