"""The Bloc of 2014 is carried to its successors of 2025; its rate is explained on both sides, to the last person."""

from datetime import date
from pathlib import Path
from random import Random

import pytest
from flask import Flask

from certificates.register import services as register
from certificates.targets.explaining import explanation
from certificates.targets.models import Target
from certificates.targets.queries import Clocks, by_code, coverage
from certificates.targets.services import Plan
from lms import clock, demo
from lms.db import transaction
from lms.demo import tree
from lms.organisation.models import Person, Unit
from lms.organisation.queries import unit_by_code
from lms.organisation.services import add_post_kinds, add_unit
from tests.certificates.targets.worlds import ACTIVITY, certify, set_target
from tests.conftest import make_person, make_post

FOLDER = Path(demo.__file__).parent
# Units that stay, move, merge with others, are dissolved, or stand by themselves afterwards.
HELD = ("VPTW", "BTC", "BKHDT", "BKHDT-1", "BTGTW", "BDVTW", "BNNPTNT", "BTNMT", "DBNN", "NHNN", "BNG", "BYT")
EVE, DAY, MARCH = date(2025, 2, 2), date(2025, 2, 3), date(2025, 3, 1)


@pytest.fixture
def people(app: Flask) -> dict[str, Person]:
    """A secretary in each of these units since 2014; every second one was trained in 2014."""
    add_post_kinds()
    units: dict[str, Unit] = {}
    known = [row for row in tree.rows(Random(2014)) if row.doubt != tree.INVENTED_NOTE]
    for row in [*known, tree.Row("BKHDT-1", "Chi bộ Vụ 1", "BKHDT", "chi_bo")]:
        parent = units[row.parent].id if row.parent else None
        units[row.code] = add_unit(row.code, row.name, kind=row.kind, parent_id=parent, at=clock.now())
    register.add_issuer("DUK", "Đảng ủy Khối", unit_id=units["DUK"].id, place="Hà Nội", authority="BÍ THƯ",
                        signer="Ai", number_pattern="{number:02d}")  # fmt: skip
    found = {}
    with transaction():
        for number, code in enumerate(HELD):
            found[code] = make_person(f"Bí thư {code}")
            make_post(units[code], "bi-thu-chi-bo", found[code], since=date(2014, 2, 20))
            if number % 2:
                certify(found[code], date(2014, 10, 15))
    arguments = ["units", "reorganise", str(FOLDER / "bloc_2025_reorganisation.csv"), "--new-units",
                 str(FOLDER / "bloc_2025_new_units.csv"), "--json"]  # fmt: skip
    assert app.test_cli_runner().invoke(args=arguments).exit_code == 0
    set_target(Plan("DV100", "100% được bồi dưỡng", units["DUK"].id, ["bi-thu-chi-bo"], [ACTIVITY],
                    date(2014, 2, 20), date(2026, 12, 31)))  # fmt: skip
    return found


def the_target() -> Target:
    found = by_code("DV100")
    assert found is not None
    return found


def test_the_rate_is_explained_on_both_sides_to_the_last_person(people: dict[str, Person]) -> None:
    target = the_target()
    totals = {}
    for day in (EVE, DAY, MARCH):
        found = coverage(target, target.unit, Clocks(day))
        for name in ("holders", "trained"):  # the units beneath are the whole: nothing is lost between them
            assert sum(getattr(line.figures, name) for line in found.children) == getattr(found.all, name)
        answers = {code: explanation(target, person, Clocks(day)) for code, person in people.items()}
        posts = [post.verdict for answer in answers.values() for post in answer.posts]
        assert posts.count("trained") == found.all.trained
        assert len(posts) - posts.count("outside") - posts.count("other") == found.all.holders
        totals[day] = (found.all.holders, found.all.trained, {line.code for line in found.children})
        # Whoever is missing from the figures says why: no post any more, or one that the target does not ask for.
        counted = [code for code, answer in answers.items() if answer.verdict not in ("outside", "no post", "other")]
        assert len(counted) == found.all.holders
    assert totals[EVE][:2] == (12, 6) and "VPTW" in totals[EVE][2]
    # One unit is said to have no successor: it stands by itself, and its secretary is no longer asked.
    assert totals[DAY][:2] == totals[MARCH][:2] == (11, 6)
    assert explanation(target, people["DBNN"], Clocks(DAY)).verdict == "outside"
    assert {"DB_CQDTW", "DB_CP"} <= totals[DAY][2] and "VPTW" not in totals[DAY][2]

    for code in ("DB_CP", "DB_CQDTW"):  # each successor has what its parts had
        unit = unit_by_code(code)
        assert unit is not None and coverage(target, unit, Clocks(EVE)).all.posts == 0
        found = coverage(target, unit, Clocks(MARCH))
        beneath = [line for line in found.children if line.figures.posts]
        assert beneath and sum(line.figures.trained for line in beneath) == found.all.trained
