"""Making a batch, taking files back, and keeping those that are good."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select, update

from certificates.batches.archive import MOST, unpack
from certificates.register.models import Certificate, Issuer
from certificates.signing.jobs import SUFFIX
from certificates.signing.models import Batch, Returned, SignedPaper
from lms import audit, files
from lms.db import transaction
from lms.errors import Refused
from lms.jobs import enqueue

# The files of this area in lms.files, so that strays can be told from others: papers that are kept, and what was sent.
PAPER, SENT = SUFFIX, ".szip"


def make_batch(issuer_id: int, *, account_id: int | None, at: datetime) -> int:
    """Puts what waits for the leader's signature, up to MOST papers, into a new batch; returns the job that makes its
    file. Raises Refused when nothing waits."""
    with transaction() as session:
        issuer = session.get_one(Issuer, issuer_id, with_for_update=True)
        query = select(SignedPaper).join(Certificate, Certificate.code == SignedPaper.code)
        query = query.where(
            SignedPaper.issuer_id == issuer_id, SignedPaper.way == "token", SignedPaper.file_key == "",
            SignedPaper.batch_id.is_(None), Certificate.status == "issued",
        )  # fmt: skip
        papers = list(session.scalars(query.order_by(SignedPaper.id).limit(MOST)))
        if not papers:
            raise Refused(_("No paper waits for a batch."))
        batch = Batch(issuer_id=issuer_id, account_id=account_id, made_at=at)
        session.add(batch)
        session.flush()
        for paper in papers:
            paper.batch_id = batch.id
        audit.record("certificates.make_batch", f"issuer:{issuer.code}", batch=batch.id, count=len(papers))
        return enqueue("certificates.prepare_batch", {"batch_id": batch.id}, account_id)


def make_again(batch_id: int, account_id: int | None) -> int:
    """The job that makes a batch's file once more, of what still waits; returns its id."""
    with transaction():
        audit.record("certificates.prepare_batch", f"batch:{batch_id}")
        return enqueue("certificates.prepare_batch", {"batch_id": batch_id}, account_id)


def note_prepared(prepared: Mapping[str, tuple[int, str]]) -> None:
    """Writes down the length and SHA-256 of papers that are handed out, by code; a signed one is left alone."""
    with transaction() as session:
        for code, (length, sha256) in prepared.items():
            waits = (SignedPaper.code == code, SignedPaper.file_key == "")
            session.execute(update(SignedPaper).where(*waits).values(prepared_length=length, prepared_sha256=sha256))


def take_back(issuer_id: int, sent: Sequence[tuple[str, bytes]], *, account_id: int | None, at: datetime) -> int:
    """Keeps what was sent and lets a job check it; returns the job's id. Raises Refused when there is no PDF in it."""
    named = ((f"{number:04d} {name}", data) for number, (name, data) in enumerate(unpack(sent), 1))
    key = files.save(files.archive(named), SENT)
    with transaction() as session:
        issuer = session.get_one(Issuer, issuer_id)
        back = Returned(issuer_id=issuer_id, account_id=account_id, file_key=key, sent_at=at, findings=[])
        session.add(back)
        session.flush()
        audit.record("certificates.send_signed", f"issuer:{issuer.code}", returned=back.id)
        return enqueue("certificates.check_returned", {"returned_id": back.id}, account_id)


def note_findings(returned_id: int, findings: Sequence[dict[str, Any]], at: datetime) -> None:
    """Writes down what was found in the files."""
    with transaction() as session:
        back = session.get_one(Returned, returned_id, with_for_update=True)
        if back.accepted_at is None:
            back.findings, back.checked_at = list(findings), at


def keep_signed(returned_id: int, good: Sequence[tuple[dict[str, Any], bytes]], *, accepted_by: str,
                at: datetime) -> int:  # fmt: skip
    """Keeps the good files: from now on they are what is downloaded. Returns how many are new; the second time none.

    A certificate that ended in the meantime keeps none.
    """
    keys = {one["code"]: files.save(data, PAPER, name=f"signed:{one['sha256']}") for one, data in good}
    with transaction() as session:
        back = session.get_one(Returned, returned_id, with_for_update=True)
        stand = set(session.scalars(select(Certificate.code).where(
            Certificate.code.in_(keys), Certificate.status == "issued")))  # fmt: skip
        kept = []
        for one, _data in good:
            values = {
                "file_key": keys[one["code"]], "sha256": one["sha256"], "signer": one["signer"], "level": one["level"],
                "serial": one["serial"], "signed_at": datetime.fromisoformat(one["signed_at"]),
                "accepted_by": accepted_by, "recorded_at": at,
            }  # fmt: skip
            waits = (SignedPaper.code == one["code"], SignedPaper.file_key == "")
            if one["code"] in stand and session.execute(
                update(SignedPaper).where(*waits).values(**values).returning(SignedPaper.id)
            ).first():  # fmt: skip
                kept.append(one["code"])
        back.accepted_at, back.file_key = back.accepted_at or at, ""
        audit.record("certificates.keep_signed", f"returned:{returned_id}", count=len(kept), codes=kept[:1000])
    return len(kept)


def forget_sent(before: datetime) -> int:
    """Forgets what was sent before a moment and never taken in; returns how many."""
    with transaction() as session:
        old = (Returned.sent_at < before, Returned.file_key != "")
        found = session.execute(update(Returned).where(*old).values(file_key="").returning(Returned.id))
        return len(found.all())
