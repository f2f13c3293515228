"""Lists and rankings read what belongs to one course from an index, however much there is."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0003"
down_revision: str | None = "0002"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_FINISHED, _UNFINISHED = sa.text("points IS NOT NULL"), sa.text("points IS NULL")


def upgrade() -> None:
    """Go on to this revision."""
    op.drop_index("ix_assignments_exercise", "assignments")
    op.drop_index("ix_submissions_user_id_submitted_at", "submissions")
    _copy_down("submissions", "assignments", "assignment_id", ["course_id"])
    _copy_down("grading_runs", "submissions", "submission_id", ["assignment_id", "user_id"])
    op.create_index(
        "ix_submissions_user_id_submitted_at_id", "submissions", ["user_id", "submitted_at", "id"]
    )
    op.create_index(
        "ix_submissions_course_id_submitted_at_id",
        "submissions",
        ["course_id", "submitted_at", "id"],
    )
    op.create_index(
        "ix_grading_runs_results",
        "grading_runs",
        ["assignment_id", "user_id", "submission_id", "queued_at", "id", "points", "max_points"],
        sqlite_where=_FINISHED,
        postgresql_where=_FINISHED,
    )
    op.create_index(
        "ix_grading_runs_unfinished",
        "grading_runs",
        ["assignment_id", "user_id", "queued_at"],
        sqlite_where=_UNFINISHED,
        postgresql_where=_UNFINISHED,
    )


def _copy_down(table: str, parent: str, key: str, columns: list[str]) -> None:
    """Let each row say of its parent what never changes."""
    for column in columns:
        op.add_column(table, sa.Column(column, sa.Uuid(), nullable=True))
    said = ", ".join(
        f"{column} = (SELECT {column} FROM {parent} WHERE {parent}.id = {table}.{key})"  # noqa: S608
        for column in columns
    )
    op.execute(f"UPDATE {table} SET {said}")  # noqa: S608 - names from this file
    with op.batch_alter_table(table) as batch:
        for column in columns:
            batch.alter_column(column, existing_type=sa.Uuid(), nullable=False)
            referred = f"{column.removesuffix('_id')}s"
            batch.create_foreign_key(op.f(f"fk_{table}_{column}"), referred, [column], ["id"])


def downgrade() -> None:
    """Go back to the one before."""
    op.drop_index("ix_grading_runs_unfinished", "grading_runs")
    op.drop_index("ix_grading_runs_results", "grading_runs")
    op.drop_index("ix_submissions_course_id_submitted_at_id", "submissions")
    op.drop_index("ix_submissions_user_id_submitted_at_id", "submissions")
    for table, columns in (
        ("grading_runs", ["user_id", "assignment_id"]),
        ("submissions", ["course_id"]),
    ):
        with op.batch_alter_table(table) as batch:
            for column in columns:
                batch.drop_constraint(op.f(f"fk_{table}_{column}"), type_="foreignkey")
                batch.drop_column(column)
    op.create_index(
        "ix_submissions_user_id_submitted_at", "submissions", ["user_id", "submitted_at"]
    )
    op.create_index("ix_assignments_exercise", "assignments", ["exercise"])
