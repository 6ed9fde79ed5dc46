"""Whose completions of an activity there are, in one index"""

from alembic import op

revision = "certificates_0016"
down_revision = "certificates_0015"
branch_labels = None
depends_on = None

INDEX = "ix_certificates_certificate_activity"


def upgrade() -> None:
    op.drop_index(INDEX, table_name="certificates_certificate")
    op.create_index(INDEX, "certificates_certificate", ["activity", "person_id"])


def downgrade() -> None:
    op.drop_index(INDEX, table_name="certificates_certificate")
    op.create_index(INDEX, "certificates_certificate", ["activity"])
