"""The seal: pyHanko and every reader find it whole, and one changed byte breaks it."""

from io import BytesIO
from pathlib import Path

import pytest
from asn1crypto import x509
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko.sign.validation.status import PdfSignatureStatus
from pyhanko_certvalidator import ValidationContext

from certificates.designs import READY, Paper, compiled
from certificates.signing import KeySeal
from tests.certificates.designs.test_certificate_pdf import ADDRESS, FACTS, faces  # noqa: F401
from tests.certificates.signing.authority import holder, root
from tests.conftest import data_folder  # noqa: F401

PAPER = Paper(FACTS, ADDRESS, ADDRESS)
CREDENTIAL = b'{"type": ["VerifiableCredential", "OpenBadgeCredential"]}'


def status_of(data: bytes) -> PdfSignatureStatus:
    authority = x509.Certificate.load(root()[1].public_bytes(Encoding.DER))
    context = ValidationContext(trust_roots=[authority])
    return validate_pdf_signature(PdfFileReader(BytesIO(data)).embedded_signatures[0], context)


@pytest.mark.parametrize("kind", ["p256", "rsa"])
def test_a_sealed_paper_is_valid_trusted_and_signed_whole(faces: Path, kind: str) -> None:  # noqa: F811
    seal = KeySeal(*holder("Đảng ủy Khối thử nghiệm", kind))
    data = compiled(READY["party"], faces).draw(PAPER, attachment=CREDENTIAL, seal=seal)
    status = status_of(data)
    assert status.bottom_line and status.intact and status.trusted
    assert status.coverage.name == "ENTIRE_FILE"
    assert status.signing_cert.subject.native["common_name"] == "Đảng ủy Khối thử nghiệm"
    assert len(data) <= 45_000


def test_one_changed_byte_breaks_the_seal(faces: Path) -> None:  # noqa: F811
    data = compiled(READY["party"], faces).draw(PAPER, seal=KeySeal(*holder("Đảng ủy")))
    place = data.index(b"/Keywords (ABCD") + len(b"/Keywords (")
    status = status_of(data[:place] + b"X" + data[place + 1 :])
    assert not status.intact and not status.bottom_line


def test_the_same_facts_and_key_give_the_same_sealed_bytes(faces: Path) -> None:  # noqa: F811
    key, chain = holder("Đảng ủy")
    design = compiled(READY["party"], faces)
    first, second = (design.draw(PAPER, seal=KeySeal(key, chain)) for _time in range(2))
    assert first == second


def test_signatures_of_every_length_fit_their_hole(faces: Path) -> None:  # noqa: F811
    """The DER of an ECDSA signature has 68 to 72 bytes: each length has a structure of its own."""
    seal = KeySeal(*holder("Đảng ủy"))
    lengths = set()
    for number in range(300):
        cms = seal.sign(number.to_bytes(32, "big"))
        lengths.add(len(cms))
        assert len(cms) <= seal.hole
    assert len(lengths) >= 2


def test_a_key_of_another_kind_is_refused() -> None:
    key = Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    with pytest.raises(ValueError, match="P-256 or RSA"):
        KeySeal(key, holder("Đảng ủy")[1])
