"""Standings no longer count verdicts: nothing has read them since statistics count attempts."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0029"
down_revision: str | None = "0028"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Go on to this revision."""
    op.drop_column("standings", "checks")


def downgrade() -> None:
    """Go back to the one before, which does not read the counts either."""
    op.add_column("standings", sa.Column("checks", sa.JSON(), nullable=False, server_default="{}"))
