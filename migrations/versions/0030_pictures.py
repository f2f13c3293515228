"""What a check's picture shows beside the calls of services."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0030"
down_revision: str | None = "0029"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Go on to this revision."""
    # Runs graded before have none.
    op.add_column("checks", sa.Column("picture", sa.JSON(), nullable=True))


def downgrade() -> None:
    """Go back to the one before."""
    op.drop_column("checks", "picture")
