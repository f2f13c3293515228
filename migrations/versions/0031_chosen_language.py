"""Whether people chose the language of their account themselves."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0031"
down_revision: str | None = "0030"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Go from the version before to this one."""
    # False for accounts that there are: their browser knows, by its cookie, what was chosen in it,
    # and most of them have the language that they were made with.
    op.add_column(
        "users",
        sa.Column("has_chosen_language", sa.Boolean(), nullable=False, server_default=sa.false()),
    )


def downgrade() -> None:
    """Go back to the one before."""
    with op.batch_alter_table("users") as table:
        table.drop_column("has_chosen_language")
