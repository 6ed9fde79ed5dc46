"""Timestamps behind the seal: made in the background by an authority on this machine, tried again while it fails."""

from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from io import BytesIO
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from asn1crypto import tsp, x509
from flask import Flask
from flask.testing import FlaskClient
from pyhanko.keys.pemder import load_private_key_from_pemder_data
from pyhanko.sign.timestamps.dummy_client import DummyTimeStamper

from certificates.register import queries
from certificates.register.models import Certificate
from certificates.signing import jobs, signatures_of
from certificates.signing.queries import signature_of
from certificates.signing.trust import certificates_in
from lms import clock
from tests.certificates.conftest import Completed, the_certificate
from tests.certificates.signing import authority
from tests.certificates.signing.test_sealed_certificates import sealed, sealing  # noqa: F401


class Stamper(HTTPServer):
    """A timestamp authority that can be made to fail."""

    def __init__(self, issuer: str) -> None:
        key, chain = authority.holder("Dấu thời gian thử nghiệm", "rsa", issuer, stamps=True)
        own: list[x509.Certificate] = certificates_in(chain)
        self.by = DummyTimeStamper(own[0], load_private_key_from_pemder_data(key, None), certs_to_embed=own)
        self.fails = False
        super().__init__(("127.0.0.1", 0), _Handler)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"


class _Handler(BaseHTTPRequestHandler):
    server: Stamper

    def do_POST(self) -> None:
        asked = tsp.TimeStampReq.load(self.rfile.read(int(self.headers["Content-Length"])))
        answer = b"" if self.server.fails else self.server.by.request_tsa_response(asked).dump()
        self.send_response(500 if self.server.fails else 200)
        self.send_header("Content-Type", "application/timestamp-reply")
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_what: Any) -> None:
        pass


def running(issuer: str) -> Iterator[Stamper]:
    server = Stamper(issuer)
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(scope="module")
def trusted_stamper() -> Iterator[Stamper]:
    yield from running(authority.AUTHORITY)


@pytest.fixture
def stamper(app: Flask, trusted_stamper: Stamper, monkeypatch: pytest.MonkeyPatch) -> Stamper:
    """The installation asks the authority on this machine."""
    monkeypatch.setitem(app.config, "CERTIFICATES_TSA", trusted_stamper.url)
    monkeypatch.setattr(jobs._Wait, "until", jobs._Wait.until)
    trusted_stamper.fails = False
    return trusted_stamper


def test_a_sealed_paper_gets_its_timestamp_and_the_proofs(
    app: Flask, sealed: Certificate, stamper: Stamper, client: FlaskClient, tmp_path: Path,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    before = queries.pdf_of(sealed)
    (tmp_path / "ca.crl").write_bytes(authority.revoking(at=clock.now() - timedelta(days=1)))
    monkeypatch.setitem(app.config, "CERTIFICATES_CRL", str(tmp_path / "ca.crl"))
    assert jobs.stamp_sealed() == 1 and jobs.stamp_sealed() == 0
    data = queries.pdf_of(sealed)
    assert data.startswith(before) and b"/DSS" in data and b"/DocTimeStamp" in data
    (seen,) = signatures_of(data)
    assert seen.trusted and seen.whole and seen.stamper == "Dấu thời gian thử nghiệm" and seen.stamped_at
    signature = signature_of(sealed.code, sealed.facts)
    assert signature.level == "B-LT" and signature.signed_at == seen.stamped_at
    for file in (data, before):
        page = client.post("/verify/file", data={"file": (BytesIO(file), "giấy.pdf")}).text
        assert 'class="note success"' in page, page
    # Years later, when the seal's certificate is revoked, the timestamp proves that it sealed before.
    chain = Path(app.config["CERTIFICATES_SEAL_CHAIN"]).read_bytes()
    (tmp_path / "ca.crl").write_bytes(authority.revoking(chain, at=clock.now() + timedelta(minutes=1)))
    assert signatures_of(data)[0].trusted
    (tmp_path / "ca.crl").write_bytes(authority.revoking(chain, at=clock.now() - timedelta(minutes=1)))
    assert signatures_of(data)[0].revoked


def test_while_the_authority_fails_papers_stay_as_they_are_and_are_stamped_later(
    sealed: Certificate, stamper: Stamper, monkeypatch: pytest.MonkeyPatch  # noqa: F811
) -> None:  # fmt: skip
    stamper.fails = True
    before = queries.pdf_of(sealed)
    assert jobs.stamp_sealed() == 0
    assert queries.pdf_of(sealed) == before and signature_of(sealed.code, sealed.facts).level == "B-B"
    stamper.fails = False
    assert jobs.stamp_sealed() == 0  # it is not asked at once again
    monkeypatch.setattr(jobs._Wait, "until", clock.now())
    assert jobs.stamp_sealed() == 1 and signature_of(sealed.code, sealed.facts).level == "B-T"


def test_a_timestamp_of_a_stranger_is_not_taken(
    app: Flask, sealed: Certificate, stamper: Stamper, monkeypatch: pytest.MonkeyPatch  # noqa: F811
) -> None:  # fmt: skip
    for stranger in running("CA lạ"):
        monkeypatch.setitem(app.config, "CERTIFICATES_TSA", stranger.url)
        assert jobs.stamp_sealed() == 0
    assert signature_of(sealed.code, sealed.facts).level == "B-B"


def test_a_file_sealed_with_a_former_key_is_still_ours(
    app: Flask, sealed: Certificate, client: FlaskClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch  # noqa: F811
) -> None:  # fmt: skip
    former = queries.pdf_of(sealed)
    key, chain = authority.holder("Con dấu mới", "rsa")
    old = Path(app.config["CERTIFICATES_SEAL_CHAIN"]).read_bytes()
    for name, data in (("KEY", key), ("CHAIN", chain + old)):
        (tmp_path / f"new {name}").write_bytes(data)
        monkeypatch.setitem(app.config, f"CERTIFICATES_SEAL_{name}", str(tmp_path / f"new {name}"))

    def page(data: bytes) -> str:
        return client.post("/verify/file", data={"file": (BytesIO(data), "giấy.pdf")}).text

    assert queries.pdf_of(the_certificate()) != former and 'class="note success"' in page(former)
    (tmp_path / "new CHAIN").write_bytes(chain)
    assert 'class="note error"' in page(former)


def test_papers_without_a_seal_are_left_alone(certificate: Certificate, stamper: Stamper, completed: Completed) -> None:
    assert jobs.stamp_sealed() == 0
