"""When a person was deleted, and when the files of a submission were removed."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0023"
down_revision: str | None = "0022"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_ADDED = (("users", "deleted_at"), ("submissions", "files_removed_at"))


def upgrade() -> None:
    """Go from the version before to this one."""
    for table, column in _ADDED:
        op.add_column(table, sa.Column(column, sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    """Go back to the one before."""
    for name, column in _ADDED:
        with op.batch_alter_table(name) as table:
            table.drop_column(column)
