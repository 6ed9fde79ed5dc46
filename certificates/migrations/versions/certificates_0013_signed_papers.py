"""Papers that carry a signature: batches for a token, files that came back; whom an issuer trusts"""

import sqlalchemy as sa
from alembic import op

from lms.db import Code, UtcDateTime

revision = "certificates_0013"
down_revision = "certificates_0012"
branch_labels = None
depends_on = None

BATCH, PAPER, RETURNED = "certificates_batch", "certificates_signed_paper", "certificates_returned"


def upgrade() -> None:
    op.create_table(
        BATCH,
        sa.Column("issuer_id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("made_at", UtcDateTime(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["lms_account.id"], name=f"fk_{BATCH}_account_id", ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["issuer_id"], ["certificates_issuer.id"], name=f"fk_{BATCH}_issuer_id"),
        sa.PrimaryKeyConstraint("id", name=f"pk_{BATCH}"),
    )
    op.create_index(f"ix_{BATCH}_issuer_id", BATCH, ["issuer_id"])
    op.create_table(
        PAPER,
        sa.Column("code", Code, nullable=False),
        sa.Column("issuer_id", sa.Integer(), nullable=False),
        sa.Column("way", Code, nullable=False),
        sa.Column("batch_id", sa.Integer(), nullable=True),
        sa.Column("prepared_length", sa.Integer(), nullable=False),
        sa.Column("prepared_sha256", Code, nullable=False),
        sa.Column("file_key", Code, nullable=False),
        sa.Column("sha256", Code, nullable=False),
        sa.Column("signer", sa.Text(), nullable=False),
        sa.Column("serial", sa.Text(), nullable=False),
        sa.Column("signed_at", UtcDateTime(), nullable=True),
        sa.Column("level", Code, nullable=False),
        sa.Column("accepted_by", sa.Text(), nullable=False),
        sa.Column("recorded_at", UtcDateTime(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.CheckConstraint("way IN ('token', 'seal')", name=f"ck_{PAPER}_way"),
        sa.ForeignKeyConstraint(["batch_id"], [f"{BATCH}.id"], name=f"fk_{PAPER}_batch_id"),
        sa.ForeignKeyConstraint(["code"], ["certificates_certificate.code"], name=f"fk_{PAPER}_code"),
        sa.ForeignKeyConstraint(["issuer_id"], ["certificates_issuer.id"], name=f"fk_{PAPER}_issuer_id"),
        sa.PrimaryKeyConstraint("id", name=f"pk_{PAPER}"),
        sa.UniqueConstraint("code", name=f"uq_{PAPER}_code"),
    )
    op.create_index(f"ix_{PAPER}_batch_id", PAPER, ["batch_id"])
    op.create_index(f"ix_{PAPER}_waiting", PAPER, ["way", "file_key", "issuer_id"])
    op.create_table(
        RETURNED,
        sa.Column("issuer_id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("file_key", Code, nullable=False),
        sa.Column("sent_at", UtcDateTime(), nullable=False),
        sa.Column("findings", sa.JSON(), nullable=False),
        sa.Column("checked_at", UtcDateTime(), nullable=True),
        sa.Column("accepted_at", UtcDateTime(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["lms_account.id"], name=f"fk_{RETURNED}_account_id", ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(["issuer_id"], ["certificates_issuer.id"], name=f"fk_{RETURNED}_issuer_id"),
        sa.PrimaryKeyConstraint("id", name=f"pk_{RETURNED}"),
    )
    op.create_index(f"ix_{RETURNED}_issuer_id", RETURNED, ["issuer_id"])
    op.add_column("certificates_issuer", sa.Column("trust", sa.Text(), nullable=False, server_default=""))


def downgrade() -> None:
    op.drop_column("certificates_issuer", "trust")
    for name in (RETURNED, PAPER, BATCH):
        op.drop_table(name)
