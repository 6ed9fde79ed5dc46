"""A certificate as an Open Badges 3.0 AchievementCredential, with both of its proofs. Pure: no database, no clock.

The proofs are made when the certificate is issued and kept; the document is built anew from the frozen facts, so the
shape of a version must never change: a new shape is a new number in `Badge.version`.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from urllib.parse import quote

from certificates.designs import CertificateFacts
from certificates.proofs.keys import Pair, bytes_of, text_of
from certificates.proofs.quads import canonical
from lms.clock import start_of
from lms.text import short_date

VERSION = 1
CONTEXTS = ["https://www.w3.org/ns/credentials/v2", "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"]
_DIGITS = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
Json = dict[str, Any]


@dataclass(frozen=True)
class Badge:
    """What a credential says besides the printed facts. `base` is the public address when it was issued."""

    base: str
    kid: str
    issuer: str
    activity: str
    book_id: int
    number: int
    valid_to: date | None
    at: datetime

    @property
    def issuer_id(self) -> str:
        return issuer_id(self.base, self.issuer)


def issuer_id(base: str, code: str) -> str:
    """The address of an issuer's profile: its name in credentials."""
    return f"{base}/badges/issuers/{quote(code)}"


def document(badge: Badge, facts: CertificateFacts) -> Json:
    """The credential without a proof."""
    address = f"{badge.base}/verify/{facts.code}"
    statuses = f"{badge.base}/badges/status/{badge.book_id}"
    span = f"từ ngày {short_date(facts.started_on)} đến ngày {short_date(facts.completed_on)}"
    until = {"validUntil": moment(start_of(badge.valid_to + timedelta(days=1)))} if badge.valid_to else {}
    return {
        "@context": CONTEXTS,
        "id": address,
        "type": ["VerifiableCredential", "AchievementCredential"],
        "name": f"Giấy chứng nhận số {facts.number}",
        "issuer": {"id": badge.issuer_id, "type": ["Profile"], "name": facts.issuer},
        "validFrom": moment(start_of(facts.issued_on)),
        **until,
        "credentialSubject": {
            "id": f"{address}#holder",
            "type": ["AchievementSubject"],
            "identifier": [
                {"type": "IdentityObject", "hashed": False, "identityHash": facts.name, "identityType": "name"}
            ],
            "licenseNumber": facts.number,
            "narrative": f"{facts.hours} tiết, {span}.",
            "achievement": achievement(badge.base, badge.issuer, badge.activity, facts.title, facts.hours),
        },
        "credentialStatus": {
            "id": f"{statuses}#{badge.number}",
            "type": "BitstringStatusListEntry",
            "statusPurpose": "revocation",
            "statusListIndex": str(badge.number),
            "statusListCredential": statuses,
        },
    }


def achievement(base: str, issuer: str, activity: str, title: str, hours: int) -> Json:
    """What the certificate is given for."""
    address = f"{base}/badges/achievements/{quote(issuer)}/{quote(activity, safe=':')}"
    words = f"Hoàn thành chương trình «{title}», {hours} tiết."
    return {
        "id": address,
        "type": ["Achievement"],
        "achievementType": "CertificateOfCompletion",
        "name": title,
        "description": title,
        "inLanguage": "vi",
        "criteria": {"id": f"{address}#criteria", "narrative": words},
    }


def moment(at: datetime) -> str:
    """A moment as credentials write it."""
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def signed(plain: Json, badge: Badge, pair: Pair) -> tuple[str, str]:
    """The two signatures over a credential: the value of its eddsa-rdfc-2022 proof, and the last part of its JWT."""
    return proof_value(plain, _options(badge), pair), text_of(pair.sign(_signing_input(plain, badge).encode()))


def proof_value(plain: Json, options: Json, pair: Pair) -> str:
    """The value of an eddsa-rdfc-2022 proof (W3C Data Integrity EdDSA Cryptosuites)."""
    return multibase(pair.sign_ed25519(to_sign(plain, options)))


def to_sign(plain: Mapping[str, Any], options: Mapping[str, Any]) -> bytes:
    """The bytes under an eddsa-rdfc-2022 signature."""
    return hashlib.sha256(canonical(options)).digest() + hashlib.sha256(canonical(plain)).digest()


def options_of(issuer_id: str, kid: str, at: datetime) -> Json:
    """A proof without its value."""
    return {
        "type": "DataIntegrityProof",
        "cryptosuite": "eddsa-rdfc-2022",
        "created": moment(at),
        "verificationMethod": f"{issuer_id}#{kid}",
        "proofPurpose": "assertionMethod",
    }


def _options(badge: Badge) -> Json:
    return options_of(badge.issuer_id, badge.kid, badge.at)


def with_proof(plain: Json, badge: Badge, value: str) -> Json:
    """The credential with its proof inside."""
    return plain | {"proof": _options(badge) | {"proofValue": value}}


def as_jwt(plain: Json, badge: Badge, signature: str) -> str:
    """The credential as a VC-JWT."""
    return f"{_signing_input(plain, badge)}.{signature}"


def written(value: Json) -> bytes:
    """JSON as we write it: no blanks, letters as they are."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def _signing_input(plain: Json, badge: Badge) -> str:
    header = {"alg": "ES256", "typ": "JWT", "kid": f"{badge.base}/badges/keys/{badge.kid}"}
    begins = datetime.fromisoformat(plain["validFrom"])
    claims = {
        "iss": badge.issuer_id, "jti": plain["id"], "sub": plain["credentialSubject"]["id"],
        "nbf": int(begins.timestamp()),
    }  # fmt: skip
    if "validUntil" in plain:
        claims["exp"] = int(datetime.fromisoformat(plain["validUntil"]).timestamp())
    return f"{text_of(written(header))}.{text_of(written(plain | claims))}"


def multibase(data: bytes) -> str:
    """z and base58."""
    number, found = int.from_bytes(data, "big"), []
    while number:
        number, digit = divmod(number, 58)
        found.append(_DIGITS[digit])
    zeros = len(data) - len(data.lstrip(b"\0"))
    return "z" + "1" * zeros + "".join(reversed(found))


def from_multibase(text: str) -> bytes:
    """What `multibase` wrote. Raises ValueError for anything else."""
    if not text.startswith("z"):
        raise ValueError("no base58")
    number = 0
    for letter in text[1:]:
        number = number * 58 + _DIGITS.index(letter)
    zeros = len(text) - 1 - len(text[1:].lstrip("1"))
    return bytes(zeros) + number.to_bytes((number.bit_length() + 7) // 8, "big")


def multikey(jwk: Mapping[str, str]) -> str:
    """An Ed25519 public key as a Multikey (Controlled Identifiers)."""
    return multibase(b"\xed\x01" + bytes_of(jwk["x"]))
