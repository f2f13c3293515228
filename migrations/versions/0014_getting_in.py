"""Getting in: the first administrator, links that set a password, devices, outgoing e-mail."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0014"
down_revision: str | None = "0013"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_MOMENT = sa.DateTime(timezone=True)
_PURPOSES = "purpose IN ('sign-in', 'password')"


def upgrade() -> None:
    """Go on to this revision."""
    op.create_index(op.f("ix_users_is_administrator_email"), "users", ["is_administrator", "email"])
    op.add_column("logins", sa.Column("device", sa.String(), server_default="", nullable=False))
    op.add_column("logins", sa.Column("last_used_at", _MOMENT, nullable=True))
    _extend_links()
    op.create_table(
        "setup_secrets",
        sa.Column("secret_hash", sa.String(), nullable=False),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("secret_hash", name=op.f("pk_setup_secrets")),
    )
    op.create_table(
        "password_requests",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("email", sa.String(), nullable=False),
        sa.Column("requested_at", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_password_requests")),
    )
    _make_outbox()


def _extend_links() -> None:
    with op.batch_alter_table("sign_in_links") as table:
        table.add_column(
            sa.Column("purpose", sa.String(16), server_default="sign-in", nullable=False)
        )
        table.add_column(sa.Column("made_by_id", sa.Uuid(), nullable=True))
        table.create_check_constraint(op.f("ck_sign_in_links_purpose"), _PURPOSES)
        table.create_foreign_key(
            op.f("fk_sign_in_links_made_by_id"),
            "users",
            ["made_by_id"],
            ["id"],
            ondelete="CASCADE",
        )
        table.create_index(op.f("ix_sign_in_links_made_by_id"), ["made_by_id"])


def _make_outbox() -> None:
    op.create_table(
        "outbox_messages",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("purpose", sa.String(16), nullable=True),
        sa.Column("written_at", _MOMENT, nullable=False),
        sa.Column("next_try_at", _MOMENT, nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("error", sa.String(), nullable=False),
        sa.CheckConstraint(_PURPOSES, name=op.f("ck_outbox_messages_purpose")),
        sa.ForeignKeyConstraint(
            ["user_id"],
            ["users.id"],
            name=op.f("fk_outbox_messages_user_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox_messages")),
    )
    for column in ("user_id", "written_at", "next_try_at"):
        op.create_index(op.f(f"ix_outbox_messages_{column}"), "outbox_messages", [column])


def downgrade() -> None:
    """Go back to the one before."""
    for table in ("outbox_messages", "password_requests", "setup_secrets"):
        op.drop_table(table)
    op.execute("DELETE FROM sign_in_links WHERE purpose = 'password'")
    with op.batch_alter_table("sign_in_links") as table:
        table.drop_index(op.f("ix_sign_in_links_made_by_id"))
        table.drop_constraint(op.f("fk_sign_in_links_made_by_id"), type_="foreignkey")
        table.drop_constraint(op.f("ck_sign_in_links_purpose"), type_="check")
        table.drop_column("made_by_id")
        table.drop_column("purpose")
    with op.batch_alter_table("logins") as table:
        table.drop_column("last_used_at")
        table.drop_column("device")
    op.drop_index(op.f("ix_users_is_administrator_email"), "users")
