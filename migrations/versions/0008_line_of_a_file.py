"""A line of a check's message belongs to a file."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0008"
down_revision: str | None = "0007"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Go on to this revision."""
    op.add_column("checks", sa.Column("file", sa.String(), server_default="", nullable=False))


def downgrade() -> None:
    """Go back to the one before."""
    op.drop_column("checks", "file")
