"""Whether a program that would fail as a whole uses an attempt: a course says so."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0035"
down_revision: str | None = "0034"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Go from the version before to this one."""
    op.add_column(
        "courses",
        sa.Column("unready_costs_attempt", sa.Boolean(), nullable=False, server_default=sa.false()),
    )


def downgrade() -> None:
    """Go back to the one before."""
    with op.batch_alter_table("courses") as table:
        table.drop_column("unready_costs_attempt")
