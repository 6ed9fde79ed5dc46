"""The register's hash chain: one a book, each entry's hash covers the former. Pure: no database, no clock.

`docs/check_register.py` checks the same rules without this code.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any


def canonical(value: Any) -> bytes:
    """The one way in which a value is written before it is hashed: JSON, keys sorted, no blanks, UTF-8."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def digest(value: Any) -> str:
    """SHA-256 of the canonical form, in hex."""
    return hashlib.sha256(canonical(value)).hexdigest()


def link(before: str, position: int, action: str, code: str, content: Mapping[str, Any], at: datetime) -> str:
    """The hash of an entry; `before` is the former entry's, empty for the first of a book."""
    return digest([before, position, action, code, content, at.isoformat()])


def issued(number: int, number_text: str, issued_on: date, facts: Mapping[str, Any]) -> dict[str, Any]:
    """What the entry of an issue holds: the facts only as their hash, so that it may be shown to anybody."""
    return {
        "number": number, "number_text": number_text, "issued_on": issued_on.isoformat(), "facts": digest(facts),
    }  # fmt: skip


def ended(number: int, ended_on: date, decision: str, reason_class: str, reason: str) -> dict[str, Any]:
    """What the entry of an end holds."""
    return {
        "number": number, "ended_on": ended_on.isoformat(), "decision": decision, "reason_class": reason_class,
        "reason": reason,
    }  # fmt: skip


def root(before: str, day: date, heads: Sequence[Sequence[Any]]) -> str:
    """The day's root over the heads of all books and the root of the day before."""
    return digest([before, day.isoformat(), heads])
