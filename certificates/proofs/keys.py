"""A pair of keys: P-256 for QR codes and JWTs (browsers can check it), Ed25519 for credentials. Pure: no database."""

import hashlib
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from functools import cache
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

# The same message gives the same signature (RFC 6979), so that papers stay the same to the byte.
_HOW = ec.ECDSA(hashes.SHA256(), deterministic_signing=True)
_END = b"-----END PRIVATE KEY-----\n"


def text_of(data: bytes) -> str:
    """Base64 for addresses, without padding."""
    return urlsafe_b64encode(data).rstrip(b"=").decode()


def bytes_of(text: str) -> bytes:
    """What `text_of` wrote. Raises ValueError for anything else."""
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


class Pair:
    """Both private keys; `kid` names the pair: the first eight digits of the P-256 key's thumbprint (RFC 7638)."""

    def __init__(self, p256: ec.EllipticCurvePrivateKey, ed25519: Ed25519PrivateKey) -> None:
        self._p256, self._ed25519 = p256, ed25519
        numbers = p256.public_key().public_numbers()
        x, y = (text_of(number.to_bytes(32, "big")) for number in (numbers.x, numbers.y))
        raw = ed25519.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
        # The public halves as JSON Web Keys.
        self.public: dict[str, Any] = {
            "p256": {"kty": "EC", "crv": "P-256", "x": x, "y": y},
            "ed25519": {"kty": "OKP", "crv": "Ed25519", "x": text_of(raw)},
        }
        required = json.dumps({"crv": "P-256", "kty": "EC", "x": x, "y": y}, separators=(",", ":"))
        self.kid = hashlib.sha256(required.encode()).hexdigest()[:8]

    def sign(self, message: bytes) -> bytes:
        """The P-256 signature as browsers and JWTs have it: r and s, 64 bytes."""
        r, s = decode_dss_signature(self._p256.sign(message, _HOW))
        return r.to_bytes(32, "big") + s.to_bytes(32, "big")

    def sign_ed25519(self, message: bytes) -> bytes:
        """The Ed25519 signature, 64 bytes."""
        return self._ed25519.sign(message)

    def pem(self) -> bytes:
        """Both private keys, for a file that nobody else may read."""
        return b"".join(
            key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()) for key in (self._p256, self._ed25519)
        )


def new_pair() -> Pair:
    """A pair that nobody has."""
    return Pair(ec.generate_private_key(ec.SECP256R1()), Ed25519PrivateKey.generate())


def pair_in(file: Path) -> Pair:
    """The pair that a file holds. Raises OSError or ValueError."""
    return _pair_in(file, file.stat().st_mtime_ns)


@cache
def _pair_in(file: Path, _changed: int) -> Pair:
    p256, ed25519 = (load_pem_private_key(part + _END, None) for part in file.read_bytes().split(_END)[:2])
    if not isinstance(p256, ec.EllipticCurvePrivateKey) or not isinstance(ed25519, Ed25519PrivateKey):
        raise ValueError("the file must hold a P-256 key and an Ed25519 key")
    return Pair(p256, ed25519)


def is_signed(jwk: dict[str, str], message: bytes, signature: bytes) -> bool:
    """Whether the owner of a public key signed the message."""
    try:
        if jwk["crv"] == "Ed25519":
            Ed25519PublicKey.from_public_bytes(bytes_of(jwk["x"])).verify(signature, message)
        else:
            x, y = (int.from_bytes(bytes_of(jwk[name]), "big") for name in "xy")
            r, s = int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big")
            public = ec.EllipticCurvePublicNumbers(x, y, ec.SECP256R1()).public_key()
            public.verify(encode_dss_signature(r, s), message, _HOW)
    except InvalidSignature:
        return False
    return len(signature) == 64
