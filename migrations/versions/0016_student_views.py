"""Staff who look at a course as one of its students."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0016"
down_revision: str | None = "0015"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Go on to this revision."""
    references = (
        ("login_hash", "logins.secret_hash"),
        ("user_id", "users.id"),
        ("course_id", "courses.id"),
    )
    op.create_table(
        "student_views",
        sa.Column("login_hash", sa.String(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("course_id", sa.Uuid(), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        *(
            sa.ForeignKeyConstraint(
                [column], [there], name=op.f(f"fk_student_views_{column}"), ondelete="CASCADE"
            )
            for column, there in references
        ),
        sa.PrimaryKeyConstraint("login_hash", name=op.f("pk_student_views")),
    )
    for column in ("user_id", "course_id"):
        op.create_index(op.f(f"ix_student_views_{column}"), "student_views", [column])


def downgrade() -> None:
    """Go back to the one before."""
    op.drop_table("student_views")
