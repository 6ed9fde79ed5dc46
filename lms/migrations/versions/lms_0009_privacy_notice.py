"""Which privacy notice a person was shown, and when."""

import sqlalchemy as sa
from alembic import op

from lms.db import UtcDateTime

revision = "lms_0009"
down_revision = "lms_0008"


def upgrade() -> None:
    op.add_column("lms_account", sa.Column("privacy_version", sa.Text(), nullable=False, server_default=""))
    op.add_column("lms_account", sa.Column("privacy_seen_at", UtcDateTime(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("lms_account") as batch:
        batch.drop_column("privacy_seen_at")
        batch.drop_column("privacy_version")
