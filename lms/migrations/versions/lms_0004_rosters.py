"""Rosters: imports with their change sets, what applying them wrote, and the words of offices."""

import sqlalchemy as sa
from alembic import op

from lms.db import Code, UtcDateTime

revision = "lms_0004"
down_revision = "lms_0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "lms_roster_answer",
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("about", Code, nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("meaning", Code, nullable=False),
        sa.Column("recorded_at", UtcDateTime(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.CheckConstraint("about IN ('column', 'post', 'unit')", name=op.f("ck_lms_roster_answer_about")),
        sa.ForeignKeyConstraint(["unit_id"], ["lms_unit.id"], name=op.f("fk_lms_roster_answer_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lms_roster_answer")),
        sa.UniqueConstraint("unit_id", "about", "text", name=op.f("uq_lms_roster_answer_unit_id_about_text")),
    )
    op.create_table(
        "lms_roster_import",
        sa.Column("unit_id", sa.Integer(), nullable=True),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("file_key", sa.Text(), nullable=False),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("state", Code, nullable=False),
        sa.Column("problem", sa.Text(), nullable=False),
        sa.Column("settings", sa.JSON(), nullable=False),
        sa.Column("summary", sa.JSON(), nullable=False),
        sa.Column("effective_on", sa.Date(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("prepared_at", UtcDateTime(), nullable=True),
        sa.Column("applied_at", UtcDateTime(), nullable=True),
        sa.Column("undone_at", UtcDateTime(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "state IN ('reading', 'unreadable', 'ready', 'applied', 'undone')",
            name=op.f("ck_lms_roster_import_state"),
        ),
        sa.ForeignKeyConstraint(["account_id"], ["lms_account.id"], name=op.f("fk_lms_roster_import_account_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["lms_unit.id"], name=op.f("fk_lms_roster_import_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lms_roster_import")),
    )
    op.create_index(op.f("ix_lms_roster_import_account_id"), "lms_roster_import", ["account_id"])
    op.create_index(op.f("ix_lms_roster_import_unit_id"), "lms_roster_import", ["unit_id"])
    op.create_table(
        "lms_roster_change",
        sa.Column("import_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("kind", Code, nullable=False),
        sa.Column("sheet", sa.Text(), nullable=False),
        sa.Column("row", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["import_id"], ["lms_roster_import.id"], name=op.f("fk_lms_roster_change_import_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lms_roster_change")),
        sa.UniqueConstraint("import_id", "position", name=op.f("uq_lms_roster_change_import_id_position")),
    )
    op.create_index("ix_lms_roster_change_list", "lms_roster_change", ["import_id", "kind", "position"])
    op.create_table(
        "lms_roster_trace",
        sa.Column("import_id", sa.Integer(), nullable=False),
        sa.Column("what", Code, nullable=False),
        sa.Column("row_id", sa.Integer(), nullable=False),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["import_id"], ["lms_roster_import.id"], name=op.f("fk_lms_roster_trace_import_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lms_roster_trace")),
    )
    op.create_index("ix_lms_roster_trace_import", "lms_roster_trace", ["import_id", "what"])


def downgrade() -> None:
    for table in ("trace", "change", "import", "answer"):
        op.drop_table(f"lms_roster_{table}")
