"""What records said before, corrections that people ask for, and records that were anonymised."""

import sqlalchemy as sa
from alembic import op

from lms.db import UtcDateTime

revision = "lms_0011"
down_revision = "lms_0010"


def upgrade() -> None:
    op.add_column("lms_person", sa.Column("anonymised_at", UtcDateTime(), nullable=True))
    op.create_table(
        "lms_person_former",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("birth_on", sa.Date(), nullable=True),
        sa.Column("birth_year", sa.Integer(), nullable=True),
        sa.Column("gender", sa.Text(), nullable=False),
        sa.Column("phone", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("recorded_at", UtcDateTime(), nullable=False),
        sa.Column("withdrawn_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["lms_person.id"], name=op.f("fk_lms_person_former_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lms_person_former")),
    )
    op.create_index(op.f("ix_lms_person_former_person_id"), "lms_person_former", ["person_id"])
    op.create_table(
        "lms_correction_request",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("appointment_id", sa.Integer(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("asked_at", UtcDateTime(), nullable=False),
        sa.Column("answered_at", UtcDateTime(), nullable=True),
        sa.Column("accepted", sa.Boolean(), nullable=True),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(answered_at IS NULL) = (accepted IS NULL)", name=op.f("ck_lms_correction_request_answered")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["lms_person.id"], name=op.f("fk_lms_correction_request_person_id")),
        sa.ForeignKeyConstraint(
            ["appointment_id"], ["lms_appointment.id"], name=op.f("fk_lms_correction_request_appointment_id")
        ),
        sa.ForeignKeyConstraint(["account_id"], ["lms_account.id"], name=op.f("fk_lms_correction_request_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lms_correction_request")),
    )
    op.create_index(op.f("ix_lms_correction_request_person_id"), "lms_correction_request", ["person_id"])
    op.create_index("ix_lms_correction_request_open", "lms_correction_request", ["answered_at", "asked_at"])


def downgrade() -> None:
    op.drop_table("lms_correction_request")
    op.drop_table("lms_person_former")
    with op.batch_alter_table("lms_person") as batch:
        batch.drop_column("anonymised_at")
