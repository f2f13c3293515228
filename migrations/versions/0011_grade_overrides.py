"""Grades set by hand."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0011"
down_revision: str | None = "0010"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Go on to this revision."""
    op.create_table(
        "grade_overrides",
        sa.Column("assignment_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("points", sa.Double(), nullable=True),
        sa.Column("style_points", sa.Double(), nullable=False),
        sa.Column("max_points", sa.Double(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("set_by", sa.Uuid(), nullable=True),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "points IS NULL OR (points >= 0 AND points <= max_points)",
            name=op.f("ck_grade_overrides_points"),
        ),
        sa.CheckConstraint(
            "style_points >= 0 AND style_points <= max_points",
            name=op.f("ck_grade_overrides_style_points"),
        ),
        sa.CheckConstraint("max_points > 0", name=op.f("ck_grade_overrides_max_points")),
        *(
            sa.ForeignKeyConstraint(
                [column], [there], name=op.f(f"fk_grade_overrides_{column}"), ondelete=ondelete
            )
            for column, there, ondelete in (
                ("assignment_id", "assignments.id", "CASCADE"),
                ("user_id", "users.id", "CASCADE"),
                ("set_by", "users.id", "SET NULL"),
            )
        ),
        sa.PrimaryKeyConstraint("assignment_id", "user_id", name=op.f("pk_grade_overrides")),
    )
    for column in ("user_id", "set_by"):
        op.create_index(op.f(f"ix_grade_overrides_{column}"), "grade_overrides", [column])


def downgrade() -> None:
    """Go back to the one before."""
    op.drop_table("grade_overrides")
