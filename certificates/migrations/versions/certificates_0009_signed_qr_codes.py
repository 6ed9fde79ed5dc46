"""Keys, and the signed words of QR codes; papers from before keep theirs"""

import sqlalchemy as sa
from alembic import op

from lms.db import Code, UtcDateTime

revision = "certificates_0009"
down_revision = "certificates_0008"
branch_labels = None
depends_on = None

NAME = "certificates_key"


def upgrade() -> None:
    op.create_table(
        NAME,
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("kid", Code, nullable=False),
        sa.Column("public", sa.JSON(), nullable=False),
        sa.Column("made_at", UtcDateTime(), nullable=False),
        sa.Column("retired_at", UtcDateTime(), nullable=True),
        sa.Column("stolen_at", UtcDateTime(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=f"pk_{NAME}"),
        sa.UniqueConstraint("kid", name=f"uq_{NAME}_kid"),
        sa.UniqueConstraint("number", name=f"uq_{NAME}_number"),
    )
    op.add_column("certificates_certificate", sa.Column("statement", sa.Text(), nullable=False, server_default=""))


def downgrade() -> None:
    op.drop_column("certificates_certificate", "statement")
    op.drop_table(NAME)
