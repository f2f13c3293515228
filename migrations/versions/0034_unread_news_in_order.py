"""The unread news of one person, in the order in which they are shown."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0034"
down_revision: str | None = "0033"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_INDEX = "ix_news_unread"
_UNREAD = sa.text("read_at IS NULL")


def upgrade() -> None:
    """Go on to this revision."""
    _replace(["user_id", "id"])


def downgrade() -> None:
    """Go back to the one before."""
    _replace(["user_id"])


def _replace(columns: list[str]) -> None:
    op.drop_index(_INDEX, "news")
    op.create_index(_INDEX, "news", columns, sqlite_where=_UNREAD, postgresql_where=_UNREAD)
