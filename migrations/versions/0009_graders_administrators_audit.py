"""Graders, administrators of the server, and the audit log."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0009"
down_revision: str | None = "0008"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Go on to this revision."""
    _allow_roles("student", "grader", "instructor")
    op.add_column(
        "users",
        sa.Column("is_administrator", sa.Boolean(), server_default=sa.false(), nullable=False),
    )
    op.create_table(
        "audit_entries",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=True),
        sa.Column("course_id", sa.Uuid(), nullable=True),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("action", sa.String(), nullable=False),
        sa.Column("before", sa.JSON(), nullable=True),
        sa.Column("after", sa.JSON(), nullable=True),
        *(
            sa.ForeignKeyConstraint(
                [column], [there], name=op.f(f"fk_audit_entries_{column}"), ondelete=ondelete
            )
            for column, there, ondelete in (
                ("actor_id", "users.id", "SET NULL"),
                ("course_id", "courses.id", "CASCADE"),
                ("person_id", "users.id", "SET NULL"),
            )
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_entries")),
    )
    for columns in (("course_id", "at", "id"), ("person_id", "at", "id"), ("actor_id",)):
        op.create_index(op.f(f"ix_audit_entries_{'_'.join(columns)}"), "audit_entries", columns)


def downgrade() -> None:
    """Go back to the one before."""
    op.drop_table("audit_entries")
    op.drop_column("users", "is_administrator")
    op.execute("DELETE FROM enrollments WHERE role = 'grader'")
    _allow_roles("student", "instructor")


def _allow_roles(*roles: str) -> None:
    words = ", ".join(f"'{role}'" for role in roles)
    with op.batch_alter_table("enrollments") as table:
        table.drop_constraint(op.f("ck_enrollments_role"), type_="check")
        table.create_check_constraint(op.f("ck_enrollments_role"), f"role IN ({words})")
