"""Lists of one assignment's submissions are read in order from an index."""

from collections.abc import Sequence

from alembic import op

revision: str = "0017"
down_revision: str | None = "0016"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_INDEX = "ix_submissions_assignment_id_submitted_at_id"


def upgrade() -> None:
    """Go on to this revision."""
    op.create_index(_INDEX, "submissions", ["assignment_id", "submitted_at", "id"])


def downgrade() -> None:
    """Go back to the one before."""
    op.drop_index(_INDEX, "submissions")
