"""How often a job was begun."""

import sqlalchemy as sa
from alembic import op

revision = "lms_0008"
down_revision = "lms_0007"


def upgrade() -> None:
    op.add_column("lms_job", sa.Column("attempts", sa.Integer(), nullable=False, server_default="0"))


def downgrade() -> None:
    with op.batch_alter_table("lms_job") as batch:
        batch.drop_column("attempts")
