"""Units over time: their states, the decisions behind them, and posts that remember what was known."""

import json
from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

from lms.clock import start_of
from lms.db import Path, UtcDateTime

revision = "lms_0002"
down_revision = "lms_0001"
branch_labels = None
depends_on = None

# What was there before anybody kept such moments has always been known.
ALWAYS = datetime(1900, 1, 1, tzinfo=UTC)
CAPACITIES = "capacity IN ('holder', 'acting', 'concurrent', 'seconded')"


def upgrade() -> None:
    op.create_table(
        "lms_decision",
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("issued_on", sa.Date(), nullable=False),
        sa.Column("effective_on", sa.Date(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("recorded_at", UtcDateTime(), nullable=False),
        sa.Column("withdrawn_at", UtcDateTime(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lms_decision")),
    )
    op.create_table(
        "lms_unit_state",
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("parent_id", sa.Integer(), nullable=True),
        sa.Column("party_unit_id", sa.Integer(), nullable=True),
        sa.Column("path", Path, nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("decision_id", sa.Integer(), nullable=True),
        sa.Column("recorded_at", UtcDateTime(), nullable=False),
        sa.Column("withdrawn_at", UtcDateTime(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["decision_id"], ["lms_decision.id"], name=op.f("fk_lms_unit_state_decision_id")),
        sa.ForeignKeyConstraint(["parent_id"], ["lms_unit.id"], name=op.f("fk_lms_unit_state_parent_id")),
        sa.ForeignKeyConstraint(["party_unit_id"], ["lms_unit.id"], name=op.f("fk_lms_unit_state_party_unit_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["lms_unit.id"], name=op.f("fk_lms_unit_state_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lms_unit_state")),
    )
    with op.batch_alter_table("lms_unit_state") as batch_op:
        for column in ("decision_id", "parent_id", "party_unit_id", "path", "unit_id"):
            batch_op.create_index(batch_op.f(f"ix_lms_unit_state_{column}"), [column], unique=False)
    _first_states()

    with op.batch_alter_table("lms_post") as batch_op:
        batch_op.add_column(sa.Column("recorded_at", UtcDateTime(), nullable=True))
        batch_op.add_column(sa.Column("withdrawn_at", UtcDateTime(), nullable=True))
    _date_posts()
    with op.batch_alter_table("lms_post") as batch_op:
        batch_op.alter_column("recorded_at", existing_type=UtcDateTime(), nullable=False)

    with op.batch_alter_table("lms_appointment") as batch_op:
        # SQLite's copy of the table leaves the old check behind by itself.
        if op.get_bind().dialect.name == "postgresql":
            batch_op.drop_constraint(op.f("ck_lms_appointment_capacity"), type_="check")
        batch_op.create_check_constraint(op.f("ck_lms_appointment_capacity"), CAPACITIES)
    _tell_in_lists()


def _first_states() -> None:
    columns = ("name", "parent_id", "party_unit_id", "path", "valid_from", "valid_to")
    unit = sa.table("lms_unit", sa.column("id"), *(sa.column(name) for name in columns))
    state = sa.table("lms_unit_state", *(sa.column(name) for name in ("unit_id", *columns, "recorded_at")))
    rows = sa.select(unit.c.id, *(unit.c[name] for name in columns), sa.literal(ALWAYS, UtcDateTime()))
    op.execute(state.insert().from_select(["unit_id", *columns, "recorded_at"], rows))


def _date_posts() -> None:
    post = sa.table("lms_post", sa.column("valid_from", sa.Date()), sa.column("recorded_at", UtcDateTime()))
    bind = op.get_bind()
    for (day,) in bind.execute(sa.select(post.c.valid_from).distinct()).all():
        bind.execute(post.update().where(post.c.valid_from == day).values(recorded_at=start_of(day)))


def _tell_in_lists() -> None:
    """Events that wait for delivery name their unit in the old way."""
    event = sa.table("lms_outbox_event", sa.column("id"), sa.column("kind"), sa.column("payload"))
    bind = op.get_bind()
    for row in bind.execute(sa.select(event).where(event.c.kind == "AppointmentsChanged")).all():
        payload = json.dumps({"units": [json.loads(row.payload)["unit_id"]]})
        bind.execute(event.update().where(event.c.id == row.id).values(payload=payload))
