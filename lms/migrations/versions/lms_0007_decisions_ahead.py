"""Decisions that lie ahead; an index of merged records only."""

import sqlalchemy as sa
from alembic import op

from lms.db import UtcDateTime

revision = "lms_0007"
down_revision = "lms_0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("lms_decision") as batch_op:
        batch_op.add_column(sa.Column("shown_at", UtcDateTime(), nullable=True))
    op.execute("UPDATE lms_decision SET shown_at = recorded_at")
    merged = sa.text("merged_into_id IS NOT NULL")
    with op.batch_alter_table("lms_person") as batch_op:
        batch_op.drop_index(batch_op.f("ix_lms_person_merged_into_id"))
        batch_op.create_index("ix_lms_person_merged", ["merged_into_id"], sqlite_where=merged, postgresql_where=merged)
