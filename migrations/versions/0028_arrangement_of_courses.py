"""How a course shows its exercises: as a path, or as a list."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0028"
down_revision: str | None = "0027"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Go on to this revision."""
    # Courses made before showed levels.
    op.add_column(
        "courses",
        sa.Column("arrangement", sa.String(length=16), nullable=False, server_default="path"),
    )


def downgrade() -> None:
    """Go back to the one before."""
    op.drop_column("courses", "arrangement")
