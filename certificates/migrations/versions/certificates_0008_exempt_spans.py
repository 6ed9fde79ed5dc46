"""An index of the exempt spans: the list of a unit's exempt people at any size"""

import sqlalchemy as sa
from alembic import op

revision = "certificates_0008"
down_revision = "certificates_0007"
branch_labels = None
depends_on = None

EXEMPT = sa.text("state = 'exempt'")


def upgrade() -> None:
    op.create_index(
        "ix_certificates_span_exempt", "certificates_span", ["target_id", "path"], sqlite_where=EXEMPT,
        postgresql_where=EXEMPT,
    )  # fmt: skip


def downgrade() -> None:
    op.drop_index("ix_certificates_span_exempt", "certificates_span")
