"""Runs keep why claims of them ended without a verdict."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0006"
down_revision: str | None = "0005"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Go on to this revision."""
    # Without a batch: SQLite adds a column with a default without copying the table.
    op.add_column(
        "grading_runs", sa.Column("undecided", sa.JSON(), nullable=False, server_default="[]")
    )


def downgrade() -> None:
    """Go back to the one before."""
    op.drop_column("grading_runs", "undecided")
