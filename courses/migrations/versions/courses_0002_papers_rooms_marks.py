"""papers, rooms, marks"""

import sqlalchemy as sa
from alembic import op

from lms.db import Code, UtcDateTime

revision = "courses_0002"
down_revision = "courses_0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "courses_allowance",
        sa.Column("quiz_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("recorded_at", UtcDateTime(), nullable=False),
        sa.Column("withdrawn_at", UtcDateTime(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["lms_account.id"], name=op.f("fk_courses_allowance_account_id")),
        sa.ForeignKeyConstraint(["person_id"], ["lms_person.id"], name=op.f("fk_courses_allowance_person_id")),
        sa.ForeignKeyConstraint(["quiz_id"], ["courses_quiz.id"], name=op.f("fk_courses_allowance_quiz_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_courses_allowance")),
    )
    with op.batch_alter_table("courses_allowance", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_courses_allowance_person_id"), ["person_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_courses_allowance_quiz_id"), ["quiz_id"], unique=False)

    op.create_table(
        "courses_paper",
        sa.Column("quiz_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("seed", Code, nullable=False),
        sa.Column("items", sa.JSON(), nullable=False),
        sa.Column("built_at", UtcDateTime(), nullable=False),
        sa.Column("withdrawn_at", UtcDateTime(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["quiz_id"], ["courses_quiz.id"], name=op.f("fk_courses_paper_quiz_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_courses_paper")),
        sa.UniqueConstraint("quiz_id", "number", name=op.f("uq_courses_paper_quiz_id_number")),
    )
    op.create_table(
        "courses_correction",
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("kind", Code, nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("decision", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("applied_at", UtcDateTime(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.CheckConstraint("kind IN ('key', 'void')", name=op.f("ck_courses_correction_kind")),
        sa.ForeignKeyConstraint(["account_id"], ["lms_account.id"], name=op.f("fk_courses_correction_account_id")),
        sa.ForeignKeyConstraint(
            ["version_id"], ["courses_question_version.id"], name=op.f("fk_courses_correction_version_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_courses_correction")),
    )
    with op.batch_alter_table("courses_correction", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_courses_correction_version_id"), ["version_id"], unique=False)

    op.create_table(
        "courses_essay_mark",
        sa.Column("attempt_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("points", sa.JSON(), nullable=False),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.Column("recorded_at", UtcDateTime(), nullable=False),
        sa.Column("withdrawn_at", UtcDateTime(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["lms_account.id"], name=op.f("fk_courses_essay_mark_account_id")),
        sa.ForeignKeyConstraint(["attempt_id"], ["courses_attempt.id"], name=op.f("fk_courses_essay_mark_attempt_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_courses_essay_mark")),
    )
    with op.batch_alter_table("courses_essay_mark", schema=None) as batch_op:
        batch_op.create_index(
            "uq_courses_essay_mark_standing",
            ["attempt_id", "position", "account_id"],
            unique=True,
            sqlite_where=sa.text("withdrawn_at IS NULL"),
            postgresql_where=sa.text("withdrawn_at IS NULL"),
        )

    op.create_table(
        "courses_remark",
        sa.Column("correction_id", sa.Integer(), nullable=False),
        sa.Column("attempt_id", sa.Integer(), nullable=False),
        sa.Column("score_before", sa.Numeric(precision=7, scale=2), nullable=False),
        sa.Column("score_after", sa.Numeric(precision=7, scale=2), nullable=False),
        sa.Column("passed_before", sa.Boolean(), nullable=False),
        sa.Column("passed_after", sa.Boolean(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["attempt_id"], ["courses_attempt.id"], name=op.f("fk_courses_remark_attempt_id")),
        sa.ForeignKeyConstraint(
            ["correction_id"], ["courses_correction.id"], name=op.f("fk_courses_remark_correction_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_courses_remark")),
        sa.UniqueConstraint("correction_id", "attempt_id", name=op.f("uq_courses_remark_correction_id_attempt_id")),
    )
    with op.batch_alter_table("courses_remark", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_courses_remark_attempt_id"), ["attempt_id"], unique=False)

    with op.batch_alter_table("courses_attempt", schema=None) as batch_op:
        batch_op.add_column(sa.Column("paper_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("seed", Code, nullable=False, server_default=""))
        batch_op.add_column(sa.Column("due_at", UtcDateTime(), nullable=True))
        batch_op.add_column(sa.Column("ended_by", Code, nullable=False, server_default=""))
        batch_op.add_column(sa.Column("seen_at", UtcDateTime(), nullable=True))
        batch_op.drop_index(batch_op.f("ix_courses_attempt_due"))
        batch_op.create_index("ix_courses_attempt_due", ["submitted_at", "due_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_courses_attempt_paper_id"), ["paper_id"], unique=False)
        batch_op.create_foreign_key(batch_op.f("fk_courses_attempt_paper_id"), "courses_paper", ["paper_id"], ["id"])

    with op.batch_alter_table("courses_completion", schema=None) as batch_op:
        batch_op.add_column(sa.Column("withdrawn_at", UtcDateTime(), nullable=True))
        batch_op.drop_constraint(batch_op.f("uq_courses_completion_course_id_person_id"), type_="unique")
        batch_op.create_index(
            "uq_courses_completion_standing",
            ["course_id", "person_id"],
            unique=True,
            sqlite_where=sa.text("withdrawn_at IS NULL"),
            postgresql_where=sa.text("withdrawn_at IS NULL"),
        )

    with op.batch_alter_table("courses_quiz", schema=None) as batch_op:
        batch_op.add_column(sa.Column("opens_at", UtcDateTime(), nullable=True))
        batch_op.add_column(sa.Column("closes_at", UtcDateTime(), nullable=True))
        batch_op.add_column(sa.Column("at_end", Code, nullable=False, server_default="submit"))
        batch_op.add_column(sa.Column("grace_minutes", sa.Integer(), nullable=False, server_default="0"))
        batch_op.add_column(sa.Column("review", Code, nullable=False, server_default=""))
        batch_op.add_column(sa.Column("room_code", Code, nullable=False, server_default=""))
        batch_op.add_column(sa.Column("addresses", sa.JSON(), nullable=False, server_default="[]"))
        batch_op.add_column(sa.Column("markers", sa.Integer(), nullable=False, server_default="1"))
        batch_op.add_column(sa.Column("blind", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.create_check_constraint(
            batch_op.f("ck_courses_quiz_at_end"), "at_end IN ('submit', 'grace', 'nothing')"
        )

    # Until now the server closed an attempt at its end, and every closed one had been handed in.
    op.execute("UPDATE courses_attempt SET due_at = ends_at")
    op.execute("UPDATE courses_attempt SET ended_by = 'learner' WHERE submitted_at IS NOT NULL")


def downgrade() -> None:
    with op.batch_alter_table("courses_quiz", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_courses_quiz_at_end"), type_="check")
        batch_op.drop_column("blind")
        batch_op.drop_column("markers")
        batch_op.drop_column("addresses")
        batch_op.drop_column("room_code")
        batch_op.drop_column("review")
        batch_op.drop_column("grace_minutes")
        batch_op.drop_column("at_end")
        batch_op.drop_column("closes_at")
        batch_op.drop_column("opens_at")

    with op.batch_alter_table("courses_completion", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_courses_completion_standing",
            sqlite_where=sa.text("withdrawn_at IS NULL"),
            postgresql_where=sa.text("withdrawn_at IS NULL"),
        )
        batch_op.create_unique_constraint(
            batch_op.f("uq_courses_completion_course_id_person_id"), ["course_id", "person_id"]
        )
        batch_op.drop_column("withdrawn_at")

    with op.batch_alter_table("courses_attempt", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_courses_attempt_paper_id"), type_="foreignkey")
        batch_op.drop_index(batch_op.f("ix_courses_attempt_paper_id"))
        batch_op.drop_index("ix_courses_attempt_due")
        batch_op.create_index(batch_op.f("ix_courses_attempt_due"), ["submitted_at", "ends_at"], unique=False)
        batch_op.drop_column("seen_at")
        batch_op.drop_column("ended_by")
        batch_op.drop_column("due_at")
        batch_op.drop_column("seed")
        batch_op.drop_column("paper_id")

    with op.batch_alter_table("courses_remark", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_courses_remark_attempt_id"))

    op.drop_table("courses_remark")
    with op.batch_alter_table("courses_essay_mark", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_courses_essay_mark_standing",
            sqlite_where=sa.text("withdrawn_at IS NULL"),
            postgresql_where=sa.text("withdrawn_at IS NULL"),
        )

    op.drop_table("courses_essay_mark")
    with op.batch_alter_table("courses_correction", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_courses_correction_version_id"))

    op.drop_table("courses_correction")
    op.drop_table("courses_paper")
    with op.batch_alter_table("courses_allowance", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_courses_allowance_quiz_id"))
        batch_op.drop_index(batch_op.f("ix_courses_allowance_person_id"))

    op.drop_table("courses_allowance")
