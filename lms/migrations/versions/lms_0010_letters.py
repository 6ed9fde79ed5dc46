"""One letter a day, by any channel, on working days."""

import sqlalchemy as sa
from alembic import op

from lms.db import Code

revision = "lms_0010"
down_revision = "lms_0009"


def upgrade() -> None:
    op.drop_index("ix_lms_message_due_at", "lms_message")
    with op.batch_alter_table("lms_message") as batch:
        batch.alter_column("emailed_at", new_column_name="sent_at")
        batch.add_column(sa.Column("channel", Code, nullable=False, server_default=""))
    op.create_index("ix_lms_message_due_at", "lms_message", ["sent_at", "due_at"])
    op.execute("UPDATE lms_message SET channel = 'mail' WHERE sent_at IS NOT NULL")
    op.create_table(
        "lms_calendar_day",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("works", sa.Boolean(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lms_calendar_day")),
        sa.UniqueConstraint("day", name=op.f("uq_lms_calendar_day_day")),
    )


def downgrade() -> None:
    op.drop_table("lms_calendar_day")
    op.drop_index("ix_lms_message_due_at", "lms_message")
    with op.batch_alter_table("lms_message") as batch:
        batch.drop_column("channel")
        batch.alter_column("sent_at", new_column_name="emailed_at")
    op.create_index("ix_lms_message_due_at", "lms_message", ["emailed_at", "due_at"])
