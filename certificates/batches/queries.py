"""Reading batches and what came back."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from typing import Any
from zipfile import ZipFile

from sqlalchemy import func, select

from certificates.register.models import Certificate, Issuer
from certificates.signing.models import Batch, Returned, SignedPaper
from certificates.signing.trust import roots
from lms import files
from lms.db import db


@dataclass(frozen=True)
class BatchLine:
    """A batch with how many of its papers stand, and how many of these are signed."""

    id: int
    made_at: datetime
    papers: int
    signed: int


@dataclass(frozen=True)
class Desk:
    """What waits at an issuer: papers in no batch yet, papers handed out, batches, and what was sent back."""

    fresh: int
    out: int
    batches: list[BatchLine]
    returned: list[Returned]


def desk(issuer: Issuer) -> Desk:
    """An issuer's desk, the newest first."""
    stands = select(SignedPaper).join(Certificate, Certificate.code == SignedPaper.code)
    stands = stands.where(SignedPaper.issuer_id == issuer.id, SignedPaper.way == "token",
                          Certificate.status == "issued")  # fmt: skip
    papers = stands.subquery()
    counts = select(papers.c.batch_id, func.count(), func.count().filter(papers.c.file_key != ""))
    by_batch = {batch: (total, done) for batch, total, done in db.session.execute(counts.group_by(papers.c.batch_id))}
    batches = db.session.scalars(select(Batch).where(Batch.issuer_id == issuer.id).order_by(Batch.id.desc()).limit(50))
    back = select(Returned).where(Returned.issuer_id == issuer.id).order_by(Returned.id.desc()).limit(20)
    fresh, _signed = by_batch.pop(None, (0, 0))
    return Desk(
        fresh, sum(total - done for total, done in by_batch.values()),
        [BatchLine(batch.id, batch.made_at, *by_batch.get(batch.id, (0, 0))) for batch in batches],
        list(db.session.scalars(back)),
    )  # fmt: skip


def trusts_anybody(issuer: Issuer) -> bool:
    """Whether there is any authority by which its leaders' signatures could be checked."""
    return bool(issuer.trust or roots())


def waiting_by_issuer(issuers: Iterable[Issuer]) -> list[tuple[Issuer, int]]:
    """Those of the issuers whose papers wait for their leader's signature, and how many do."""
    by_id = {issuer.id: issuer for issuer in issuers}
    query = select(SignedPaper.issuer_id, func.count()).join(Certificate, Certificate.code == SignedPaper.code)
    query = query.where(SignedPaper.way == "token", SignedPaper.file_key == "", Certificate.status == "issued",
                        SignedPaper.issuer_id.in_(by_id))  # fmt: skip
    return [(by_id[issuer], count) for issuer, count in db.session.execute(query.group_by(SignedPaper.issuer_id))]


def batch_by_id(batch_id: int) -> Batch | None:
    """The batch with that id."""
    return db.session.get(Batch, batch_id)


def returned_by_id(returned_id: int) -> Returned | None:
    """What was sent back under that id."""
    return db.session.get(Returned, returned_id)


def waiting_in(batch_id: int) -> list[Certificate]:
    """The certificates of a batch that still wait, in the order of their numbers."""
    query = select(Certificate).join(SignedPaper, SignedPaper.code == Certificate.code)
    query = query.where(SignedPaper.batch_id == batch_id, SignedPaper.file_key == "", Certificate.status == "issued")
    return list(db.session.scalars(query.order_by(Certificate.book_id, Certificate.number)))


def sent_files(back: Returned) -> list[tuple[str, bytes]]:
    """What was sent, in its order; each name begins with its place."""
    with ZipFile(BytesIO(files.read(back.file_key))) as archive:
        return [(name, archive.read(name)) for name in archive.namelist()]


def findings(back: Returned) -> list[dict[str, Any]]:
    """What was found, the refused files first; `at` is when the file was signed."""
    found = [
        {**one, "at": datetime.fromisoformat(one["signed_at"]) if one["signed_at"] else None} for one in back.findings
    ]
    return sorted(found, key=lambda one: not one["why"])


def good_files(back: Returned) -> list[tuple[dict[str, Any], bytes]]:
    """The files that were found good, with what was found."""
    good = {finding["sha256"]: finding for finding in back.findings if not finding["why"]}
    hashed = [(hashlib.sha256(data).hexdigest(), data) for _name, data in sent_files(back)] if back.file_key else []
    return [(good[sha256], data) for sha256, data in hashed if sha256 in good]


def paper_of(code: str) -> tuple[SignedPaper, Certificate, Batch] | None:
    """A paper that was handed out, with its certificate and batch."""
    query = select(SignedPaper, Certificate, Batch).join(Certificate, Certificate.code == SignedPaper.code)
    found = db.session.execute(query.join(Batch, Batch.id == SignedPaper.batch_id).where(SignedPaper.code == code))
    row = found.first()
    return (row[0], row[1], row[2]) if row else None


def kept_keys() -> set[str]:
    """The keys of every file that this area keeps."""
    papers = db.session.scalars(select(SignedPaper.file_key).where(SignedPaper.file_key != ""))
    return {*papers, *db.session.scalars(select(Returned.file_key).where(Returned.file_key != ""))}
