"""Whether a PDF is one that we gave out, byte by byte."""

from certificates.register.models import Certificate
from certificates.register.queries import drawn, pdf_of
from certificates.signing import signatures_of
from certificates.signing.queries import signature_of
from certificates.signing.trust import seal_certificates

# Where the seal's signature begins; before it stands everything that the paper says.
_SIGNATURE = b"<< /Type /Sig /Filter"


def is_ours(certificate: Certificate, data: bytes) -> bool:
    """Whether it is the file that we give out, or one that we gave out before: without the timestamp that was added
    since, sealed with a former key, or prepared for the leader's signature.
    """
    return data == pdf_of(certificate) or _is_as_drawn(certificate, data)


def not_taken_in(certificate: Certificate, data: bytes) -> bool:
    """Whether it is a paper that was prepared for a leader, with something behind it that the register does not have:
    signed perhaps, and not sent back yet."""
    return signature_of(certificate.code, certificate.facts).waits and data.startswith(drawn(certificate))


def _is_as_drawn(certificate: Certificate, data: bytes) -> bool:
    paper = drawn(certificate)
    if certificate.facts.get("signing") != "seal":
        return data == paper
    begin = paper.rindex(_SIGNATURE)
    if data[:begin] != paper[:begin]:
        return False
    ours, seen = seal_certificates(), signatures_of(data)
    return bool(seen) and all(one.intact and one.whole and one.certificate in ours for one in seen)
