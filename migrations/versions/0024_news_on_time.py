"""News by e-mail, and reminders of what is due."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0024"
down_revision: str | None = "0023"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Go from the version before to this one."""
    chosen = sa.Column("no_mail_about", sa.JSON(), nullable=False, server_default="[]")
    op.add_column("users", chosen)
    # What was told before is not sent now.
    op.add_column("news", sa.Column("mail_at", _MOMENT, nullable=True))
    waits = sa.text("mail_at IS NOT NULL")
    waiting = {"sqlite_where": waits, "postgresql_where": waits}
    op.create_index("ix_news_waits_for_mail", "news", ["mail_at"], **waiting)
    op.create_table(
        "due_reminders",
        sa.Column("assignment_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("due_at", _MOMENT, nullable=False),
        *(
            sa.ForeignKeyConstraint(
                [f"{one}_id"],
                [f"{one}s.id"],
                name=op.f(f"fk_due_reminders_{one}_id"),
                ondelete="CASCADE",
            )
            for one in ("assignment", "user")
        ),
        sa.PrimaryKeyConstraint(
            "assignment_id", "user_id", "due_at", name=op.f("pk_due_reminders")
        ),
    )
    op.create_index(op.f("ix_due_reminders_user_id"), "due_reminders", ["user_id"])
    for table in ("assignments", "extensions"):
        op.create_index(op.f(f"ix_{table}_due_at"), table, ["due_at"])


def downgrade() -> None:
    """Go back to the one before."""
    for table in ("assignments", "extensions"):
        op.drop_index(f"ix_{table}_due_at", table)
    op.drop_table("due_reminders")
    op.drop_index("ix_news_waits_for_mail", "news")
    for table, column in (("news", "mail_at"), ("users", "no_mail_about")):
        with op.batch_alter_table(table) as changed:
            changed.drop_column(column)
