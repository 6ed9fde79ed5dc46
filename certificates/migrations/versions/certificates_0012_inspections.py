"""Inspections: their teams, samples and findings"""

import sqlalchemy as sa
from alembic import op

from lms.db import Code, UtcDateTime

revision = "certificates_0012"
down_revision = "certificates_0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "certificates_inspection",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("target_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("decision", sa.Text(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("to_on", sa.Date(), nullable=False),
        sa.Column("report_id", sa.Integer(), nullable=True),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("on", sa.Date(), nullable=True),
        sa.Column("known_at", UtcDateTime(), nullable=True),
        sa.Column("among", Code, nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("by_kind", sa.Boolean(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("anchor", Code, nullable=False),
        sa.Column("stamp", Code, nullable=False),
        sa.Column("seed", Code, nullable=False),
        sa.Column("drawn_at", UtcDateTime(), nullable=True),
        sa.Column("population", sa.Text(), nullable=False),
        sa.Column("population_size", sa.Integer(), nullable=False),
        sa.Column("population_sha256", Code, nullable=False),
        sa.Column("drawing", sa.Integer(), nullable=False),
        sa.Column("conclusion", sa.Text(), nullable=False),
        sa.Column("closed_at", UtcDateTime(), nullable=True),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("sha256", Code, nullable=False),
        sa.CheckConstraint("(closed_at IS NULL) = (sha256 = '')", name=op.f("ck_certificates_inspection_closed")),
        sa.CheckConstraint("(drawn_at IS NULL) = (seed = '')", name=op.f("ck_certificates_inspection_drawn")),
        sa.CheckConstraint("from_on <= to_on", name=op.f("ck_certificates_inspection_period")),
        sa.ForeignKeyConstraint(["account_id"], ["lms_account.id"], name=op.f("fk_certificates_inspection_account_id")),
        sa.ForeignKeyConstraint(
            ["report_id"], ["certificates_report.id"], name=op.f("fk_certificates_inspection_report_id")
        ),
        sa.ForeignKeyConstraint(
            ["target_id"], ["certificates_target.id"], name=op.f("fk_certificates_inspection_target_id")
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["lms_unit.id"], name=op.f("fk_certificates_inspection_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_certificates_inspection")),
    )
    op.create_index("ix_certificates_inspection_target_id", "certificates_inspection", ["target_id"])
    op.create_table(
        "certificates_inspection_item",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("inspection_id", sa.Integer(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("post_id", sa.Integer(), nullable=False),
        sa.Column("kind_code", Code, nullable=False),
        sa.Column("kind_name", sa.Text(), nullable=False),
        sa.Column("unit_code", Code, nullable=False),
        sa.Column("unit_name", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("person_code", Code, nullable=False),
        sa.Column("person_name", sa.Text(), nullable=False),
        sa.Column("state", Code, nullable=False),
        sa.ForeignKeyConstraint(
            ["inspection_id"], ["certificates_inspection.id"],
            name=op.f("fk_certificates_inspection_item_inspection_id"),
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["lms_person.id"], name=op.f("fk_certificates_inspection_item_person_id"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(["post_id"], ["lms_post.id"], name=op.f("fk_certificates_inspection_item_post_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_certificates_inspection_item")),
        sa.UniqueConstraint(
            "inspection_id", "place", name=op.f("uq_certificates_inspection_item_inspection_id_place")
        ),
    )  # fmt: skip
    op.create_index("ix_certificates_inspection_item_person_id", "certificates_inspection_item", ["person_id"])
    op.create_table(
        "certificates_inspection_member",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("inspection_id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("head", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["lms_account.id"], name=op.f("fk_certificates_inspection_member_account_id")
        ),
        sa.ForeignKeyConstraint(
            ["inspection_id"], ["certificates_inspection.id"],
            name=op.f("fk_certificates_inspection_member_inspection_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_certificates_inspection_member")),
        sa.UniqueConstraint(
            "inspection_id", "account_id", name=op.f("uq_certificates_inspection_member_inspection_id_account_id")
        ),
    )  # fmt: skip
    op.create_index("ix_certificates_inspection_member_account_id", "certificates_inspection_member", ["account_id"])
    op.create_table(
        "certificates_finding",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("kind", Code, nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("recorded_at", UtcDateTime(), nullable=False),
        sa.Column("withdrawn_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint(
            "kind IN ('right', 'wrong', 'incomplete', 'advice')", name=op.f("ck_certificates_finding_kind")
        ),
        sa.ForeignKeyConstraint(["account_id"], ["lms_account.id"], name=op.f("fk_certificates_finding_account_id")),
        sa.ForeignKeyConstraint(
            ["item_id"], ["certificates_inspection_item.id"], name=op.f("fk_certificates_finding_item_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_certificates_finding")),
    )
    op.create_index("ix_certificates_finding_item_id", "certificates_finding", ["item_id"])


def downgrade() -> None:
    for name in ("certificates_finding", "certificates_inspection_member", "certificates_inspection_item",
                 "certificates_inspection"):  # fmt: skip
        op.drop_table(name)
