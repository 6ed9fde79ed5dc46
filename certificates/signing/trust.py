"""Whom we trust: authorities and revocation lists, from files that the settings name and from what an issuer set."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import lru_cache
from itertools import product
from pathlib import Path
from typing import Any

from asn1crypto import pem, x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509 import Certificate, load_der_x509_certificate, load_der_x509_crl
from cryptography.x509 import CertificateRevocationList as RevocationList
from flask import current_app
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation.dss import DocumentSecurityStore
from pyhanko.sign.validation.errors import NoDSSFoundError
from pyhanko_certvalidator import ValidationContext


def certificates_in(data: bytes) -> list[x509.Certificate]:
    """The certificates of a PEM or DER file. ValueError when there is none or one cannot be read."""
    found = [x509.Certificate.load(der) for der in _ders(data, "CERTIFICATE")]
    for certificate in found:
        certificate.subject.human_friendly  # noqa: B018 - asn1crypto reads late: whatever is wrong is found here
    return found


def _ders(data: bytes, kind: str) -> list[bytes]:
    if not pem.detect(data):
        return [data]
    found = [der for name, _headers, der in pem.unarmor(data, multiple=True) if name == kind]
    if not found:
        raise ValueError(f"no {kind} in the file")
    return found


def roots() -> list[x509.Certificate]:
    """The authorities that this installation trusts: those of a file, and those above the seal.

    The seal's own certificate is none, unless nobody stands above it: else its revocation would not be seen.
    """
    conf = current_app.config
    sealing = _read(str(conf["CERTIFICATES_SEAL_CHAIN"]))
    return _read(str(conf["CERTIFICATES_TRUST"])) + [c for c in sealing if c.ca or c.self_signed != "no"]


def seal_certificates() -> set[bytes]:
    """The certificates that seal, now and formerly: those of the chain's file that are no authority's."""
    return {c.sha256 for c in _read(str(current_app.config["CERTIFICATES_SEAL_CHAIN"])) if not c.ca}


def _read(name: str) -> list[x509.Certificate]:
    return certificates_in(Path(name).read_bytes()) if name and Path(name).is_file() else []


def revocations() -> list[RevocationList]:
    """The revocation lists that the settings name: one file, or every file of a folder, PEM or DER."""
    name = str(current_app.config["CERTIFICATES_CRL"])
    if not name:
        return []
    path = Path(name)
    files = sorted(p for p in path.iterdir() if p.is_file()) if path.is_dir() else [path]
    return [one for file in files for one in _lists_in(file, file.stat().st_mtime_ns)]


@lru_cache(maxsize=64)
def _lists_in(path: Path, _stamp: int) -> list[RevocationList]:
    return [load_der_x509_crl(der) for der in _ders(path.read_bytes(), "X509 CRL")]


def revoked_at(chain: Iterable[x509.Certificate], lists: Sequence[RevocationList]) -> datetime | None:
    """Since when the first certificate of a chain, or one above it, is revoked by a list that its issuer signed."""
    found = []
    links = [load_der_x509_certificate(certificate.dump()) for certificate in chain]
    for certificate, issuer in product(links, links):
        if certificate.issuer == issuer.subject:
            for one in lists:
                entry = one.get_revoked_certificate_by_serial_number(certificate.serial_number)
                if entry is not None and one.issuer == issuer.subject and _signed(one, issuer):
                    found.append(entry.revocation_date_utc)
    return min(found, default=None)


def _signed(one: RevocationList, issuer: Certificate) -> bool:
    key = issuer.public_key()
    return isinstance(key, ec.EllipticCurvePublicKey | rsa.RSAPublicKey) and one.is_signature_valid(key)


def context(anchors: Iterable[x509.Certificate], moment: datetime | None = None, reader: PdfFileReader | None = None,
            **more: Any) -> ValidationContext:  # fmt: skip
    """What a signature is checked against, as of a moment or now; with what a file brings along for its own proof."""
    values: dict[str, Any] = {
        "trust_roots": list(anchors), "allow_fetching": False, "revocation_mode": "soft-fail",
        "retroactive_revinfo": True, "moment": moment, **more,
    }  # fmt: skip
    try:
        proofs = DocumentSecurityStore.read_dss(reader) if reader is not None else None
    except NoDSSFoundError:
        proofs = None
    found: ValidationContext = proofs.as_validation_context(values) if proofs else ValidationContext(**values)
    return found
