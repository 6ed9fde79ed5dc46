"""What a QR code says by itself: the facts that matter, signed, so that a phone can check them without a server.

The text stands behind the # of the address, so that no server sees it. It is base32 (capitals and digits are short in
a QR code) of: one byte 1, four bytes that name the key, day of issue and last day (two bytes each, days since
2000-01-01, 0 for ever), then issuer's code, number, name and programme (perhaps cut) in UTF-8 with line ends between
them, then 64 bytes of signature. Signed are PREFIX, the certificate's code, a line end and all before the signature.
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
# What is left of so many bytes is the programme's, cut where it is longer: the modules of the code stay half a
# millimetre wide, and a tilted, blurred picture of the paper can still be read.
_ROOM = 100
_LEAST = 12


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
    head = _HEAD.pack(1, bytes.fromhex(pair.kid), _days(statement.issued_on), _days(statement.valid_to))
    first = f"{statement.issuer}\n{statement.number}\n{statement.name}\n".encode()
    body = head + first + _cut(statement.title, _ROOM - len(first))
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


def _cut(title: str, room: int) -> bytes:
    """As much of the programme as there is room for; nothing where that would be a few letters."""
    data = title.encode()
    if len(data) <= room:
        return data
    short = data[: max(room - 3, 0)].decode(errors="ignore").rstrip()
    return f"{short}…".encode() if room >= _LEAST else b""


def _message(code: str, body: bytes) -> bytes:
    return f"{PREFIX}{code}\n".encode() + body


def _days(day: date | None) -> int:
    return (day - _EPOCH).days if day else 0
