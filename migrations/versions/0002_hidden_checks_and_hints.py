"""Checks that students see only the verdict of, and hints that an attempt unlocked."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0002"
down_revision: str | None = "0001"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Go on to this revision."""
    # Checks stored before knew neither: all were shown, and none had a hint.
    op.add_column(
        "checks", sa.Column("hidden", sa.Boolean(), nullable=False, server_default=sa.false())
    )
    op.add_column("checks", sa.Column("hints", sa.JSON(), nullable=False, server_default="[]"))


def downgrade() -> None:
    """Go back to the one before."""
    op.drop_column("checks", "hints")
    op.drop_column("checks", "hidden")
