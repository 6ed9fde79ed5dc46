"""A credential from anywhere: is it ours, and as we signed it? Its status today is for the register to say."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from pyhanko.pdf_utils.reader import PdfFileReader

from certificates.proofs.credential import from_multibase, to_sign
from certificates.proofs.keys import bytes_of, is_signed
from certificates.proofs.models import SigningKey


@dataclass(frozen=True)
class Found:
    """A credential in a file: the certificate that it says it is, and how its signature stands.

    right, changed (or signed by somebody who used our key's name), unknown_key (never published here), stolen_key.
    """

    state: str
    code: str


def check(data: bytes, keys: Mapping[str, SigningKey]) -> Found | None:
    """What a file holds: a credential in JSON, or a JWT; None for anything else. Keys are by their names."""
    try:
        text = data.decode("utf-8-sig").strip()
        return _check_json(json.loads(text), keys) if text.startswith("{") else _check_jwt(text, keys)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):  # a stranger's file
        return None


def _check_json(document: dict[str, Any], keys: Mapping[str, SigningKey]) -> Found:
    proof = dict(document.pop("proof"))
    value = from_multibase(proof.pop("proofValue"))
    key = keys.get(proof["verificationMethod"].rpartition("#")[2])
    try:
        message = to_sign(document, proof)
    except ValueError:  # something was put in that we never write
        message = b""
    return _found(document["id"], key, "ed25519", message, value)


def _check_jwt(text: str, keys: Mapping[str, SigningKey]) -> Found:
    head, payload, signature = text.split(".")
    header, document = json.loads(bytes_of(head)), json.loads(bytes_of(payload))
    key = keys.get(header["kid"].rpartition("/")[2])
    message = f"{head}.{payload}".encode() if header["alg"] == "ES256" else b""
    return _found(document["id"], key, "p256", message, bytes_of(signature))


def _found(address: str, key: SigningKey | None, kind: str, message: bytes, signature: bytes) -> Found:
    code = address.rpartition("/")[2]
    if key is None:
        return Found("unknown_key", code)
    if not message or not is_signed(key.public[kind], message, signature):
        return Found("changed", code)
    return Found("stolen_key" if key.stolen_at else "right", code)


def attached_to(data: bytes) -> bytes | None:
    """The first file that a PDF carries; None for a file that carries none or cannot be read."""
    try:
        root = PdfFileReader(BytesIO(data), strict=False).root
        filespec = root["/Names"]["/EmbeddedFiles"]["/Names"][1]
        return bytes(filespec["/EF"]["/F"].data)
    except Exception:  # a stranger's file: whatever is wrong with it, there is nothing to read in it
        return None
