"""The steps by which targets remind."""

import sqlalchemy as sa
from alembic import op

from lms.db import Code, UtcDateTime

revision = "certificates_0011"
down_revision = "certificates_0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "certificates_reminder_step",
        sa.Column("target_id", sa.Integer(), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("audience", Code, nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "audience IN ('person', 'manager', 'parent')", name=op.f("ck_certificates_reminder_step_audience")
        ),
        sa.ForeignKeyConstraint(
            ["target_id"], ["certificates_target.id"], name=op.f("fk_certificates_reminder_step_target_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_certificates_reminder_step")),
    )
    op.create_index("ix_certificates_reminder_step_target_id", "certificates_reminder_step", ["target_id"])
    op.create_table(
        "certificates_reminder_day",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_certificates_reminder_day")),
        sa.UniqueConstraint("day", name=op.f("uq_certificates_reminder_day_day")),
    )


def downgrade() -> None:
    op.drop_table("certificates_reminder_day")
    op.drop_table("certificates_reminder_step")
