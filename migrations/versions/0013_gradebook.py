"""How a course sums grades up, and what it shows of its leaderboard."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0013"
down_revision: str | None = "0012"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Go on to this revision."""
    op.create_table(
        "gradebook_policies",
        sa.Column("course_id", sa.Uuid(), nullable=False),
        sa.Column("counting", sa.String(length=16), nullable=False),
        sa.Column("drop_lowest", sa.Integer(), nullable=False),
        sa.Column("scale", sa.Double(), nullable=False),
        *_of_course("gradebook_policies"),
        sa.CheckConstraint(
            "counting IN ('best', 'last')", name=op.f("ck_gradebook_policies_counting")
        ),
        sa.CheckConstraint("drop_lowest >= 0", name=op.f("ck_gradebook_policies_drop_lowest")),
        sa.CheckConstraint("scale > 0", name=op.f("ck_gradebook_policies_scale")),
    )
    op.create_table(
        "leaderboard_settings",
        sa.Column("course_id", sa.Uuid(), nullable=False),
        sa.Column("is_on", sa.Boolean(), server_default=sa.true(), nullable=False),
        sa.Column("is_hidden", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("ranked_by", sa.String(length=16), nullable=False),
        sa.Column("allows_names", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("frozen_at", sa.DateTime(timezone=True), nullable=True),
        *_of_course("leaderboard_settings"),
        sa.CheckConstraint(
            "ranked_by IN ('points', 'first')", name=op.f("ck_leaderboard_settings_ranked_by")
        ),
    )
    op.create_table(
        "leaderboard_names",
        sa.Column("course_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        *_of_course("leaderboard_names", "user_id"),
        sa.ForeignKeyConstraint(
            ["user_id"],
            ["users.id"],
            name=op.f("fk_leaderboard_names_user_id"),
            ondelete="CASCADE",
        ),
    )
    op.create_index(op.f("ix_leaderboard_names_user_id"), "leaderboard_names", ["user_id"])


def downgrade() -> None:
    """Go back to the one before."""
    for table in ("leaderboard_names", "leaderboard_settings", "gradebook_policies"):
        op.drop_table(table)


def _of_course(table: str, *more: str) -> tuple[sa.Constraint, ...]:
    return (
        sa.ForeignKeyConstraint(
            ["course_id"], ["courses.id"], name=op.f(f"fk_{table}_course_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("course_id", *more, name=op.f(f"pk_{table}")),
    )
