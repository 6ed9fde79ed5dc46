"""Writing and proving the audit log."""

import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from flask import has_request_context, request
from flask_login import current_user
from sqlalchemy import select, text

from lms import clock
from lms.audit.models import AuditEntry
from lms.db import db, in_transaction, transaction

# What acts when no browser does: a job acts for the account that asked for it.
_acting: ContextVar[tuple[int | None, str]] = ContextVar("acting", default=(None, "command line"))
_CHAIN_LOCK = 0x617564  # "aud": one writer of the chain at a time on PostgreSQL


def record(action: str, subject: str, *, actor: str = "", **details: Any) -> None:
    """Adds a line to the log as part of the open transaction: no deed without its line, no line without its deed.

    `details` are JSON; they hold ids, numbers and reasons, not people's data. Who and from where come from the request.
    """
    if not in_transaction():
        raise RuntimeError("an audit line belongs to the transaction of the deed")
    session = db.session()
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _CHAIN_LOCK})
    account_id, who = _acting.get()
    if has_request_context() and current_user.is_authenticated:
        account_id, who = current_user.account_id, current_user.username
    entry = AuditEntry(
        at=clock.now(),
        account_id=account_id,
        actor=actor or who,
        address=(request.remote_addr or "") if has_request_context() else "",
        action=action,
        subject=subject,
        details=details,
    )
    entry.hash = _hash(head(), entry)
    session.add(entry)
    session.flush()


@contextmanager
def acting_for(account_id: int | None, actor: str) -> Iterator[None]:
    """What is recorded inside, outside a request, is put down to this account."""
    token = _acting.set((account_id, actor))
    try:
        yield
    finally:
        _acting.reset(token)


def record_reading(action: str, subject: str, *, once_a_day: bool = False, **details: Any) -> None:
    """Adds a line, in a transaction of its own, that somebody looked at or took away people's data.

    With `once_a_day` the first look of a day is recorded, not every page of the list and every reload.
    """
    if once_a_day and _read_today(action, subject):
        return
    with transaction():
        record(action, subject, **details)


def _read_today(action: str, subject: str) -> bool:
    since = clock.start_of(clock.today())
    same = AuditEntry.account_id == current_user.account.id, AuditEntry.subject == subject, AuditEntry.action == action
    return db.session.scalar(select(AuditEntry.id).where(*same, AuditEntry.at >= since).limit(1)) is not None


def verify() -> tuple[int, int | None]:
    """Walks the chain: how many lines were read, and the id of the first that does not fit (None: all do)."""
    before, count = "", 0
    query = select(AuditEntry).order_by(AuditEntry.id).execution_options(yield_per=1000)
    with db.session.scalars(query) as entries:
        for entry in entries:
            count += 1
            if entry.hash != _hash(before, entry):
                return count, entry.id
            before = entry.hash
    return count, None


def holds(head: str) -> bool:
    """Whether the line with that hash, noted at an earlier time, is still there."""
    return db.session.scalar(select(AuditEntry.id).where(AuditEntry.hash == head)) is not None


def head() -> str:
    """The hash of the newest line; noted elsewhere it proves later that nothing was cut off at the end."""
    return db.session.scalar(select(AuditEntry.hash).order_by(AuditEntry.id.desc()).limit(1)) or ""


def _hash(before: str, entry: AuditEntry) -> str:
    facts = [
        before, entry.at.isoformat(), entry.account_id, entry.actor, entry.address, entry.action, entry.subject,
        entry.details,
    ]  # fmt: skip
    canonical = json.dumps(facts, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()
