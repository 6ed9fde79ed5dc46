"""Notices to people."""

import sqlalchemy as sa
from alembic import op

from lms.db import Code, UtcDateTime

revision = "lms_0006"
down_revision = "lms_0005"


def upgrade() -> None:
    op.create_table(
        "lms_message",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", Code, nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("read_at", UtcDateTime(), nullable=True),
        sa.Column("emailed_at", UtcDateTime(), nullable=True),
        sa.Column("due_at", UtcDateTime(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("error", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["lms_person.id"], name=op.f("fk_lms_message_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lms_message")),
        sa.UniqueConstraint("key", name=op.f("uq_lms_message_key")),
    )
    op.create_index("ix_lms_message_person_id", "lms_message", ["person_id"])
    op.create_index("ix_lms_message_due_at", "lms_message", ["emailed_at", "due_at"])


def downgrade() -> None:
    op.drop_table("lms_message")
