"""the bank"""

import unicodedata
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "courses_0003"
down_revision = "courses_0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("courses_question_version") as batch_op:
        batch_op.add_column(sa.Column("account_id", sa.Integer(), nullable=True))
        batch_op.create_foreign_key(
            op.f("fk_courses_question_version_account_id"), "lms_account", ["account_id"], ["id"]
        )
    with op.batch_alter_table("courses_question") as batch_op:
        batch_op.add_column(sa.Column("course_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("fold", sa.Text(), nullable=False, server_default=""))
    _fill()
    with op.batch_alter_table("courses_question") as batch_op:
        batch_op.drop_constraint(op.f("uq_courses_question_topic_id_name"), type_="unique")
        batch_op.alter_column("course_id", existing_type=sa.Integer(), nullable=False)
        batch_op.alter_column("topic_id", existing_type=sa.Integer(), nullable=True)
        batch_op.alter_column("fold", existing_type=sa.Text(), server_default=None)
        batch_op.create_foreign_key(op.f("fk_courses_question_course_id"), "courses_course", ["course_id"], ["id"])
        batch_op.create_unique_constraint(op.f("uq_courses_question_course_id_name"), ["course_id", "name"])
        batch_op.create_index("ix_courses_question_topic_id", ["topic_id"])


def _fill() -> None:
    """The bank of each question is its topic's course; a name that two topics used gets a number."""
    bind = op.get_bind()
    question = sa.table(
        "courses_question",
        *(sa.column(name) for name in ("id", "topic_id", "course_id", "name", "fold")),
    )
    topic = sa.table("courses_topic", sa.column("id"), sa.column("course_id"))
    version = sa.table(
        "courses_question_version", sa.column("question_id"), sa.column("number"), sa.column("content", sa.JSON())
    )
    contents = {
        row.question_id: row.content["content"] for row in bind.execute(sa.select(version).order_by(version.c.number))
    }
    taken: set[tuple[int, str]] = set()
    query = sa.select(question.c.id, question.c.name, topic.c.course_id)
    query = query.join(topic, topic.c.id == question.c.topic_id).order_by(question.c.id)
    for row in bind.execute(query).all():
        name, number = row.name, 1
        while (row.course_id, name) in taken:
            number += 1
            name = f"{row.name}-{number}"
        taken.add((row.course_id, name))
        said = _fold(contents.get(row.id, {}))
        values = {"course_id": row.course_id, "name": name, "fold": said}
        bind.execute(sa.update(question).where(question.c.id == row.id).values(**values))


def _fold(content: dict[str, Any]) -> str:
    """What a question says, folded as searches were when this revision was written."""
    parts = [content.get("text", "")]
    parts += [option["text"] for option in content.get("options", [])]
    parts += [side for pair in content.get("pairs", []) for side in pair]
    letters = unicodedata.normalize("NFD", " ".join(parts).lower())
    return "".join(c for c in letters if not unicodedata.combining(c)).replace("đ", "d")


def downgrade() -> None:
    op.execute("DELETE FROM courses_question_version WHERE question_id IN "
               "(SELECT id FROM courses_question WHERE topic_id IS NULL)")  # fmt: skip
    op.execute("DELETE FROM courses_question WHERE topic_id IS NULL")
    with op.batch_alter_table("courses_question") as batch_op:
        batch_op.drop_index("ix_courses_question_topic_id")
        batch_op.drop_constraint(op.f("uq_courses_question_course_id_name"), type_="unique")
        batch_op.drop_constraint(op.f("fk_courses_question_course_id"), type_="foreignkey")
        batch_op.alter_column("topic_id", existing_type=sa.Integer(), nullable=False)
        batch_op.drop_column("fold")
        batch_op.drop_column("course_id")
        batch_op.create_unique_constraint(op.f("uq_courses_question_topic_id_name"), ["topic_id", "name"])
    with op.batch_alter_table("courses_question_version") as batch_op:
        batch_op.drop_constraint(op.f("fk_courses_question_version_account_id"), type_="foreignkey")
        batch_op.drop_column("account_id")
