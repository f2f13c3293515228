"""Whether somebody has shown that an account's e-mail address is theirs."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0020"
down_revision: str | None = "0019"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Go from the version before to this one."""
    # Until now staff or the command made every account.
    op.add_column(
        "users",
        sa.Column("is_email_proven", sa.Boolean(), nullable=False, server_default=sa.true()),
    )


def downgrade() -> None:
    """Go back to the one before."""
    with op.batch_alter_table("users") as table:
        table.drop_column("is_email_proven")
