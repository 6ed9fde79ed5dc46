"""Reports: figures frozen, numbered and hashed"""

import sqlalchemy as sa
from alembic import op

from lms.db import Code, UtcDateTime

revision = "certificates_0006"
down_revision = "certificates_0005"
branch_labels = None
depends_on = None

NAME = "certificates_report"


def upgrade() -> None:
    op.create_table(
        NAME,
        sa.Column("target_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("sha256", Code, nullable=False),
        sa.Column("previous_id", sa.Integer(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("frozen_at", UtcDateTime(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["lms_account.id"], name=f"fk_{NAME}_account_id"),
        sa.ForeignKeyConstraint(["previous_id"], [f"{NAME}.id"], name=f"fk_{NAME}_previous_id"),
        sa.ForeignKeyConstraint(["target_id"], ["certificates_target.id"], name=f"fk_{NAME}_target_id"),
        sa.ForeignKeyConstraint(["unit_id"], ["lms_unit.id"], name=f"fk_{NAME}_unit_id"),
        sa.PrimaryKeyConstraint("id", name=f"pk_{NAME}"),
        sa.UniqueConstraint("target_id", "number", name=f"uq_{NAME}_target_id_number"),
    )
    op.create_index(f"ix_{NAME}_unit_id", NAME, ["unit_id"])


def downgrade() -> None:
    op.drop_table(NAME)
