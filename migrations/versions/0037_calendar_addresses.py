"""The secret address of a person's calendar: its hash."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0037"
down_revision: str | None = "0036"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Go on to this revision."""
    op.add_column("users", sa.Column("calendar_hash", sa.String()))
    op.create_index(op.f("ix_users_calendar_hash"), "users", ["calendar_hash"], unique=True)


def downgrade() -> None:
    """Go back to the one before; addresses are lost, and made again by their owners."""
    op.drop_index(op.f("ix_users_calendar_hash"), "users")
    op.drop_column("users", "calendar_hash")
