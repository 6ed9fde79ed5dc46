"""Issuing: once per completion, frozen, without gaps, and refused before a number moves."""

import threading
from datetime import timedelta
from typing import Any

from flask import Flask
from sqlalchemy import update

from certificates.register import queries, services
from certificates.register.models import Certificate
from lms import clock
from lms.db import Model, db, transaction
from lms.events import ActivityCompleted, publish
from lms.organisation.models import Person, Unit
from tests.certificates.conftest import COURSE, Completed, all_certificates, the_certificate
from tests.conftest import Cast, make_person


def test_a_completion_is_answered_by_a_certificate_with_the_next_number(issuer: int, completed: Completed) -> None:
    assert services.issue([completed("an"), completed("binh")], clock.now()) == []
    first, second = all_certificates()
    year = clock.today().year
    assert (first.number_text, second.number_text) == ("01-GCN/ĐUK", "02-GCN/ĐUK")
    assert first.facts["book"] == f"01/{year}"
    assert first.facts["name"] == "Trần Văn An" and first.facts["born"] == "1970"
    assert first.facts["post"] == "Bí thư chi bộ"
    assert first.facts["unit"] == "Chi bộ Vụ Tổ chức, Đảng bộ Bộ A"
    assert first.facts["hours"] == 24 and first.facts["authority"] == ["T/M BAN THƯỜNG VỤ", "PHÓ BÍ THƯ"]
    assert first.code != second.code and len(first.code) == 12


def test_the_event_of_a_completion_issues_at_once(issuer: int, completed: Completed) -> None:
    with transaction():
        publish(completed("an"))
    assert the_certificate().activity == COURSE


def test_the_same_completion_told_twice_is_answered_once(issuer: int, completed: Completed) -> None:
    for _time in range(2):
        services.issue([completed("an"), completed("an")], clock.now())
    assert the_certificate().number == 1


def test_completing_again_on_another_day_is_another_certificate(issuer: int, completed: Completed) -> None:
    services.issue([completed("an", days_ago=300)], clock.now() - timedelta(days=299))
    services.issue([completed("an", days_ago=300), completed("an"), completed("binh")], clock.now())
    assert sorted(c.person_id for c in all_certificates()) == sorted(
        [completed("an").person_id, completed("an").person_id, completed("binh").person_id]
    )


def test_a_revoked_certificate_is_not_issued_again_for_the_same_completion(
    certificate: Certificate, completed: Completed
) -> None:
    services.revoke(certificate.id, decision="12-QĐ/ĐUK", reason="Gian lận khi học", on=clock.today(), at=clock.now())
    services.issue([completed("an")], clock.now())
    assert the_certificate().status == "revoked"


# What stays when course, person, post and all the rest go; the issuer's own unit carries the issuer.
NOUNS = ("issuer", "signer", "book", "certificate", "entry", "design", "design_version")
THE_REGISTER = {f"certificates_{noun}" for noun in NOUNS} | {"lms_unit", "lms_audit_entry"}


def test_what_was_printed_outlives_every_change_of_the_roster(certificate: Certificate, cast: Cast) -> None:
    before = queries.pdf_of(certificate)
    person, unit = cast.people["an"].id, cast.units["A1"].id
    with transaction() as session:
        session.execute(update(Person).where(Person.id == person).values(name="Tên Khác", birth_year=1999))
        session.execute(update(Unit).where(Unit.id == unit).values(name="Chi bộ khác"))
    assert queries.pdf_of(the_certificate()) == before
    with transaction() as session:
        for table in reversed(Model.metadata.sorted_tables):
            if table.name not in THE_REGISTER:
                session.execute(table.delete())
    kept = the_certificate()
    assert kept.person_id is None and queries.pdf_of(kept) == before
    (line,) = queries.lines(kept.book)
    assert line.name == "Trần Văn An"


def test_a_name_that_cannot_be_printed_takes_no_number_and_is_issued_once_corrected(
    issuer: int, cast: Cast, completed: Completed
) -> None:
    with transaction() as session:
        session.execute(update(Person).where(Person.id == cast.people["an"].id).values(name="Trần Văn Аn"))
    with transaction():
        publish(completed("an"))
    (problem,) = services.issue([completed("an"), completed("binh")], clock.now())
    assert problem.person_id == cast.people["an"].id
    assert "«Trần Văn Аn»" in problem.sentence and "А" in problem.sentence.split("»")[1]
    assert the_certificate().number == 1  # Bình's
    with transaction() as session:
        session.execute(update(Person).where(Person.id == cast.people["an"].id).values(name="Trần Văn An"))
    services.issue([completed("an")], clock.now())
    assert [c.facts["name"] for c in all_certificates()] == ["Lê Thanh Bình", "Trần Văn An"]


def test_without_an_issuer_above_the_unit_nothing_is_issued(cast: Cast, completed: Completed) -> None:
    services.add_issuer(
        "B", "Đảng ủy Bộ B", unit_id=cast.units["B"].id, place="Hà Nội", authority="T/M BAN THƯỜNG VỤ", signer="X",
        number_pattern="{number}",
    )  # fmt: skip
    (problem,) = services.issue([completed("an"), completed("giang")], clock.now())
    assert problem.person_id == cast.people["an"].id and all_certificates()[0].facts["issuer"] == "Đảng ủy Bộ B"


def test_a_new_year_opens_a_new_book(issuer: int, completed: Completed) -> None:
    services.issue([completed("an", days_ago=400)], clock.now() - timedelta(days=400))
    services.issue([completed("binh")], clock.now())
    assert [(c.number, int(c.book.name)) for c in all_certificates()] == [
        (1, clock.day_of(clock.now() - timedelta(days=400)).year),
        (1, clock.today().year),
    ]


def crowd(size: int) -> list[int]:
    with transaction():
        return [make_person(f"Nguyễn Văn {chr(65 + index % 26)}").id for index in range(size)]


def in_threads(app: Flask, work: list[Any]) -> list[BaseException]:
    """Runs each call in a thread and an app context of its own, all at once."""
    errors: list[BaseException] = []
    start = threading.Barrier(len(work))

    def run(call: Any) -> None:
        with app.app_context():
            start.wait()
            try:
                call()
            except BaseException as error:
                errors.append(error)
            finally:
                db.session.remove()

    threads = [threading.Thread(target=run, args=(call,)) for call in work]
    db.session.remove()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return errors


def test_two_issuers_issuing_at_once_leave_no_gap_and_no_double(app: Flask, issuer: int, cast: Cast) -> None:
    services.add_issuer(
        "B", "Đảng ủy Bộ B", unit_id=cast.units["B"].id, place="Hà Nội", authority="T/M BAN THƯỜNG VỤ", signer="X",
        number_pattern="{number:02d}-GCN/B",
    )  # fmt: skip
    at = clock.now()
    people = [*crowd(24), cast.people["giang"].id]
    events = [ActivityCompleted(COURSE, "Lớp", 8, person, at, at) for person in people]
    # Every completion is told to two of the eight at the same moment.
    shares = [events[n::8] + events[(n + 1) % 8 :: 8] for n in range(8)]
    assert in_threads(app, [lambda share=share: services.issue(share, at) for share in shares]) == []
    found = all_certificates()
    assert sorted(c.person_id for c in found) == sorted(people)
    numbers = [c.number for c in found if c.book.issuer.code == "DUK"]
    assert numbers == list(range(1, 25))
    assert [c.number for c in found if c.book.issuer.code == "B"] == [1]
    assert len({c.code for c in found}) == 25
