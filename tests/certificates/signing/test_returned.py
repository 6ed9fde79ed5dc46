"""A prepared paper comes back from the leader's machine: only the same paper with good signatures is taken."""

import hashlib
from datetime import datetime, timedelta
from io import BytesIO
from pathlib import Path

import pytest
from asn1crypto import x509
from flask import Flask
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.pdf_utils.writer import copy_into_new_writer

from certificates.designs import READY, Paper, compiled
from certificates.signing.checking import signatures_of
from certificates.signing.returned import Prepared, check_returned
from certificates.signing.trust import certificates_in
from lms import clock
from lms.errors import Refused
from tests.certificates.designs.test_certificate_pdf import ADDRESS, FACTS, faces  # noqa: F401
from tests.certificates.signing import authority
from tests.certificates.signing.leader import sign, signer

LEADER = FACTS.signer


@pytest.fixture(scope="module")
def paper(faces: Path) -> bytes:  # noqa: F811
    return compiled(READY["party"], faces).draw(Paper(FACTS, ADDRESS, ADDRESS), field=True)


@pytest.fixture
def prepared(paper: bytes) -> Prepared:
    made = clock.now() - timedelta(hours=1)
    return Prepared(len(paper), hashlib.sha256(paper).hexdigest(), made, LEADER)


@pytest.fixture(scope="module")
def anchors() -> list[x509.Certificate]:
    return certificates_in(authority.pem(authority.root()[1]))


@pytest.fixture(scope="module")
def leader() -> tuple[bytes, bytes]:
    return authority.holder(LEADER)


def why(data: bytes, prepared: Prepared, anchors: list[x509.Certificate], at: datetime | None = None) -> str:
    """The sentence with which the file is refused."""
    with pytest.raises(Refused) as refusal:
        check_returned(data, prepared, anchors, at or clock.now())
    return str(refusal.value)


@pytest.mark.parametrize("field", ["Signature", "Sig2"])
def test_a_signed_paper_is_taken_whichever_field_the_tool_uses(
    app: Flask, paper: bytes, prepared: Prepared, anchors: list[x509.Certificate], leader: tuple[bytes, bytes],
    field: str,
) -> None:  # fmt: skip
    (seen,) = check_returned(sign(paper, signer(*leader), field=field), prepared, anchors, clock.now())
    assert seen.signer == LEADER and seen.trusted and seen.whole and seen.at is not None and len(seen.serial) > 8


def test_leader_and_office_may_both_sign_and_neither_breaks_the_other(
    app: Flask, paper: bytes, prepared: Prepared, anchors: list[x509.Certificate], leader: tuple[bytes, bytes]
) -> None:
    once = sign(paper, signer(*leader))
    twice = sign(once, signer(*authority.holder("Đảng ủy Khối", "rsa")), field="Dau")
    assert [s.signer for s in check_returned(twice, prepared, anchors, clock.now())] == [LEADER, "Đảng ủy Khối"]
    office = sign(paper, signer(*authority.holder("Đảng ủy Khối")))
    assert "Đảng ủy Khối" in why(office, prepared, anchors) and LEADER in why(office, prepared, anchors)


def rewritten(data: bytes) -> bytes:
    """What a tool makes that does not add to the file but writes it anew."""
    stream = BytesIO()
    copy_into_new_writer(PdfFileReader(BytesIO(data))).write(stream)
    return stream.getvalue()


def repainted(data: bytes) -> bytes:
    """Another name painted over the paper in an addition to the file."""
    writer = IncrementalPdfFileWriter(BytesIO(data))
    stream = writer.add_object(generic.StreamObject(stream_data=b"0 0 200 200 re f"))
    writer.add_stream_to_page(0, stream)
    added: BytesIO = BytesIO()
    writer.write(added)
    return added.getvalue()


def grafted(data: bytes, other: bytes) -> bytes:
    """The prepared bytes, and behind them a whole other document that readers would show instead."""
    moved = rewritten(other)
    start = int(moved.rsplit(b"startxref", 1)[1].split()[0])
    return data + moved.replace(b"startxref\n%d" % start, b"startxref\n%d" % (start + len(data)))


def test_each_wrong_file_is_refused_with_its_own_sentence(
    app: Flask, paper: bytes, prepared: Prepared, anchors: list[x509.Certificate], leader: tuple[bytes, bytes]
) -> None:
    tool = signer(*leader)
    signed = sign(paper, tool)
    middle = len(paper) + 300
    sentences = {
        "bare": why(paper, prepared, anchors),
        "anew": why(sign(rewritten(paper), tool), prepared, anchors),
        "changed": why(signed[:5000] + b"X" + signed[5001:], prepared, anchors),
        "repainted": why(sign(repainted(paper), tool), prepared, anchors),
        "broken": why(signed[:middle] + bytes([signed[middle] ^ 1]) + signed[middle + 1 :], prepared, anchors),
        "added": why(signed + b"% later", prepared, anchors),
        "cut": why(signed[:-40], prepared, anchors),
        "stranger": why(sign(paper, signer(*authority.holder(LEADER, issuer="CA lạ"))), prepared, anchors),
        "ended": why(sign(paper, signer(*authority.holder(LEADER, until=authority.SINCE))), prepared, anchors),
        "another": why(sign(paper, signer(*authority.holder("Người Khác"))), prepared, anchors),
        "early": why(signed, prepared, anchors, clock.now() - timedelta(hours=1)),
    }
    assert sentences["anew"] == sentences["changed"] and sentences["stranger"] == sentences["ended"]
    assert len(set(sentences.values())) >= 7, sentences
    assert "Người Khác" in sentences["another"] and sentences["bare"] != sentences["added"]


def test_a_signature_from_before_the_batch_is_refused(
    app: Flask, paper: bytes, prepared: Prepared, anchors: list[x509.Certificate], leader: tuple[bytes, bytes]
) -> None:
    later = Prepared(prepared.length, prepared.sha256, clock.now() + timedelta(hours=1), LEADER)
    assert str(clock.today().year) in why(
        sign(paper, signer(*leader)), later, anchors, clock.now() + timedelta(hours=2)
    )


def test_a_revoked_certificate_signs_nothing(
    app: Flask, paper: bytes, prepared: Prepared, anchors: list[x509.Certificate], leader: tuple[bytes, bytes],
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    signed = sign(paper, signer(*leader))
    (tmp_path / "ca.crl").write_bytes(authority.revoking(leader[1], at=clock.now() - timedelta(days=2)))
    monkeypatch.setitem(app.config, "CERTIFICATES_CRL", str(tmp_path))
    assert LEADER in why(signed, prepared, anchors)
    (seen,) = signatures_of(signed, anchors)
    assert seen.revoked and not seen.trusted and seen.intact
    (tmp_path / "ca.crl").write_bytes(authority.revoking(at=clock.now() - timedelta(days=2)))
    assert check_returned(signed, prepared, anchors, clock.now())[0].trusted
