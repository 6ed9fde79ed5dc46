"""An index for those who came into a post lately."""

from alembic import op

revision = "lms_0012"
down_revision = "lms_0011"


def upgrade() -> None:
    op.create_index("ix_lms_appointment_valid_from", "lms_appointment", ["valid_from"])


def downgrade() -> None:
    op.drop_index("ix_lms_appointment_valid_from", "lms_appointment")
