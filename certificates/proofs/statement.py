"""What a QR code says by itself: the facts that matter, signed, so that a phone can check them without a server.

The text stands behind the # of the address, so that no server sees it. It is base32 (capitals and digits are short in
a QR code) of: one byte 1, four bytes that name the key, day of issue and last day (two bytes each, days since
2000-01-01, 0 for ever), then issuer's code, number, name and programme in UTF-8 with line ends between them, then 64
bytes of signature. Signed are the words of PREFIX, the certificate's code, a line end and all before the signature.
`lms/static/verify.js` reads the same.
"""

import struct
from base64 import b32decode, b32encode
from datetime import date, timedelta
from typing import NamedTuple

from certificates.proofs.keys import Pair

PREFIX = "lms certificate 1\n"
_HEAD = struct.Struct(">B4sHH")
_EPOCH = date(2000, 1, 1)
_SIGNATURE = 64
# A longer programme is cut, so that the code stays coarse enough for cheap phones.
_LONGEST_TITLE = 48


class Statement(NamedTuple):
    """The facts in a QR code; `code` is not among them but in the address before."""

    code: str
    issuer: str
    number: str
    name: str
    title: str
    issued_on: date
    valid_to: date | None


def signed(statement: Statement, pair: Pair) -> str:
    """The text for the QR code; the same facts and key give the same text."""
    title = statement.title
    if len(title) > _LONGEST_TITLE:
        title = title[: _LONGEST_TITLE - 1] + "…"
    head = _HEAD.pack(1, bytes.fromhex(pair.kid), _days(statement.issued_on), _days(statement.valid_to))
    body = head + "\n".join((statement.issuer, statement.number, statement.name, title)).encode()
    return b32encode(body + pair.sign(_message(statement.code, body))).decode().rstrip("=")


def read(code: str, text: str) -> tuple[Statement, str, bytes, bytes]:
    """The facts, the key's name, what was signed, and the signature. Raises ValueError for what is no statement."""
    data = b32decode(text + "=" * (-len(text) % 8))
    body, signature = data[:-_SIGNATURE], data[-_SIGNATURE:]
    if len(body) < _HEAD.size or body[0] != 1:
        raise ValueError("no statement")
    _one, kid, issued, ends = _HEAD.unpack_from(body)
    issuer, number, name, title = body[_HEAD.size :].decode().split("\n")
    days = _EPOCH + timedelta(days=issued), _EPOCH + timedelta(days=ends) if ends else None
    return Statement(code, issuer, number, name, title, *days), kid.hex(), _message(code, body), signature


def _message(code: str, body: bytes) -> bytes:
    return f"{PREFIX}{code}\n".encode() + body


def _days(day: date | None) -> int:
    return (day - _EPOCH).days if day else 0
