"""A certificate authority for the tests, the keys that it vouches for, and its list of revoked ones."""

from datetime import UTC, datetime, timedelta
from functools import cache

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

Key = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey
SINCE = datetime(2026, 1, 1, tzinfo=UTC)
AUTHORITY = "CA thử nghiệm"


def _name(common_name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name)])


def root(name: str = AUTHORITY) -> tuple[ec.EllipticCurvePrivateKey, x509.Certificate]:
    """The key and certificate of an authority."""
    return _root(name)


@cache
def _root(name: str) -> tuple[ec.EllipticCurvePrivateKey, x509.Certificate]:
    key = ec.generate_private_key(ec.SECP256R1())
    return key, certify(name, key.public_key(), name, key, authority=True)


def certify(
    subject: str, key: ec.EllipticCurvePublicKey | rsa.RSAPublicKey, issuer: str, issuer_key: Key, *,
    authority: bool = False, stamps: bool = False, until: datetime = SINCE + timedelta(days=3650),
) -> x509.Certificate:  # fmt: skip
    """A certificate of the authority over somebody's key; `stamps`: for timestamps only."""
    usage = x509.KeyUsage(
        digital_signature=not authority, content_commitment=not authority, key_encipherment=False,
        data_encipherment=False, key_agreement=False, key_cert_sign=authority, crl_sign=authority,
        encipher_only=False, decipher_only=False,
    )  # fmt: skip
    builder = x509.CertificateBuilder(
        subject_name=_name(subject), issuer_name=_name(issuer), public_key=key,
        serial_number=x509.random_serial_number(), not_valid_before=SINCE - timedelta(days=1), not_valid_after=until,
    )  # fmt: skip
    builder = builder.add_extension(usage, critical=True)
    builder = builder.add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
    if stamps:
        builder = builder.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), critical=True)
    return builder.sign(issuer_key, hashes.SHA256())


def holder(name: str, kind: str = "p256", issuer: str = AUTHORITY, *, stamps: bool = False,
           until: datetime = SINCE + timedelta(days=3650)) -> tuple[bytes, bytes]:  # fmt: skip
    """A key and its certificate with the authority's behind it, both PEM."""
    key: Key = ec.generate_private_key(ec.SECP256R1()) if kind == "p256" else _rsa()
    issuer_key, above = root(issuer)
    certificate = certify(name, key.public_key(), issuer, issuer_key, stamps=stamps, until=until)
    plain = serialization.NoEncryption()
    return key.private_bytes(PEM, serialization.PrivateFormat.PKCS8, plain), pem(certificate) + pem(above)


@cache
def _rsa() -> rsa.RSAPrivateKey:
    """One RSA key for all who want one: making it takes long."""
    return rsa.generate_private_key(65537, 2048)


PEM = serialization.Encoding.PEM


def pem(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(PEM)


def revoking(*chains: bytes, at: datetime) -> bytes:
    """The authority's list of revoked certificates (PEM): the first of each chain, from a moment on."""
    key, above = root()
    builder = x509.CertificateRevocationListBuilder(
        issuer_name=above.subject, last_update=at, next_update=at + timedelta(days=3650)
    )
    for chain in chains:
        revoked = x509.RevokedCertificateBuilder(
            serial_number=x509.load_pem_x509_certificates(chain)[0].serial_number, revocation_date=at
        )
        builder = builder.add_revoked_certificate(revoked.build())
    return builder.sign(key, hashes.SHA256()).public_bytes(PEM)
