"""The area of an audit entry as a column, and an index for each way to read the log."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0021"
down_revision: str | None = "0020"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_READ_BY = (
    ("area", "at", "id"),
    ("course_id", "area", "at", "id"),
    ("actor_id", "at", "id"),
)


def upgrade() -> None:
    """Go from the version before to this one."""
    op.add_column(
        "audit_entries", sa.Column("area", sa.String(), nullable=False, server_default="")
    )
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    end = "instr(action, '.')" if is_sqlite else "strpos(action, '.')"
    op.execute(f"UPDATE audit_entries SET area = substr(action, 1, {end} - 1)")  # noqa: S608
    op.drop_index(op.f("ix_audit_entries_actor_id"), table_name="audit_entries")
    for columns in _READ_BY:
        op.create_index(op.f(_name(columns)), "audit_entries", list(columns))


def downgrade() -> None:
    """Go back to the one before."""
    for columns in _READ_BY:
        op.drop_index(op.f(_name(columns)), table_name="audit_entries")
    op.create_index(op.f("ix_audit_entries_actor_id"), "audit_entries", ["actor_id"])
    with op.batch_alter_table("audit_entries") as table:
        table.drop_column("area")


def _name(columns: tuple[str, ...]) -> str:
    return "ix_audit_entries_" + "_".join(columns)
