"""What each student has reached in each assignment is kept, and no longer worked out."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0005"
down_revision: str | None = "0004"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

# Of a submission, the latest finished run.
_COUNTS = """
    {run}.points IS NOT NULL AND NOT EXISTS (
        SELECT later.id FROM grading_runs AS later
        WHERE later.assignment_id = {run}.assignment_id AND later.user_id = {run}.user_id
        AND later.submission_id = {run}.submission_id AND later.points IS NOT NULL
        AND (later.queued_at, later.id) > ({run}.queued_at, {run}.id)
    )
"""
# For one student after another: SQLite took much longer to sort the checks of all at once.
_CHECKS = """
    SELECT {as_object}(ending, runs) FROM (
        SELECT checks.verdict || ' ' || checks.name AS ending, count(*) AS runs
        FROM grading_runs AS own JOIN checks ON checks.run_id = own.id
        WHERE own.assignment_id = best.assignment_id AND own.user_id = best.user_id AND {counts}
        GROUP BY checks.verdict || ' ' || checks.name
    ) AS endings
"""
_STANDINGS = """
    INSERT INTO standings (
        assignment_id, user_id, submission_id, points, max_points, submitted_at, checks
    )
    SELECT assignment_id, user_id, submission_id, points, max_points, submitted_at,
        coalesce(({checks}), '{}')
    FROM (
        SELECT run.assignment_id, run.user_id, run.submission_id, run.points, run.max_points,
            submissions.submitted_at, row_number() OVER (
                PARTITION BY run.assignment_id, run.user_id
                ORDER BY run.points DESC, submissions.submitted_at, submissions.number
            ) AS merit
        FROM grading_runs AS run JOIN submissions ON submissions.id = run.submission_id
        WHERE {counts}
    ) AS best
    WHERE merit = 1
"""
_TITLES = """
    INSERT INTO check_titles (assignment_id, name, position, title_es, title_en)
    SELECT run.assignment_id, checks.name, min(checks.position), max(checks.title_es),
        max(checks.title_en)
    FROM grading_runs AS run JOIN checks ON checks.run_id = run.id
    WHERE run.points IS NOT NULL
    GROUP BY run.assignment_id, checks.name
"""


def upgrade() -> None:
    """Go on to this revision."""
    op.create_table(
        "standings",
        sa.Column("assignment_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("submission_id", sa.Uuid(), nullable=False),
        sa.Column("points", sa.Double(), nullable=False),
        sa.Column("max_points", sa.Double(), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("checks", sa.JSON(), nullable=False),
        _refers_to("standings", "assignment_id", "assignments"),
        _refers_to("standings", "user_id", "users"),
        _refers_to("standings", "submission_id", "submissions", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("assignment_id", "user_id", name=op.f("pk_standings")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "check_titles",
        sa.Column("assignment_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("title_es", sa.String(), nullable=False),
        sa.Column("title_en", sa.String(), nullable=False),
        _refers_to("check_titles", "assignment_id", "assignments"),
        sa.PrimaryKeyConstraint("assignment_id", "name", name=op.f("pk_check_titles")),
    )
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    as_object = "json_group_object" if is_sqlite else "json_object_agg"
    checks = _CHECKS.replace("{as_object}", as_object)
    checks = checks.replace("{counts}", _COUNTS.replace("{run}", "own"))
    standings = _STANDINGS.replace("{counts}", _COUNTS.replace("{run}", "run"))
    op.get_bind().exec_driver_sql(standings.replace("{checks}", checks))
    op.get_bind().exec_driver_sql(_TITLES)


def _refers_to(
    table: str, column: str, other: str, ondelete: str | None = None
) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_{column}")
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=name, ondelete=ondelete)


def downgrade() -> None:
    """Go back to the one before."""
    op.drop_table("check_titles")
    op.drop_table("standings")
