"""What the public may learn of a certificate."""

import re
from dataclasses import dataclass
from datetime import date

from flask import current_app

from certificates.proofs.checking import Found, attached_to, check
from certificates.proofs.queries import all_keys
from certificates.register.models import Certificate
from certificates.register.queries import by_code, credential_of, jwt_of, replaced_by
from certificates.signing import Seen, signatures_of
from certificates.signing.queries import Signature, signature_of
from certificates.verification.papers import is_ours, not_taken_in
from lms import clock

STATUSES = {"issued": "valid", "draft": "unknown"}


def status_of(certificate: Certificate | None) -> str:
    """valid, expired, replaced, revoked, voided, or unknown; a draft is not known to anybody."""
    status = certificate.status_on(clock.today()) if certificate else "draft"
    return STATUSES.get(status, status)


@dataclass(frozen=True)
class Shown:
    """The policy: number, name (whole or masked), programme, issuer, days and status. No birth, post, unit or score."""

    status: str
    number: str
    name: str
    title: str
    issuer: str
    issued_on: date
    ended_on: date | None
    replaced_by: str
    valid_to: date | None
    signature: Signature


def shown(certificate: Certificate) -> Shown:
    """What the verify page says."""
    facts = certificate.facts
    after = replaced_by(certificate) if certificate.status == "replaced" else None
    whole = current_app.config["CERTIFICATES_PUBLIC_NAME"] == "whole"
    return Shown(
        status_of(certificate), certificate.number_text, facts["name"] if whole else masked(facts["name"]),
        facts["title"], facts["issuer"], certificate.issued_on, certificate.ended_on,
        after.number_text if after else "", certificate.valid_to,
        signature_of(certificate.code, facts),
    )  # fmt: skip


def masked(name: str) -> str:
    """Nguyễn V. A.: the first word, then initials."""
    first, *rest = name.split()
    return " ".join([first, *(f"{word[0]}." for word in rest)])


@dataclass(frozen=True)
class FileCheck:
    """What is known of a file: the certificate it claims to be, whether it is ours byte by byte, its signatures.

    `credential` is how the signature of the credential stands that the file is or carries; empty when there is none.
    """

    found: Shown | None
    code: str
    unchanged: bool
    signatures: list[Seen]
    credential: str
    is_pdf: bool
    not_taken_in: bool

    @property
    def unsigned(self) -> bool:
        """Whether it is a paper that a leader is to sign, and this file does not carry the signature."""
        return self.is_pdf and self.found is not None and self.found.signature.way == "token" and not self.signatures


def looked_at(data: bytes) -> FileCheck:
    """What the verify page says of a file."""
    certificate, unchanged = check_file(data)
    credential = credential_in(data)
    return FileCheck(
        shown(certificate) if certificate else None, certificate.code if certificate else "", unchanged,
        signatures_of(data), credential.state if credential else "", is_pdf(data),
        certificate is not None and is_pdf(data) and not unchanged and not_taken_in(certificate, data),
    )  # fmt: skip


def is_pdf(data: bytes) -> bool:
    """Whether a file is one; else it may be a credential."""
    return data.startswith(b"%PDF-")


def credential_in(data: bytes) -> Found | None:
    """The credential that a file is, or that a PDF carries."""
    inside = attached_to(data) if is_pdf(data) else data
    found = check(inside, {key.kid: key for key in all_keys()}) if inside else None
    if found is not None and found.state == "stolen_key":
        certificate = by_code(found.code)
        if certificate is not None and inside in (credential_of(certificate), jwt_of(certificate)):
            return Found("right", found.code)  # not for the key's sake: the register keeps the same
    return found


def check_file(data: bytes) -> tuple[Certificate | None, bool]:
    """The certificate that a file claims to be, and whether it is the PDF that we draw or the credential we signed."""
    if not is_pdf(data):
        credential = credential_in(data)
        certificate = by_code(credential.code) if credential else None
        return certificate, credential is not None and credential.state == "right"
    found = re.search(rb"/Keywords \(([A-Z0-9]{12})\)", data)
    certificate = by_code(found.group(1).decode()) if found else None
    return certificate, certificate is not None and is_ours(certificate, data)
