"""What the signatures of a PDF say: who signed, when, and whether anything was changed since."""

from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from pathlib import Path

from asn1crypto import pem, x509
from flask import current_app
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko.sign.validation.status import SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext


@dataclass(frozen=True)
class Seen:
    """One signature. `at` is what the signer's own clock says; `whole`: nothing stands outside what was signed."""

    signer: str
    at: datetime | None
    intact: bool
    whole: bool
    trusted: bool


def signatures_of(data: bytes) -> list[Seen]:
    """The signatures of a PDF, in their order; none for a file that is no PDF or cannot be read."""
    try:
        found = PdfFileReader(BytesIO(data), strict=False).embedded_signatures
        context = ValidationContext(trust_roots=_roots(), allow_fetching=False)
        statuses = [(one, validate_pdf_signature(one, context)) for one in found]
    except Exception:  # a stranger's file: whatever is wrong with it, it carries no signature that we can vouch for
        return []
    return [
        Seen(
            str(status.signing_cert.subject.native.get("common_name", status.signing_cert.subject.human_friendly)),
            one.self_reported_timestamp, status.intact and status.valid,
            status.coverage == SignatureCoverageLevel.ENTIRE_FILE, status.trusted,
        )
        for one, status in statuses
    ]  # fmt: skip


def _roots() -> list[x509.Certificate]:
    """The authorities that this installation trusts: those of a PEM file, and the seal's own chain."""
    conf = current_app.config
    names = (conf["CERTIFICATES_TRUST"], conf["CERTIFICATES_SEAL_CHAIN"])
    paths = [Path(str(name)) for name in names if name and Path(str(name)).is_file()]
    return [
        x509.Certificate.load(der) for path in paths for _type, _headers, der in pem.unarmor(path.read_bytes(), True)
    ]
