"""The seal's key in a PKCS#11 device: SoftHSM2 stands in for the real one."""

import hashlib
import os
import subprocess
from base64 import b64encode
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pkcs11
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import load_der_public_key, load_pem_public_key
from flask import Flask
from pkcs11.util.ec import encode_ec_public_key, encode_named_curve_parameters
from pkcs11.util.rsa import encode_rsa_public_key
from pyhanko.sign.pkcs11 import PKCS11Signer

from certificates.designs import READY, Paper, compiled
from certificates.signing.device import DeviceSeal
from certificates.signing.returned import Prepared, check_returned
from certificates.signing.trust import certificates_in
from lms import clock
from tests.certificates.designs.test_certificate_pdf import ADDRESS, FACTS, faces  # noqa: F401
from tests.certificates.signing import authority
from tests.certificates.signing.leader import sign
from tests.certificates.signing.test_seal import status_of
from tests.conftest import data_folder  # noqa: F401

MODULES = ("/usr/lib/softhsm/libsofthsm2.so", "/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so",
           "/usr/lib/aarch64-linux-gnu/softhsm/libsofthsm2.so")  # fmt: skip
MODULE = next((path for path in MODULES if Path(path).is_file()), "")
PIN = "123456"

if os.environ.get("CI") and not MODULE:
    pytest.fail("softhsm2 is missing: .ci/run installs it")
pytestmark = pytest.mark.skipif(not MODULE, reason="softhsm2 is not installed (apt install softhsm2)")


@pytest.fixture(scope="module")
def device(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A device with a P-256 and an RSA key, and the certificates that the test authority gave over them."""
    folder = tmp_path_factory.mktemp("softhsm")
    (folder / "tokens").mkdir()
    (folder / "softhsm2.conf").write_text(f"directories.tokendir = {folder / 'tokens'}\n")
    os.environ["SOFTHSM2_CONF"] = str(folder / "softhsm2.conf")
    subprocess.run(
        ["softhsm2-util", "--init-token", "--free", "--label", "Con dấu", "--pin", PIN, "--so-pin", PIN],
        check=True, capture_output=True,
    )  # fmt: skip
    library = pkcs11.lib(MODULE)
    library.reinitialize()
    with library.get_token(token_label="Con dấu").open(rw=True, user_pin=PIN) as session:
        curve = {pkcs11.Attribute.EC_PARAMS: encode_named_curve_parameters("secp256r1")}
        parameters = session.create_domain_parameters(pkcs11.KeyType.EC, curve, local=True)
        elliptic, _private = parameters.generate_keypair(store=True, label="p256")
        plain, _private = session.generate_keypair(pkcs11.KeyType.RSA, 2048, store=True, label="rsa")
        (folder / "p256.pem").write_bytes(_certified(load_der_public_key(encode_ec_public_key(elliptic))))
        (folder / "rsa.pem").write_bytes(_certified(_loaded(encode_rsa_public_key(plain))))
    yield folder
    del os.environ["SOFTHSM2_CONF"]


def _loaded(der: bytes) -> object:
    """A device gives an RSA key without the envelope that says what it is (PKCS #1)."""
    kind = b"RSA PUBLIC KEY-----\n"
    return load_pem_public_key(b"-----BEGIN " + kind + b64encode(der) + b"\n-----END " + kind)


def _certified(public: object) -> bytes:
    assert isinstance(public, ec.EllipticCurvePublicKey | rsa.RSAPublicKey)
    key, above = authority.root()
    return authority.pem(authority.certify("Con dấu hệ thống", public, authority.AUTHORITY, key)) + authority.pem(above)


def uri(key: str) -> str:
    return f"pkcs11:token=Con%20d%E1%BA%A5u;object={key}?module-path={MODULE}"


@pytest.mark.parametrize("key", ["p256", "rsa"])
def test_a_paper_is_sealed_by_a_key_that_stays_in_its_device(faces: Path, device: Path, key: str) -> None:  # noqa: F811
    seal = DeviceSeal(uri(key), PIN, (device / f"{key}.pem").read_bytes())
    status = status_of(compiled(READY["party"], faces).draw(Paper(FACTS, ADDRESS, ADDRESS), seal=seal))
    assert status.bottom_line and status.coverage.name == "ENTIRE_FILE"
    assert status.signing_cert.subject.native["common_name"] == "Con dấu hệ thống"


@pytest.mark.parametrize(
    ("key", "pin", "chain"), [("none", PIN, "p256"), ("p256", "000000", "p256"), ("rsa", PIN, "p256")]
)
def test_a_device_that_does_not_fit_is_refused_before_anything_is_sealed(
    device: Path, key: str, pin: str, chain: str
) -> None:
    pkcs11.lib(MODULE).reinitialize()  # nobody is logged in
    with pytest.raises(ValueError, match=r".+"):
        DeviceSeal(uri(key), pin, (device / f"{chain}.pem").read_bytes())
    with pytest.raises(ValueError, match=r".+"):
        DeviceSeal("pkcs11:token=x;object=y?module-path=/nowhere.so", PIN, (device / "p256.pem").read_bytes())


def test_a_session_that_is_lost_is_opened_again(faces: Path, device: Path) -> None:  # noqa: F811
    seal = DeviceSeal(uri("p256"), PIN, (device / "p256.pem").read_bytes())
    pkcs11.lib(MODULE).reinitialize()
    assert status_of(compiled(READY["party"], faces).draw(Paper(FACTS, ADDRESS, ADDRESS), seal=seal)).bottom_line


def test_a_leader_signs_a_prepared_paper_by_such_a_device(app: Flask, faces: Path, device: Path) -> None:  # noqa: F811
    paper = compiled(READY["party"], faces).draw(Paper(FACTS, ADDRESS, ADDRESS), field=True)
    name = "Con dấu hệ thống"
    prepared = Prepared(len(paper), hashlib.sha256(paper).hexdigest(), clock.now() - timedelta(hours=1), name)
    own, above = certificates_in((device / "p256.pem").read_bytes())
    pkcs11.lib(MODULE).reinitialize()
    with pkcs11.lib(MODULE).get_token(token_label="Con dấu").open(user_pin=PIN) as session:
        tool = PKCS11Signer(session, signing_cert=own, key_label="p256", use_raw_mechanism=True)
        signed = sign(paper, tool)
    (seen,) = check_returned(signed, prepared, [above], clock.now())
    assert seen.signer == name and seen.trusted
