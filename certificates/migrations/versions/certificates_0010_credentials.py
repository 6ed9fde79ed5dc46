"""The signatures of credentials; papers from before have none"""

import sqlalchemy as sa
from alembic import op

revision = "certificates_0010"
down_revision = "certificates_0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("certificates_certificate", sa.Column("badge", sa.JSON(), nullable=True))


def downgrade() -> None:
    op.drop_column("certificates_certificate", "badge")
