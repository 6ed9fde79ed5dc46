"""Designs in versions"""

import sqlalchemy as sa
from alembic import op

from lms.db import Code, UtcDateTime

revision = "certificates_0005"
down_revision = "certificates_0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "certificates_design",
        sa.Column("code", Code, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_certificates_design"),
        sa.UniqueConstraint("code", name="uq_certificates_design_code"),
    )
    op.create_table(
        "certificates_design_version",
        sa.Column("design_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("saved_at", UtcDateTime(), nullable=False),
        sa.Column("published_at", UtcDateTime(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["lms_account.id"], name="fk_certificates_design_version_account_id"),
        sa.ForeignKeyConstraint(
            ["design_id"], ["certificates_design.id"], name="fk_certificates_design_version_design_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_certificates_design_version"),
        sa.UniqueConstraint("design_id", "number", name="uq_certificates_design_version_design_id_number"),
    )
    for table, column, target in LINKS:
        with op.batch_alter_table(table) as batch:
            batch.add_column(sa.Column(column, sa.Integer(), nullable=True))
            batch.create_foreign_key(f"fk_{table}_{column}", target, [column], ["id"])


def downgrade() -> None:
    for table, column, _target in reversed(LINKS):
        with op.batch_alter_table(table) as batch:
            batch.drop_constraint(f"fk_{table}_{column}", type_="foreignkey")
            batch.drop_column(column)
    op.drop_table("certificates_design_version")
    op.drop_table("certificates_design")


LINKS = (
    ("certificates_certificate", "design_version_id", "certificates_design_version"),
    ("certificates_issuer", "design_id", "certificates_design"),
)
