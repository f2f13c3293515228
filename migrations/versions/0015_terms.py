"""Late policies, pauses, weights and visibility of assignments; extensions; grades."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0015"
down_revision: str | None = "0014"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_MOMENT = sa.DateTime(timezone=True)
_SHOWN = '["details", "hints", "leaderboard"]'


def _new_columns() -> tuple[sa.Column[object], ...]:
    return (
        sa.Column("late_policy", sa.String(16), server_default="none", nullable=False),
        sa.Column("percent_per_day", sa.Double(), server_default="0", nullable=False),
        sa.Column("late_steps", sa.JSON(), server_default="[]", nullable=False),
        sa.Column("grace_minutes", sa.Integer(), server_default="0", nullable=False),
        sa.Column("closes_at", _MOMENT, nullable=True),
        sa.Column("cooldown_seconds", sa.Integer(), server_default="0", nullable=False),
        sa.Column("attempts_per_day", sa.Integer(), nullable=True),
        sa.Column("weight", sa.Double(), server_default="1", nullable=False),
        sa.Column("shown_before", sa.JSON(), server_default=_SHOWN, nullable=False),
        sa.Column("shown_after", sa.JSON(), server_default=_SHOWN, nullable=False),
    )


def upgrade() -> None:
    """Go on to this revision."""
    for column in _new_columns():
        op.add_column("assignments", column)
    op.add_column(
        "courses", sa.Column("late_days", sa.Integer(), server_default="0", nullable=False)
    )
    # Until now a submission was on time or refused: its grade is its points.
    op.add_column("standings", sa.Column("grade", sa.Double(), server_default="0", nullable=False))
    op.execute("UPDATE standings SET grade = points")
    op.add_column(
        "standings", sa.Column("late_days", sa.Integer(), server_default="0", nullable=False)
    )
    _create_extensions()


def _create_extensions() -> None:
    op.create_table(
        "extensions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("assignment_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("due_at", _MOMENT, nullable=True),
        sa.Column("extra_attempts", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("granted_by", sa.Uuid(), nullable=True),
        sa.Column("granted_at", _MOMENT, nullable=False),
        *(
            sa.ForeignKeyConstraint(
                [column], [there], name=op.f(f"fk_extensions_{column}"), ondelete=ondelete
            )
            for column, there, ondelete in (
                ("assignment_id", "assignments.id", "CASCADE"),
                ("user_id", "users.id", "CASCADE"),
                ("granted_by", "users.id", "SET NULL"),
            )
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_extensions")),
    )
    for columns in (
        ("user_id", "assignment_id"),
        ("assignment_id", "granted_at", "id"),
        ("granted_by",),
    ):
        op.create_index(op.f(f"ix_extensions_{'_'.join(columns)}"), "extensions", columns)


def downgrade() -> None:
    """Go back to the one before."""
    op.drop_table("extensions")
    for column in ("late_days", "grade"):
        op.drop_column("standings", column)
    op.drop_column("courses", "late_days")
    for added in _new_columns():
        op.drop_column("assignments", added.name)
