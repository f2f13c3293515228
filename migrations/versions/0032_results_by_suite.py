"""Which suite gave the results that count, and which courses give an exercise: found by indexes."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0032"
down_revision: str | None = "0031"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

# The latest finished run of the submission that counts.
_SUITES = """
    UPDATE standings SET suite_hash = coalesce((
        SELECT r.suite_hash FROM grading_runs r
        WHERE r.assignment_id = standings.assignment_id AND r.user_id = standings.user_id
        AND r.submission_id = standings.submission_id AND r.points IS NOT NULL
        ORDER BY r.queued_at DESC, r.id DESC LIMIT 1
    ), '')
"""


def upgrade() -> None:
    """Go on to this revision."""
    op.create_index(op.f("ix_assignments_exercise"), "assignments", ["exercise"])
    op.add_column(
        "standings", sa.Column("suite_hash", sa.String(), nullable=False, server_default="")
    )
    op.execute(_SUITES)
    op.create_index(
        op.f("ix_standings_assignment_id_suite_hash"), "standings", ["assignment_id", "suite_hash"]
    )


def downgrade() -> None:
    """Go back to the one before."""
    op.drop_index(op.f("ix_standings_assignment_id_suite_hash"), "standings")
    op.drop_column("standings", "suite_hash")
    op.drop_index(op.f("ix_assignments_exercise"), "assignments")
