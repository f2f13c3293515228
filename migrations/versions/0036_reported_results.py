"""Whether the verdicts of a run are reported by the program's own process."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0036"
down_revision: str | None = "0035"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Go on to this revision."""
    op.add_column(
        "grading_runs",
        sa.Column("is_reported", sa.Boolean(), server_default=sa.false(), nullable=False),
    )


def downgrade() -> None:
    """Go back to the one before."""
    op.drop_column("grading_runs", "is_reported")
