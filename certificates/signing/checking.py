"""What the signatures of a PDF say: who signed, when, by whose word, and whether anything was changed since."""

import logging
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO

from asn1crypto import x509
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.diff_analysis import (
    DEFAULT_DIFF_POLICY,
    FormUpdatingRule,
    GenericFieldModificationRule,
    ModificationLevel,
    SigFieldCreationRule,
    SigFieldModificationRule,
    StandardDiffPolicy,
)
from pyhanko.sign.validation import validate_pdf_signature, validate_pdf_timestamp
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko.sign.validation.status import PdfSignatureStatus, SignatureCoverageLevel

from certificates.signing.trust import context, revocations, revoked_at, roots
from lms import clock

# A stranger's broken file is told to the stranger; it is no event of ours.
logging.getLogger("pyhanko.sign").setLevel(logging.CRITICAL)

# Tools change such entries of the form when they sign: its fields, fonts and flags, nothing that is printed.
_FORM_ENTRIES = {"/Fields", "/SigFlags", "/DR", "/DA", "/NeedAppearances"}
# What may be added to a paper without changing what it says: signatures, timestamps, proofs, dates of the file.
POLICY = StandardDiffPolicy(
    DEFAULT_DIFF_POLICY.global_rules,
    FormUpdatingRule(
        [SigFieldCreationRule(), SigFieldModificationRule(), GenericFieldModificationRule()],  # type: ignore[no-untyped-call]
        ignored_acroform_keys=_FORM_ENTRIES,
    ),
)
_END = re.compile(rb"startxref\s+(\d+)\s+%%EOF\s*\Z")


@dataclass(frozen=True)
class Seen:
    """One signature. `at` is what the signer's own clock says, `stamped_at` what a timestamp proves.

    `whole`: nothing stands outside what was signed but later signatures and proofs. `expired`: it was trusted when it
    was signed, by the signer's clock, and its certificate has ended since.
    """

    signer: str
    at: datetime | None
    intact: bool
    whole: bool
    trusted: bool
    revoked: bool = False
    expired: bool = False
    stamped_at: datetime | None = None
    stamper: str = ""
    serial: str = ""
    certificate: bytes = b""


def signatures_of(data: bytes, anchors: Sequence[x509.Certificate] | None = None) -> list[Seen]:
    """The signatures of a PDF, in their order; none for a file that is no PDF or cannot be read.

    Trusted are those that the anchors vouch for; without any, the installation's.
    """
    try:
        reader = PdfFileReader(BytesIO(data), strict=False)
        return [_seen(one, reader, data, roots() if anchors is None else anchors)
                for one in reader.embedded_regular_signatures]  # fmt: skip
    except Exception:  # a stranger's file: whatever is wrong with it, it carries no signature that we can vouch for
        return []


def _seen(one: EmbeddedPdfSignature, reader: PdfFileReader, data: bytes, anchors: Sequence[x509.Certificate]) -> Seen:
    def status_at(moment: datetime | None) -> PdfSignatureStatus:
        both = context([*anchors, *roots()], None, reader)
        return validate_pdf_signature(one, context(anchors, moment, reader), both, diff_policy=POLICY)

    status, now = status_at(None), clock.now()
    stamped_at, stamper = _stamp(one, status, reader, [*anchors, *roots()])
    if stamped_at is not None:
        status = status_at(stamped_at)
    claimed, expired = one.self_reported_timestamp, False
    if not (status.trusted or stamped_at) and claimed and claimed <= now:
        status = status_at(claimed)
        expired = status.trusted
    ended = revoked_at(status.validation_path, revocations()) if status.validation_path else None
    revoked = status.revoked or (ended is not None and ended <= (stamped_at or now))
    return Seen(
        name_of(status.signing_cert), claimed, status.intact and status.valid, _whole(status, reader, data),
        status.trusted and not revoked and not expired, revoked, expired and not revoked, stamped_at, stamper,
        f"{status.signing_cert.serial_number:X}", status.signing_cert.sha256,
    )  # fmt: skip


def _stamp(one: EmbeddedPdfSignature, status: PdfSignatureStatus, reader: PdfFileReader,
           anchors: Sequence[x509.Certificate]) -> tuple[datetime | None, str]:  # fmt: skip
    """The first trusted timestamp over the signature: its own, or one of the whole document that came after it."""
    stamps = [
        validate_pdf_timestamp(stamp, context(anchors, None, reader), diff_policy=POLICY)
        for stamp in reader.embedded_timestamp_signatures
        if stamp.signed_revision >= one.signed_revision
    ]
    own = status.timestamp_validity
    good = [s for s in (*stamps, *([own] if own else [])) if s.intact and s.valid and s.trusted]
    return min(((s.timestamp, name_of(s.signing_cert)) for s in good), default=(None, ""))


def _whole(status: PdfSignatureStatus, reader: PdfFileReader, data: bytes) -> bool:
    """Whether the signature covers the file, or all but revisions that add only signatures and proofs."""
    end = _END.search(data[-2048:])
    if end is None or int(end.group(1)) != reader.last_startxref:
        return False
    if status.coverage == SignatureCoverageLevel.ENTIRE_FILE:
        return True
    level = status.modification_level
    return status.coverage == SignatureCoverageLevel.ENTIRE_REVISION and level <= ModificationLevel.FORM_FILLING


def name_of(certificate: x509.Certificate) -> str:
    """The common name of a certificate's subject."""
    return str(certificate.subject.native.get("common_name", certificate.subject.human_friendly))
