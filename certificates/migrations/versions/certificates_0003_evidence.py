"""Evidence of training elsewhere"""

import sqlalchemy as sa
from alembic import op

from lms.db import Code, UtcDateTime

revision = "certificates_0003"
down_revision = "certificates_0002"
branch_labels = None
depends_on = None

STANDING = sa.text("withdrawn_at IS NULL")


def upgrade() -> None:
    op.create_table(
        "certificates_evidence",
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("activity", Code, nullable=False),
        sa.Column("kind", Code, nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("organiser", sa.Text(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("completed_on", sa.Date(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("accepted_by", sa.Text(), nullable=False),
        sa.Column("recorded_at", UtcDateTime(), nullable=False),
        sa.Column("withdrawn_at", UtcDateTime(), nullable=True),
        sa.Column("withdrawn_because", sa.Text(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.CheckConstraint("kind IN ('class', 'paper')", name=op.f("ck_certificates_evidence_kind")),
        sa.ForeignKeyConstraint(
            ["account_id"], ["lms_account.id"], name=op.f("fk_certificates_evidence_account_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["lms_person.id"], name=op.f("fk_certificates_evidence_person_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_certificates_evidence")),
    )
    op.create_index("ix_certificates_evidence_activity", "certificates_evidence", ["activity", "person_id"])
    op.create_index(
        "uq_certificates_evidence_standing", "certificates_evidence", ["person_id", "activity", "completed_on"],
        unique=True, sqlite_where=STANDING, postgresql_where=STANDING,
    )  # fmt: skip


def downgrade() -> None:
    op.drop_table("certificates_evidence")
