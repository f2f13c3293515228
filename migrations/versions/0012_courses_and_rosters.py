"""Zone, language, archive and join code of a course; groups; names sorted as a reader expects."""

from collections.abc import Sequence
from datetime import UTC, datetime
from uuid import UUID

import sqlalchemy as sa
from alembic import op

from server.models.names import sort_key

revision: str = "0012"
down_revision: str | None = "0011"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_MOMENT = sa.DateTime(timezone=True)
_LONG_AGO = "1970-01-01 00:00:00+00:00"
_POLICIES = ("closed", "open", "domains")


def upgrade() -> None:
    """Go on to this revision."""
    with op.batch_alter_table("courses") as courses:
        for column in (
            sa.Column("timezone", sa.String(), server_default="Europe/Madrid", nullable=False),
            sa.Column("language", sa.String(), server_default="es", nullable=False),
            sa.Column("created_at", _MOMENT, server_default=_LONG_AGO, nullable=False),
            sa.Column("archived_at", _MOMENT, nullable=True),
            sa.Column("join_code", sa.String(), nullable=True),
            sa.Column("join_policy", sa.String(16), server_default="closed", nullable=False),
            sa.Column("join_domains", sa.JSON(), server_default="[]", nullable=False),
        ):
            courses.add_column(column)
        courses.create_unique_constraint(op.f("uq_courses_join_code"), ["join_code"])
        words = ", ".join(f"'{policy}'" for policy in _POLICIES)
        courses.create_check_constraint(op.f("ck_courses_join_policy"), f"join_policy IN ({words})")
    for name, kind in (
        ("group", sa.String()),
        ("student_number", sa.String()),
        ("joined_at", _MOMENT),
    ):
        op.add_column("enrollments", sa.Column(name, kind, nullable=True))
    op.add_column("users", sa.Column("family_name", sa.String(), nullable=True))
    op.add_column("users", sa.Column("sort_key", sa.LargeBinary(), nullable=True))
    _fill()
    with op.batch_alter_table("users") as users:
        users.alter_column("sort_key", existing_type=sa.LargeBinary(), nullable=False)


def downgrade() -> None:
    """Go back to the one before."""
    op.drop_column("users", "sort_key")
    op.drop_column("users", "family_name")
    for name in ("group", "student_number", "joined_at"):
        op.drop_column("enrollments", name)
    with op.batch_alter_table("courses") as courses:
        courses.drop_constraint(op.f("ck_courses_join_policy"), type_="check")
        courses.drop_constraint(op.f("uq_courses_join_code"), type_="unique")
        for name in ("timezone", "language", "created_at", "archived_at"):
            courses.drop_column(name)
        for name in ("join_code", "join_policy", "join_domains"):
            courses.drop_column(name)


def _fill() -> None:
    """Sort the people there are, and date the courses by their keys."""
    connection = op.get_bind()
    users = sa.table(
        "users",
        sa.column("id", sa.Uuid()),
        sa.column("name"),
        sa.column("sort_key", sa.LargeBinary()),
    )
    for key, name in connection.execute(sa.select(users.c.id, users.c.name)).all():
        changed = users.update().where(users.c.id == key).values(sort_key=sort_key(name, None))
        connection.execute(changed)
    courses = sa.table("courses", sa.column("id", sa.Uuid()), sa.column("created_at", _MOMENT))
    for key in connection.execute(sa.select(courses.c.id)).scalars().all():
        if made_at := _made_at(key):
            changed = courses.update().where(courses.c.id == key).values(created_at=made_at)
            connection.execute(changed)


def _made_at(key: UUID) -> datetime | None:
    """Return the moment in a key of version 7 (RFC 9562)."""
    return datetime.fromtimestamp((key.int >> 80) / 1000, UTC) if key.version == 7 else None
