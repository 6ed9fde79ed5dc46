"""Which edition a certificate rests on, and which a target asks for"""

import sqlalchemy as sa
from alembic import op

revision = "certificates_0015"
down_revision = "certificates_0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("certificates_certificate", sa.Column("edition", sa.Text(), nullable=False, server_default=""))
    op.add_column("certificates_target", sa.Column("editions", sa.JSON(), nullable=False, server_default="{}"))


def downgrade() -> None:
    with op.batch_alter_table("certificates_target") as batch:
        batch.drop_column("editions")
    with op.batch_alter_table("certificates_certificate") as batch:
        batch.drop_column("edition")
