"""Certificates of an issuer that seals: sealed when issued, the same bytes ever after, and checked as a file."""

from datetime import datetime, timedelta
from io import BytesIO
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import update

from certificates.register import queries, services
from certificates.register.models import Certificate, Issuer
from certificates.signing import signatures_of
from certificates.verification.views import pages
from lms import clock
from lms.db import transaction
from tests.certificates.conftest import Completed, all_certificates, the_certificate
from tests.certificates.signing import authority
from tests.certificates.signing.authority import holder


@pytest.fixture
def sealing(app: Flask, issuer: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The issuer seals with a key that the test authority vouches for."""
    for name, data in zip(("KEY", "CHAIN"), holder("Đảng ủy Khối thử nghiệm"), strict=True):
        (tmp_path / name).write_bytes(data)
        monkeypatch.setitem(app.config, f"CERTIFICATES_SEAL_{name}", str(tmp_path / name))
    with transaction() as session:
        session.execute(update(Issuer).values(signing="seal"))


@pytest.fixture
def sealed(sealing: None, completed: Completed) -> Certificate:
    assert services.issue([completed("an")], clock.now()) == []
    return the_certificate()


def test_a_sealed_certificate_is_signed_whole_and_says_so(sealed: Certificate) -> None:
    data = queries.pdf_of(sealed)
    (seen,) = signatures_of(data)
    assert (seen.signer, seen.intact, seen.whole, seen.trusted) == ("Đảng ủy Khối thử nghiệm", True, True, True)
    assert "con dấu số" in sealed.facts["notice"] and queries.pdf_of(sealed) == data


def test_without_its_seal_an_issuer_issues_nothing_and_no_number_moves(
    app: Flask, sealing: None, completed: Completed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.config, "CERTIFICATES_SEAL_KEY", "/nowhere/key.pem")
    (problem,) = services.issue([completed("an")], clock.now())
    assert "«" not in problem.sentence and all_certificates() == []


def check(client: FlaskClient, data: bytes) -> str:
    return client.post("/verify/file", data={"file": (BytesIO(data), "giấy.pdf")}).text


def test_a_file_is_checked_byte_by_byte_and_by_its_signature(sealed: Certificate, client: FlaskClient) -> None:
    data = queries.pdf_of(sealed)
    text = check(client, data)
    assert 'class="note success"' in text and "01-GCN/ĐUK" in text and "Đảng ủy Khối thử nghiệm" in text
    assert "1970" not in text
    place = data.index(b"/Keywords (") + len(b"/Keywords (") + 12
    changed = check(client, data[:place] + b" " + data[place + 1 :])
    assert 'class="note error"' in changed and 'class="note success"' not in changed
    added = check(client, data + b"\n% added afterwards\n")
    assert 'class="note error"' in added
    services.revoke(sealed.id, decision="1-QĐ", reason="x", on=clock.today(), at=clock.now())
    assert 'class="note error"' in check(client, data)


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04", b"%PDF-1.7\nnothing", b"%PDF-1.7" + b"0" * 2000])
def test_what_is_no_certificate_is_said_to_be_none(
    cast: object, client: FlaskClient, data: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pages, "FILE_LIMIT", 1000)
    assert 'class="note success"' not in check(client, data)


@pytest.mark.parametrize("until", [authority.SINCE, authority.SINCE + timedelta(days=3650)])
def test_a_seal_whose_certificate_ended_or_is_revoked_seals_nothing_new(
    app: Flask, sealed: Certificate, completed: Completed, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    until: datetime,
) -> None:  # fmt: skip
    before = queries.pdf_of(sealed)
    key, chain = holder("Đảng ủy Khối thử nghiệm", until=until)
    (tmp_path / "KEY").write_bytes(key)
    (tmp_path / "CHAIN").write_bytes(chain)
    if until > clock.now():
        (tmp_path / "ca.crl").write_bytes(authority.revoking(chain, at=clock.now() - timedelta(days=1)))
        monkeypatch.setitem(app.config, "CERTIFICATES_CRL", str(tmp_path / "ca.crl"))
    (problem,) = services.issue([completed("binh")], clock.now())
    assert problem.sentence and len(all_certificates()) == 1
    assert len(queries.pdf_of(sealed)) > len(before) // 2  # what is issued can still be fetched
