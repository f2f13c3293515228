"""The comments of one author, page by page."""

from collections.abc import Sequence

from alembic import op

revision: str = "0033"
down_revision: str | None = "0032"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Go on to this revision."""
    op.create_index(op.f("ix_comments_author_id_id"), "comments", ["author_id", "id"])
    op.drop_index(op.f("ix_comments_author_id"), "comments")


def downgrade() -> None:
    """Go back to the one before."""
    op.create_index(op.f("ix_comments_author_id"), "comments", ["author_id"])
    op.drop_index(op.f("ix_comments_author_id_id"), "comments")
