"""The job table: the truth about long work."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from lms.db import Code, Model


class Job(Model):
    """One piece of long work. `beat_at` is renewed while it runs: an old beat means that its worker is gone."""

    __tablename__ = "lms_job"
    __table_args__ = (
        CheckConstraint("state IN ('waiting', 'running', 'done', 'failed')", name="state"),
        Index("ix_lms_job_state", "state", "id"),
    )

    name: Mapped[str] = mapped_column(Code)
    arguments: Mapped[dict[str, Any]]
    state: Mapped[str] = mapped_column(Code, default="waiting")
    # How often it was begun: what kills every worker is given up.
    attempts: Mapped[int] = mapped_column(default=0)
    done: Mapped[int] = mapped_column(default=0)
    total: Mapped[int] = mapped_column(default=0)
    message: Mapped[str] = mapped_column(default="")
    # The key of the result in lms.files, and the name under which it is downloaded.
    file_key: Mapped[str] = mapped_column(default="")
    file_name: Mapped[str] = mapped_column(default="")
    # Where the page goes when the job is done.
    next_url: Mapped[str] = mapped_column(default="")
    account_id: Mapped[int | None] = mapped_column(ForeignKey("lms_account.id"), index=True)
    created_at: Mapped[datetime]
    beat_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]


class Worker(Model):
    """A worker process and its last sign of life, for the health page."""

    __tablename__ = "lms_worker"

    name: Mapped[str] = mapped_column(Code, unique=True)
    beat_at: Mapped[datetime]
