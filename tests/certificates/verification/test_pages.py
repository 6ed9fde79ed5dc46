"""`/verify`: open to everybody, says the status and nothing private."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import update

from certificates.register import services
from certificates.register.models import Certificate
from certificates.verification.queries import masked
from lms import clock, create_app
from lms.db import db, transaction
from lms.organisation.models import Person
from lms.pages import limiter


def test_a_valid_certificate_shows_number_name_programme_issuer_and_day(
    certificate: Certificate, client: FlaskClient
) -> None:
    answer = client.get(f"/verify/{certificate.code}")
    assert answer.status_code == 200
    for shown in (
        'class="note success"',
        "01-GCN/ĐUK",
        "Trần Văn An",
        "Bồi dưỡng nghiệp vụ",
        "Đảng ủy Khối thử nghiệm",
    ):
        assert shown in answer.text


def test_nothing_private_is_shown(certificate: Certificate, client: FlaskClient) -> None:
    text = client.get(f"/verify/{certificate.code}").text
    for hidden in ("1970", "Bí thư", "Chi bộ", "Bộ A", "8,5", "Bùi Thị Mẫu", f"/register/{certificate.code}"):
        assert hidden not in text


def test_a_masked_name_keeps_its_first_word_and_initials(
    app: Flask, certificate: Certificate, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.config, "CERTIFICATES_PUBLIC_NAME", "masked")
    text = client.get(f"/verify/{certificate.code}").text
    assert "Trần V. A." in text and "Trần Văn An" not in text
    assert masked("Y Thông") == "Y T." and masked("H’Hen Niê") == "H’Hen N." and masked("An") == "An"


def test_a_revoked_certificate_says_so_and_from_when_but_not_why(certificate: Certificate, client: FlaskClient) -> None:
    services.revoke(certificate.id, decision="12-QĐ", reason="Gian lận khi học", on=clock.today(), at=clock.now())
    text = client.get(f"/verify/{certificate.code}").text
    assert 'class="note error"' in text and "Gian lận" not in text


def test_a_replaced_certificate_names_the_number_of_the_new_one(certificate: Certificate, client: FlaskClient) -> None:
    with transaction() as session:
        session.execute(update(Person).values(name="Trần Văn Ân"))
    new = services.replace(certificate.id, decision="14-QĐ", reason="Sai tên", at=clock.now())
    text = client.get(f"/verify/{certificate.code}").text
    assert 'class="note warning"' in text and "02-GCN/ĐUK" in text and new not in text
    assert 'class="note success"' in client.get(f"/verify/{new}").text


@pytest.mark.parametrize("code", ["AAAABBBBCCCC", "0", "%00", "<script>alert(1)</script>", "A" * 300, "ĐÂY'--"])
def test_an_unknown_or_strange_code_is_a_sentence_with_404(cast: object, client: FlaskClient, code: str) -> None:
    answer = client.get(f"/verify/{code}")
    assert answer.status_code == 404 and "<script>alert" not in answer.text


def test_a_typed_code_leads_to_its_page_however_it_is_written(certificate: Certificate, client: FlaskClient) -> None:
    typed = "-".join(certificate.code[start : start + 4] for start in (0, 4, 8)).lower()
    answer = client.get("/verify", query_string={"code": f" {typed} "})
    assert answer.location == f"/verify/{certificate.code}"
    assert client.get("/verify").status_code == 200


@pytest.fixture
def limited(database_url: str, data_folder: Path) -> Iterator[FlaskClient]:
    app = create_app(
        DATA_FOLDER=data_folder, DATABASE_URL=database_url, SECRET_KEY="tests", TESTING=True, RATELIMIT_ENABLED=True
    )
    yield app.test_client()
    limiter.enabled = False
    with app.app_context():
        db.engine.dispose()


def test_codes_cannot_be_guessed_in_great_number(limited: FlaskClient) -> None:
    answers = [limited.get(f"/verify/GUESS{number:03d}").status_code for number in range(61)]
    assert set(answers[:60]) == {404} and answers[60] == 429
