"""Revoking and replacing: by a decision, for a reason, once; the line stays in the book."""

from datetime import timedelta

import pytest
from sqlalchemy import update

from certificates.register import queries, services
from certificates.register.models import Certificate
from lms import clock
from lms.db import transaction
from lms.errors import Refused
from lms.organisation.models import Person
from tests.certificates.conftest import Completed, all_certificates, the_certificate

DECISION = {"decision": "12-QĐ/ĐUK, 05/02/2026", "reason": "Gian lận khi học"}


def test_a_revoked_certificate_keeps_its_number_and_says_why(certificate: Certificate, completed: Completed) -> None:
    services.revoke(certificate.id, on=clock.today(), at=clock.now(), **DECISION)
    services.issue([completed("binh")], clock.now())
    revoked, next_one = all_certificates()
    assert (revoked.number, revoked.status, revoked.ended_on) == (1, "revoked", clock.today())
    assert next_one.number == 2
    line, _next = queries.lines(revoked.book)
    assert "Đã thu hồi" in line.cells()[-1] and "12-QĐ/ĐUK" in line.cells()[-1]


def test_a_certificate_is_revoked_once(certificate: Certificate) -> None:
    services.revoke(certificate.id, on=clock.today(), at=clock.now(), **DECISION)
    with pytest.raises(Refused):
        services.revoke(certificate.id, decision="13", reason="khác", on=clock.today(), at=clock.now())
    with pytest.raises(Refused):
        services.replace(certificate.id, decision="13", reason="khác", at=clock.now())
    assert the_certificate().decision == DECISION["decision"]


@pytest.mark.parametrize("days", [-1, 1])
def test_the_day_of_a_revocation_lies_between_issue_and_today(certificate: Certificate, days: int) -> None:
    with pytest.raises(Refused):
        services.revoke(certificate.id, on=clock.today() + timedelta(days=days), at=clock.now(), **DECISION)
    assert the_certificate().status == "issued"


def test_a_revocation_needs_a_decision_and_a_reason(certificate: Certificate) -> None:
    for decision, reason in ((" ", "lý do"), ("12-QĐ/ĐUK", "")):
        with pytest.raises(Refused):
            services.revoke(certificate.id, decision=decision, reason=reason, on=clock.today(), at=clock.now())
    assert the_certificate().status == "issued"


def test_a_replacement_prints_the_corrected_name_and_both_lines_point_to_each_other(certificate: Certificate) -> None:
    with transaction() as session:
        session.execute(update(Person).values(name="Trần Văn Ân", birth_year=1971))
    code = services.replace(certificate.id, decision="14-QĐ/ĐUK", reason="Sai họ tên", at=clock.now())
    old, new = all_certificates()
    assert (old.status, new.status, new.code, new.number) == ("replaced", "issued", code, 2)
    assert new.replaces_id == old.id and queries.replaced_by(old) == new
    assert (old.facts["name"], new.facts["name"]) == ("Trần Văn An", "Trần Văn Ân")
    assert new.facts["born"] == "1971" and new.facts["unit"] == old.facts["unit"]


def test_a_replacement_that_cannot_be_printed_leaves_the_old_one_valid(certificate: Certificate) -> None:
    with transaction() as session:
        session.execute(update(Person).values(name="Trần Văn Аn"))
    with pytest.raises(Refused, match="Аn"):
        services.replace(certificate.id, decision="14-QĐ/ĐUK", reason="Sai họ tên", at=clock.now())
    assert the_certificate().status == "issued" and the_certificate().book.last_number == 1
