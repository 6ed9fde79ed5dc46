"""The scanned papers behind evidence from elsewhere; what was accepted before has none"""

import sqlalchemy as sa
from alembic import op

from lms.db import Code

revision = "certificates_0014"
down_revision = "certificates_0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("certificates_evidence", sa.Column("scan", Code, nullable=False, server_default=""))
    with op.batch_alter_table("certificates_evidence") as batch_op:
        batch_op.alter_column("scan", server_default=None)


def downgrade() -> None:
    op.drop_column("certificates_evidence", "scan")
