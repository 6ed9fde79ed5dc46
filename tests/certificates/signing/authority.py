"""A certificate authority for the tests, and keys that it vouches for."""

from datetime import UTC, datetime, timedelta
from functools import cache

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import NameOID

Key = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey
SINCE = datetime(2026, 1, 1, tzinfo=UTC)


def _name(common_name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name)])


@cache
def root() -> tuple[ec.EllipticCurvePrivateKey, x509.Certificate]:
    """The authority's key and certificate."""
    key = ec.generate_private_key(ec.SECP256R1())
    return key, _certify("CA thử nghiệm", key, "CA thử nghiệm", key, authority=True)


def _certify(subject: str, key: Key, issuer: str, issuer_key: Key, *, authority: bool) -> x509.Certificate:
    usage = x509.KeyUsage(
        digital_signature=not authority, content_commitment=not authority, key_encipherment=False,
        data_encipherment=False, key_agreement=False, key_cert_sign=authority, crl_sign=authority,
        encipher_only=False, decipher_only=False,
    )  # fmt: skip
    builder = x509.CertificateBuilder(
        subject_name=_name(subject), issuer_name=_name(issuer), public_key=key.public_key(),
        serial_number=x509.random_serial_number(), not_valid_before=SINCE - timedelta(days=1),
        not_valid_after=SINCE + timedelta(days=3650),
    )  # fmt: skip
    builder = builder.add_extension(usage, critical=True)
    builder = builder.add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
    return builder.sign(issuer_key, hashes.SHA256())


def holder(name: str, kind: str = "p256") -> tuple[bytes, bytes]:
    """A key and its certificate with the authority's behind it, both PEM."""
    key: Key = ec.generate_private_key(ec.SECP256R1()) if kind == "p256" else rsa.generate_private_key(65537, 2048)
    authority_key, authority = root()
    certificate = _certify(name, key, "CA thử nghiệm", authority_key, authority=False)
    plain = serialization.NoEncryption()
    pem = serialization.Encoding.PEM
    chain = certificate.public_bytes(pem) + authority.public_bytes(pem)
    return key.private_bytes(pem, serialization.PrivateFormat.PKCS8, plain), chain
