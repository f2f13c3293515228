"""Of which attempts a student has the most points, and which was graded last."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0022"
down_revision: str | None = "0021"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

# The scored runs of the student and assignment of a standing.
_SCORED = """
    FROM grading_runs r JOIN submissions s ON s.id = r.submission_id
    WHERE r.assignment_id = standings.assignment_id AND r.user_id = standings.user_id
    AND r.points IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM grading_runs later
        WHERE later.assignment_id = r.assignment_id AND later.user_id = r.user_id
        AND later.submission_id = r.submission_id AND later.points IS NOT NULL
        AND (later.queued_at, later.id) > (r.queued_at, r.id)
    )
"""


def upgrade() -> None:
    """Go on to this revision."""
    for name in ("best_number", "last_number"):
        op.add_column(
            "standings", sa.Column(name, sa.Integer(), nullable=False, server_default="0")
        )
    best = "SELECT s.number" + _SCORED + "ORDER BY r.points DESC, s.submitted_at, s.number LIMIT 1"
    last = "SELECT max(s.number)" + _SCORED
    op.execute(
        f"UPDATE standings SET best_number = coalesce(({best}), 0), "  # noqa: S608 - our own text
        f"last_number = coalesce(({last}), 0)"
    )


def downgrade() -> None:
    """Go back to the one before."""
    with op.batch_alter_table("standings") as table:
        table.drop_column("last_number")
        table.drop_column("best_number")
