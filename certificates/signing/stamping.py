"""A timestamp and proofs for the long term behind a signature: PAdES B-T, or B-LT where lists are at hand."""

from dataclasses import dataclass
from datetime import datetime
from io import BytesIO

from asn1crypto import crl, x509
from cryptography.hazmat.primitives.serialization import Encoding
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.signers.pdf_signer import PdfTimeStamper
from pyhanko.sign.timestamps import TimeStamper
from pyhanko.sign.timestamps.aiohttp_client import HTTPTimeStamper
from pyhanko.sign.validation.dss import DocumentSecurityStore

from certificates.signing.checking import signatures_of
from certificates.signing.trust import context, revocations, roots

# An authority that does not answer within so many seconds is asked again later.
PATIENCE = 10


@dataclass(frozen=True)
class Stamped:
    """A signed file with its timestamp; `level` is B-T, or B-LT with revocation lists for the signer's certificate."""

    data: bytes
    level: str
    at: datetime


def authority(url: str) -> TimeStamper:
    """The timestamp authority at an address; one of them serves for many papers."""
    return HTTPTimeStamper(url, timeout=PATIENCE)


def stamp(data: bytes, by: TimeStamper) -> Stamped:
    """The file with proofs and a timestamp behind its signature. ValueError unless the timestamp is one we trust.

    What was signed stays as it is, byte by byte.
    """
    reader = PdfFileReader(BytesIO(data))
    signature = reader.embedded_regular_signatures[0]
    chain = [signature.signer_cert, *signature.other_embedded_certs]
    lists = [one for one in revocations() if any(one.issuer.public_bytes() == c.issuer.dump() for c in chain)]
    parsed = [crl.CertificateList.load(one.public_bytes(Encoding.DER)) for one in lists]
    proven = BytesIO(data)
    DocumentSecurityStore.add_dss(
        proven, signature.pkcs7_content, certs=_without_doubles([*chain, *roots()]), crls=parsed, force_write=True
    )
    writer = IncrementalPdfFileWriter(proven)
    trusted = context(roots(), crls=parsed)
    output: BytesIO = PdfTimeStamper(by).timestamp_pdf(writer, "sha256", validation_context=trusted)
    seen = signatures_of(output.getvalue())
    at = seen[0].stamped_at if seen else None
    if at is None or not (seen[0].intact and seen[0].whole):
        raise ValueError("the timestamp is not of an authority that this system trusts")
    known = signature.signer_cert.issuer.dump() in [one.issuer.public_bytes() for one in lists]
    return Stamped(output.getvalue(), "B-LT" if known else "B-T", at)


def _without_doubles(certificates: list[x509.Certificate]) -> list[x509.Certificate]:
    return list({certificate.sha256: certificate for certificate in certificates}.values())
