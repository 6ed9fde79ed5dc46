"""Which edition of a course was completed"""

import sqlalchemy as sa
from alembic import op

revision = "courses_0004"
down_revision = "courses_0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("courses_completion", sa.Column("edition", sa.Text(), nullable=False, server_default=""))
    # Whoever completed the course after its last import completed that edition; of the others nobody knows.
    op.execute(
        "UPDATE courses_completion SET edition = (SELECT edition FROM courses_course"
        " WHERE courses_course.id = courses_completion.course_id) WHERE completed_at >= (SELECT imported_at"
        " FROM courses_course WHERE courses_course.id = courses_completion.course_id)"
    )


def downgrade() -> None:
    with op.batch_alter_table("courses_completion") as batch:
        batch.drop_column("edition")
