"""Announcements, second looks, and an index of unread news."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0018"
down_revision: str | None = "0017"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Go on to this revision."""
    op.create_table(
        "announcements",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("course_id", sa.Uuid(), nullable=False),
        sa.Column("author_id", sa.Uuid(), nullable=True),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("published_at", _MOMENT, nullable=False),
        sa.Column("edited_at", _MOMENT, nullable=True),
        _refers("announcements", "course_id", "courses", "CASCADE"),
        _refers("announcements", "author_id", "users", "SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_announcements")),
    )
    _index("announcements", "course_id", "published_at", "id")
    _index("announcements", "author_id")
    op.create_table(
        "second_looks",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("submission_id", sa.Uuid(), nullable=False),
        sa.Column("course_id", sa.Uuid(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("asked_at", _MOMENT, nullable=False),
        sa.Column("answer", sa.String(), nullable=True),
        sa.Column("answered_at", _MOMENT, nullable=True),
        sa.Column("answered_by", sa.Uuid(), nullable=True),
        _refers("second_looks", "submission_id", "submissions", "CASCADE"),
        _refers("second_looks", "course_id", "courses", "CASCADE"),
        _refers("second_looks", "answered_by", "users", "SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_second_looks")),
    )
    _index("second_looks", "submission_id", "asked_at")
    _index("second_looks", "course_id", "asked_at", "id")
    _index("second_looks", "answered_by")
    waits = {
        "sqlite_where": sa.text("answered_at IS NULL"),
        "postgresql_where": sa.text("answered_at IS NULL"),
    }
    op.create_index(
        "uq_second_looks_unanswered", "second_looks", ["submission_id"], unique=True, **waits
    )
    op.create_index(
        "ix_second_looks_unanswered", "second_looks", ["course_id", "asked_at", "id"], **waits
    )
    unread = sa.text("read_at IS NULL")
    op.create_index(
        "ix_news_unread", "news", ["user_id"], sqlite_where=unread, postgresql_where=unread
    )


def downgrade() -> None:
    """Go back to the one before."""
    op.drop_index("ix_news_unread", "news")
    op.drop_table("second_looks")
    op.drop_table("announcements")


def _refers(table: str, column: str, to: str, ondelete: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_{column}")
    return sa.ForeignKeyConstraint([column], [f"{to}.id"], name=name, ondelete=ondelete)


def _index(table: str, *columns: str) -> None:
    op.create_index(op.f(f"ix_{table}_{'_'.join(columns)}"), table, list(columns))
