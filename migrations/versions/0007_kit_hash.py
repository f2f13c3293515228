"""Results name the version of the judge."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0007"
down_revision: str | None = "0006"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Go on to this revision."""
    op.add_column("grading_runs", sa.Column("kit_hash", sa.String(), nullable=True))


def downgrade() -> None:
    """Go back to the one before."""
    op.drop_column("grading_runs", "kit_hash")
