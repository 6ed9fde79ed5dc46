"""The reading circle."""

import sqlalchemy as sa
from alembic import op

from lms.db import Code, UtcDateTime

revision = "example_plugin_0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "example_plugin_text",
        sa.Column("code", Code, nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("added_at", UtcDateTime(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_example_plugin_text")),
        sa.UniqueConstraint("code", name=op.f("uq_example_plugin_text_code")),
    )
    op.create_table(
        "example_plugin_note",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("activity", Code, nullable=False),
        sa.Column("completed_at", UtcDateTime(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["lms_person.id"], name=op.f("fk_example_plugin_note_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_example_plugin_note")),
        sa.UniqueConstraint("person_id", "activity", name=op.f("uq_example_plugin_note_person_id_activity")),
    )
    op.create_table(
        "example_plugin_reading",
        sa.Column("text_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("read_at", UtcDateTime(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["lms_person.id"], name=op.f("fk_example_plugin_reading_person_id")),
        sa.ForeignKeyConstraint(
            ["text_id"], ["example_plugin_text.id"], name=op.f("fk_example_plugin_reading_text_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_example_plugin_reading")),
        sa.UniqueConstraint("text_id", "person_id", name=op.f("uq_example_plugin_reading_text_id_person_id")),
    )
    with op.batch_alter_table("example_plugin_reading", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_example_plugin_reading_person_id"), ["person_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("example_plugin_reading", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_example_plugin_reading_person_id"))

    op.drop_table("example_plugin_reading")
    op.drop_table("example_plugin_note")
    op.drop_table("example_plugin_text")
