"""Training elsewhere: accepted by somebody on a document, counted like a certificate, withdrawn and not erased."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from certificates.register.models import Evidence
from certificates.register.services.evidence import Completed, accept, withdraw
from certificates.targets import queries as targets
from certificates.targets.counting import ALL
from certificates.targets.services import Plan
from lms import clock
from lms.db import db, transaction
from lms.errors import Refused
from tests.certificates.conftest import COURSE
from tests.certificates.targets.worlds import set_target
from tests.conftest import Cast, make_person, make_post

SignedIn = Callable[[str], FlaskClient]


@pytest.fixture
def attended(today: date) -> Completed:
    return Completed(
        COURSE, "class", "Lớp bồi dưỡng dân vận khóa 3", "Trung tâm chính trị", "Quyết định 15-QĐ/TTCT",
        today - timedelta(days=3),
    )  # fmt: skip


@pytest.fixture
def trained(cast: Cast, today: date) -> Callable[[], tuple[int, int]]:
    """How many of the target's posts are trained, as kept and as counted anew."""
    first, last = today.replace(month=1, day=1), today.replace(month=12, day=31)
    bloc = cast.units["BLOC"]
    set_target(Plan("T", "Chỉ tiêu", unit_id=bloc.id, post_kinds=["bi-thu-chi-bo"], activities=[COURSE],
               starts_on=min(first, today - timedelta(days=3)), ends_on=last))  # fmt: skip

    def figures() -> tuple[int, int]:
        db.session.rollback()
        target = targets.by_code("T")
        assert target is not None
        kept = targets.coverage(target, bloc, targets.Clocks(today)).all.trained
        return kept, targets.counted_on(db.session(), target, today)[bloc.id, ALL].trained

    return figures


def rows() -> list[Evidence]:
    db.session.rollback()
    return list(db.session.scalars(select(Evidence).order_by(Evidence.id)))


def by_em(completed: Completed, people: list[int]) -> int:
    return accept(completed, people, account_id=None, accepted_by="Vũ Văn Em", at=clock.now())


def test_accepted_evidence_counts_at_once_and_stops_when_it_is_withdrawn(
    cast: Cast, attended: Completed, trained: Callable[[], tuple[int, int]]
) -> None:
    assert trained() == (0, 0)
    assert by_em(attended, [cast.people["an"].id, cast.people["binh"].id]) == 2
    assert trained() == (1, 1)  # Bình's post is of another kind
    an = rows()[0]
    assert (an.name, an.unit, an.accepted_by) == ("Trần Văn An", "Chi bộ Vụ Tổ chức", "Vũ Văn Em")
    withdraw(an.id, reason="Nhầm người", at=clock.now())
    assert trained() == (0, 0) and len(rows()) == 2


def test_the_same_evidence_is_recorded_once_and_again_after_a_withdrawal(cast: Cast, attended: Completed) -> None:
    an = cast.people["an"].id
    assert (by_em(attended, [an, an]), by_em(attended, [an])) == (1, 0)
    withdraw(rows()[0].id, reason="Sai tên lớp", at=clock.now())
    assert by_em(replace(attended, title="Lớp khóa 4"), [an]) == 1
    assert [row.withdrawn_at is None for row in rows()] == [False, True]


def test_evidence_of_a_day_to_come_or_without_a_document_is_refused(cast: Cast, attended: Completed) -> None:
    for wrong in (replace(attended, completed_on=clock.today() + timedelta(days=1)), replace(attended, document="")):
        with pytest.raises(Refused):
            by_em(wrong, [cast.people["an"].id])
    assert rows() == []


@pytest.fixture
def form(app: object, attended: Completed, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    fields = vars(attended) | {"completed_on": attended.completed_on.isoformat()}
    return {name: str(value) for name, value in fields.items()}


@pytest.mark.usefixtures("told")
def test_a_whole_class_is_pasted_and_each_wrong_line_is_named(
    cast: Cast, form: dict[str, str], signed_in: SignedIn
) -> None:
    with transaction():
        for _twin in range(2):
            make_post(cast.units["B1"], "can-bo-dan-van", make_person("Lê Văn Đôi"), since=date(2020, 1, 1))
    client = signed_in("em")
    page = "/register/evidence/new"
    form["people"] = f"trần văn an\n\n{cast.people['binh'].code.lower()}\nLê Văn Đôi\nAi Đó"
    answer = client.post(page, data=form)
    assert answer.status_code == 422 and rows() == []
    assert "«Lê Văn Đôi»" in answer.text and "«Ai Đó»" in answer.text and "trần văn an" in answer.text
    form["people"] = f"trần văn an\n{cast.people['binh'].code.lower()}"
    assert client.post(page, data=form).status_code == 302
    assert [(row.name, row.accepted_by) for row in rows()] == [
        ("Trần Văn An", "Vũ Văn Em"), ("Lê Thanh Bình", "Vũ Văn Em"),
    ]  # fmt: skip
    form["people"] = "Trần Văn An"
    assert signed_in("dung").post(page, data=form).status_code == 403


def test_evidence_is_seen_within_the_scope_and_withdrawn_by_those_who_accept(
    cast: Cast, attended: Completed, signed_in: SignedIn
) -> None:
    by_em(attended, [cast.people["an"].id, cast.people["giang"].id])
    an = rows()[0].id
    text = signed_in("cuong").get("/register/evidence").text
    assert "Trần Văn An" in text and "Đỗ Trường Giang" not in text
    assert "Đỗ Trường Giang" in signed_in("dung").get("/register/evidence", query_string={"q": "giang"}).text
    data = {"reason": "Nhầm người"}
    assert signed_in("cuong").post(f"/register/evidence/{an}/withdraw", data=data).status_code == 403
    assert rows()[0].withdrawn_at is None
    assert signed_in("em").post(f"/register/evidence/{an}/withdraw", data=data).status_code == 302
    assert rows()[0].withdrawn_because == "Nhầm người"
