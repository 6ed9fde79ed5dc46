"""Samples: drawn once, by a seed that nobody chose, and drawn again by anybody without our code."""

import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as some
from sqlalchemy import select, update

from certificates.inspection import queries, services
from certificates.inspection.sampling import Entry, draw, listed, seed_of, sha256
from certificates.inspection.services import Wish
from certificates.register import services as register
from certificates.reports.models import Report
from certificates.reports.services import freeze
from certificates.targets.models import Target
from certificates.targets.queries import Clocks
from lms import audit, clock
from lms.accounts.models import RoleGrant
from lms.audit.models import AuditEntry
from lms.db import db, transaction
from lms.errors import Refused
from tests.certificates.conftest import Completed
from tests.certificates.inspection.conftest import Open, place_of, the, the_certificate
from tests.conftest import Cast

SignIn = Callable[[str], FlaskClient]
SCRIPT = Path(__file__).parents[3] / "docs/check_sample.py"
SEEDS = [sha256(str(number)) for number in range(300)]


def test_every_post_is_drawn_about_equally_often() -> None:
    posts = [Entry(number, "k", "U", "never") for number in range(1, 11)]
    often = Counter(entry.post for seed in SEEDS for entry in draw(seed, posts, 3))
    assert len(often) == 10 and all(60 < count < 120 for count in often.values())  # 90 is the mean


@given(some.sets(some.integers(1, 500), max_size=40), some.integers(1, 12), some.booleans(), some.randoms())
def test_a_larger_sample_holds_the_smaller_one(numbers: set[int], size: int, by_kind: bool, random: object) -> None:
    posts = [Entry(number, "ab"[number % 2], "U", "never") for number in numbers]
    shuffled = sorted(posts, key=lambda _post: random.random())  # type: ignore[attr-defined]
    small, large = (draw(SEEDS[0], shuffled, n, by_kind=by_kind) for n in (size, size + 1))
    assert draw(SEEDS[0], posts, size, by_kind=by_kind) == small  # whatever the order of the list
    assert set(small) <= set(large) and len(set(small)) == len(small)
    groups = Counter(post.kind if by_kind else "" for post in posts)
    assert len(small) == sum(min(size, count) for count in groups.values())


@pytest.mark.parametrize("by_kind", [False, True])
def test_anybody_draws_the_sample_again_with_a_script_of_their_own(opened: Open, tmp_path: Path, by_kind: bool) -> None:
    number, words = opened(), "gieo sáu con xúc xắc, «3 1 4 1 5 9»"
    services.draw(number, Wish(clock.today(), "all", 1, words, by_kind), clock.now())
    found = the(number)
    path = tmp_path / "list.csv"
    path.write_text(found.population, encoding="utf-8")
    arguments = [str(path), found.anchor, words, found.stamp, "1", *(["each"] if by_kind else [])]
    done = subprocess.run([sys.executable, str(SCRIPT), *arguments], capture_output=True, text=True, check=True)
    lines = [f"{item.post_id} {item.kind_code} {item.unit_code}" for item in queries.items_of(number)]
    assert done.stdout.splitlines() == lines and len(lines) == (2 if by_kind else 1)
    assert found.population_sha256 == sha256(found.population) and found.population_size == 4


def test_the_seed_rests_on_a_line_of_the_audit_log_that_nobody_could_foresee(opened: Open) -> None:
    one, other = opened(), opened()
    for number in (one, other):
        services.draw(number, Wish(clock.today(), "all", 2, "cùng một câu"), clock.now())
    first, second = the(one), the(other)
    line = db.session.scalar(select(AuditEntry).where(AuditEntry.hash == first.stamp))
    assert line is not None and line.action == "certificates.draw_sample"
    assert (line.details["words"], line.details["list"]) == ("cùng một câu", first.population_sha256)
    assert first.seed == seed_of(first.anchor, first.words, first.stamp) != second.seed
    assert (first.drawing, second.drawing) == (1, 2)  # drawing until the sample pleases shows on the record
    assert audit.verify()[1] is None
    with pytest.raises(Refused):
        services.draw(one, Wish(clock.today(), "all", 2, "một câu khác"), clock.now())


def test_a_frozen_report_is_inspected_as_it_was(target: Target, opened: Open, cast: Cast, completed: Completed) -> None:
    freeze(target.id, cast.units["BLOC"].id, Clocks(clock.today()), account_id=None, at=clock.now())
    report = db.session.query(Report).one()
    register.issue([completed("binh")], clock.now())  # trained, but recorded after the report
    number = opened(report_id=report.id)
    services.draw(number, Wish(clock.today() - timedelta(days=9), "missing", 10, "câu bất kỳ"), clock.now())
    found = the(number)
    assert (found.on, found.known_at, found.anchor) == (report.on, report.frozen_at, report.sha256)
    assert {item.person_name for item in queries.items_of(number)} == {"Lê Thanh Bình", "Đỗ Trường Giang"}


def test_what_cannot_be_drawn_is_said_and_changes_nothing(opened: Open) -> None:
    number, today = opened(to_on=clock.today() - timedelta(days=1)), clock.today()
    for wish in (Wish(today, "all", 5, "sau thời kỳ"), Wish(today - timedelta(days=1), "exempt", 5, "không có ai"),
                 Wish(today - timedelta(days=1), "all", 0, "không vị trí nào")):  # fmt: skip
        with pytest.raises(Refused):
            services.draw(number, wish, clock.now())
    found = the(number)
    assert found.drawn_at is None and found.on is None and not queries.items_of(number)
    assert listed([]) == "post,kind,unit,state\n"


def test_only_the_team_opens_an_inspection_and_only_what_was_drawn(
    opened: Open, cast: Cast, signed_in: SignIn, today: date, completed: Completed
) -> None:
    number = opened("A")
    with transaction() as session:  # Em inspects as well, but is no member of this team
        session.add(RoleGrant(account_id=cast.accounts["em"].id, role="inspector", unit_id=cast.units["BLOC"].id,
                              valid_from=today, recorded_at=cast.now))  # fmt: skip
    dung, em, hoa, an = (signed_in(who) for who in ("dung", "em", "hoa", "an"))
    page = f"/inspections/{number}"
    assert [browser.get(page).status_code for browser in (dung, em, hoa, an)] == [200, 404, 404, 403]
    assert dung.get(f"{page}/list.csv").status_code == 404 and dung.get(f"{page}/posts/1").status_code == 404
    sent = {"on": today.isoformat(), "among": "all", "size": "10", "words": "sáu con xúc xắc"}
    assert dung.post(f"{page}/draw", data=sent | {"words": ""}).status_code == 409
    assert dung.post(f"{page}/draw", data=sent).status_code == 302
    assert "Trần Văn An" in dung.get(page).text and "Đỗ Trường Giang" not in dung.get(page).text  # of unit B
    found = the(number)
    assert (
        dung.get(f"{page}/list.csv").data.decode() == found.population and em.get(f"{page}/list.csv").status_code == 404
    )
    assert dung.get(f"{page}/posts/{found.population_size + 1}").status_code == 404
    with transaction() as session:
        session.execute(
            update(RoleGrant).where(RoleGrant.role == "inspector").values(valid_to=today - timedelta(days=1))
        )
    assert dung.get(page).status_code == 403  # the mandate is over


def test_the_evidence_of_a_post_is_opened_and_every_look_is_on_the_log(
    opened: Open, cast: Cast, signed_in: SignIn, completed: Completed, today: date
) -> None:
    number, early, dung = opened(), opened(to_on=today - timedelta(days=2)), signed_in("dung")
    for one, day in ((number, today), (early, today - timedelta(days=2))):
        services.draw(one, Wish(day, "holders", 10, "sáu con xúc xắc"), clock.now())
    code = the_certificate(cast.people["an"].id).code
    an, binh = (place_of(the(number), name) for name in ("Trần Văn An", "Lê Thanh Bình"))
    text = dung.get(f"/inspections/{number}/posts/{an}").text
    assert f"/posts/{an}/{code}.pdf" in text and f"/register/{code}" in text and "/targets/T/people/" in text
    assert dung.get(f"/inspections/{number}/posts/{an}/{code}.pdf").data.startswith(b"%PDF")
    assert dung.get(f"/inspections/{number}/posts/{binh}/{code}.pdf").status_code == 404  # another post's
    before = place_of(the(early), "Trần Văn An")  # completed after the period under inspection
    assert dung.get(f"/inspections/{early}/posts/{before}/{code}.pdf").status_code == 404
    assert code not in dung.get(f"/inspections/{early}/posts/{before}").text
    looks = db.session.scalars(select(AuditEntry.action).where(AuditEntry.actor == "dung")).all()
    assert looks.count("certificates.inspect_post") == 2 and looks.count("certificates.inspect_certificate") == 1
