"""What retention looks for: archived courses, and submissions that still have their files."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0027"
down_revision: str | None = "0026"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Go from the version before to this one."""
    where = sa.text("files_removed_at IS NULL")
    op.create_index(
        "ix_submissions_with_files",
        "submissions",
        ["course_id", "id"],
        sqlite_where=where,
        postgresql_where=where,
    )
    op.create_index(op.f("ix_courses_archived_at"), "courses", ["archived_at"])


def downgrade() -> None:
    """Go back to the one before."""
    op.drop_index(op.f("ix_courses_archived_at"), table_name="courses")
    op.drop_index("ix_submissions_with_files", table_name="submissions")
