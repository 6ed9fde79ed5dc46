"""How a certificate is signed, and what waits for a signature."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from certificates.signing.models import SignedPaper
from lms.db import db


@dataclass(frozen=True)
class Signature:
    """How a paper is signed: `way` is unsigned (by hand, on paper), token or seal; a token's may still wait."""

    way: str
    waits: bool = False
    signer: str = ""
    signed_at: datetime | None = None
    level: str = ""
    file_key: str = ""


def signature_of(code: str, facts: Mapping[str, Any]) -> Signature:
    """How the certificate with this code and these facts is signed."""
    return signatures_by_code([(code, facts)])[code]


def signatures_by_code(papers: Iterable[tuple[str, Mapping[str, Any]]]) -> dict[str, Signature]:
    """The same for many, in one question."""
    ways = {code: str(facts.get("signing", "unsigned")) for code, facts in papers}
    digital = [code for code, way in ways.items() if way != "unsigned"]
    query = select(SignedPaper).where(SignedPaper.code.in_(digital))
    rows = {row.code: row for row in db.session.scalars(query)} if digital else {}
    return {code: _of(way, rows.get(code)) for code, way in ways.items()}


def _of(way: str, row: SignedPaper | None) -> Signature:
    if row is None or not row.file_key:
        return Signature(way, way == "token", level="B-B" if way == "seal" else "")
    return Signature(way, False, row.signer, row.signed_at, row.level, row.file_key)
