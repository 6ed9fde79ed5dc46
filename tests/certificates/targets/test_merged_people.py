"""Two records of one person are merged on a day and separated on another: figures of before know of neither."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import update

from certificates.targets.explaining import explanation
from certificates.targets.models import Target
from certificates.targets.queries import Clocks, coverage
from lms.db import db, transaction
from lms.organisation.models import Appointment, Post, UnitState
from lms.organisation.people.merging import merge, undo_merge
from tests.certificates.targets.worlds import add_target, certify, moment
from tests.conftest import Cast, make_person, make_post


@pytest.fixture
def target(cast: Cast, today: date) -> Target:
    """An, untrained in A1, and a second record of An, trained, in B; all of it known for long."""
    long = today - timedelta(days=90)
    with transaction() as session:
        second = cast.people["an again"] = make_person("Trần Văn An")
        make_post(cast.units["B"], "can-bo-dan-van", second, since=long)
        certify(second, long)
        session.flush()
        for model in (Post, Appointment, UnitState):
            session.execute(update(model).values(recorded_at=moment(long)))
    return add_target(cast, today)


def figures(cast: Cast, target: Target, today: date, known: date | datetime | None = None, unit: str = "BLOC") -> Any:
    db.session.rollback()
    found = coverage(target, cast.units[unit], Clocks(today, known)).as_json()
    return {name: found[name] for name in ("posts", "trained", "people", "people_trained")}


def test_a_figure_as_known_before_a_merge_is_that_of_before_and_as_known_between_that_of_one_person(
    target: Target, cast: Cast, today: date
) -> None:
    days = {n: today - timedelta(days=n) for n in (1, 2, 3, 4, 5)}
    apart = figures(cast, target, today, days[5])
    assert (apart["trained"], apart["people"]) == (1, 4)
    entry = merge(cast.people["an"].id, cast.people["an again"].id, reason="một người", at=moment(days[4]))
    one = figures(cast, target, today, days[3])
    assert one == {**apart, "trained": 2, "people": 3}, "counted once, and what one record proved counts for both posts"
    for known in (days[5], moment(days[4])):
        assert figures(cast, target, today, known) == apart
        assert figures(cast, target, today, known, "A")["trained"] == 0
        assert figures(cast, target, today, known, "B")["trained"] == 1
    why = explanation(target, cast.people["an"], Clocks(today, days[5]))
    assert (why.verdict, len(why.posts), why.proofs) == ("never", 1, []), "«why» as known then knows of one record"
    assert len(explanation(target, cast.people["an"], Clocks(today, days[3])).posts) == 2
    undo_merge(entry, at=moment(days[2]))
    assert figures(cast, target, today, days[1]) == figures(cast, target, today, days[5]) == apart
    assert figures(cast, target, today, days[3]) == one
    assert figures(cast, target, today, days[3], "A")["trained"] == 1, "as known then, An of A1 was trained"
