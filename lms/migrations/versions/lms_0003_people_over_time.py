"""People over time: the words that find them, merged records, successors of units, the paper behind a post."""

import sqlalchemy as sa
from alembic import op

from lms.db import Code, Path, UtcDateTime
from lms.organisation.words import rows

revision = "lms_0003"
down_revision = "lms_0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "lms_person_merge",
        sa.Column("kept_id", sa.Integer(), nullable=False),
        sa.Column("merged_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("moved", sa.JSON(), nullable=False),
        sa.Column("recorded_at", UtcDateTime(), nullable=False),
        sa.Column("withdrawn_at", UtcDateTime(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["kept_id"], ["lms_person.id"], name=op.f("fk_lms_person_merge_kept_id")),
        sa.ForeignKeyConstraint(["merged_id"], ["lms_person.id"], name=op.f("fk_lms_person_merge_merged_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lms_person_merge")),
    )
    with op.batch_alter_table("lms_person_merge") as batch_op:
        batch_op.create_index(batch_op.f("ix_lms_person_merge_kept_id"), ["kept_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_lms_person_merge_merged_id"), ["merged_id"], unique=False)

    op.create_table(
        "lms_person_word",
        sa.Column("word", Code, nullable=False),
        sa.Column("sort_key", Path, nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("names", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["lms_person.id"], name=op.f("fk_lms_person_word_person_id")),
        sa.PrimaryKeyConstraint(
            "word", "sort_key", "person_id", name=op.f("pk_lms_person_word"), postgresql_include=["names"]
        ),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("lms_person_word") as batch_op:
        batch_op.create_index(batch_op.f("ix_lms_person_word_person_id"), ["person_id"], unique=False)

    op.create_table(
        "lms_unit_successor",
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("successor_id", sa.Integer(), nullable=False),
        sa.Column("decision_id", sa.Integer(), nullable=False),
        sa.Column("recorded_at", UtcDateTime(), nullable=False),
        sa.Column("withdrawn_at", UtcDateTime(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["decision_id"], ["lms_decision.id"], name=op.f("fk_lms_unit_successor_decision_id")),
        sa.ForeignKeyConstraint(["successor_id"], ["lms_unit.id"], name=op.f("fk_lms_unit_successor_successor_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["lms_unit.id"], name=op.f("fk_lms_unit_successor_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lms_unit_successor")),
    )
    with op.batch_alter_table("lms_unit_successor") as batch_op:
        batch_op.create_index(batch_op.f("ix_lms_unit_successor_decision_id"), ["decision_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_lms_unit_successor_successor_id"), ["successor_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_lms_unit_successor_unit_id"), ["unit_id"], unique=False)

    with op.batch_alter_table("lms_appointment") as batch_op:
        batch_op.add_column(sa.Column("document", sa.Text(), nullable=False, server_default=""))
    with op.batch_alter_table("lms_appointment") as batch_op:
        batch_op.alter_column("document", existing_type=sa.Text(), server_default=None)

    with op.batch_alter_table("lms_person") as batch_op:
        batch_op.add_column(sa.Column("merged_into_id", sa.Integer(), nullable=True))
        batch_op.create_index(batch_op.f("ix_lms_person_merged_into_id"), ["merged_into_id"], unique=False)
        batch_op.create_foreign_key(
            batch_op.f("fk_lms_person_merged_into_id"), "lms_person", ["merged_into_id"], ["id"]
        )
    _find_people_by_words()


def _find_people_by_words() -> None:
    person = sa.table("lms_person", *(sa.column(name) for name in ("id", "name", "sort_key", "phone", "code")))
    word = sa.table("lms_person_word", *(sa.column(name) for name in ("word", "sort_key", "person_id", "names")))
    bind = op.get_bind()
    last = 0
    while people := bind.execute(sa.select(person).where(person.c.id > last).order_by(person.c.id).limit(2000)).all():
        found = [row for p in people for row in rows(p.id, p.name, p.sort_key, p.phone, [p.code])]
        bind.execute(word.insert(), found)
        last = people[-1].id
