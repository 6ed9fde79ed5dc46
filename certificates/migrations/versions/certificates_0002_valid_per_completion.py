"""One valid certificate per completion: completing again on another day is another certificate"""

import sqlalchemy as sa
from alembic import op

revision = "certificates_0002"
down_revision = "certificates_0001"
branch_labels = None
depends_on = None

VALID = sa.text("status = 'issued'")


def upgrade() -> None:
    _index(["person_id", "activity", "completed_on"])


def downgrade() -> None:
    _index(["person_id", "activity"])


def _index(columns: list[str]) -> None:
    name = "uq_certificates_certificate_valid"
    op.drop_index(name, "certificates_certificate")
    op.create_index(
        name, "certificates_certificate", columns, unique=True, sqlite_where=VALID, postgresql_where=VALID
    )  # fmt: skip
