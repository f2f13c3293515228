"""Comments on submissions, and news for one person."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0010"
down_revision: str | None = "0009"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Go on to this revision."""
    op.create_table(
        "comments",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("submission_id", sa.Uuid(), nullable=False),
        sa.Column("course_id", sa.Uuid(), nullable=False),
        sa.Column("author_id", sa.Uuid(), nullable=True),
        sa.Column("file", sa.String(), nullable=True),
        sa.Column("line", sa.Integer(), nullable=True),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("is_answer", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("written_at", _MOMENT, nullable=False),
        sa.Column("published_at", _MOMENT, nullable=True),
        sa.Column("edited_at", _MOMENT, nullable=True),
        sa.Column("answered_at", _MOMENT, nullable=True),
        sa.CheckConstraint(
            "(file IS NULL) = (line IS NULL)", name=op.f("ck_comments_line_has_file")
        ),
        _refers_to("comments", "submission_id", "submissions"),
        _refers_to("comments", "course_id", "courses"),
        _refers_to("comments", "author_id", "users", ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_comments")),
    )
    for columns in (("submission_id", "id"), ("author_id",)):
        op.create_index(op.f(f"ix_comments_{'_'.join(columns)}"), "comments", columns)
    draft, unanswered = "published_at IS NULL", "is_answer AND answered_at IS NULL"
    _partial("ix_comments_drafts", ["course_id", "author_id", "id"], draft)
    _partial("ix_comments_unanswered", ["course_id", "id"], unanswered)
    op.create_table(
        "news",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("course_id", sa.Uuid(), nullable=True),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("values", sa.JSON(), nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.Column("read_at", _MOMENT, nullable=True),
        _refers_to("news", "user_id", "users"),
        _refers_to("news", "course_id", "courses"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_news")),
    )
    for columns in (("user_id", "at", "id"), ("course_id",)):
        op.create_index(op.f(f"ix_news_{'_'.join(columns)}"), "news", columns)


def _partial(name: str, columns: list[str], condition: str) -> None:
    where = sa.text(condition)
    op.create_index(op.f(name), "comments", columns, sqlite_where=where, postgresql_where=where)


def _refers_to(
    table: str, column: str, other: str, ondelete: str = "CASCADE"
) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_{column}")
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=name, ondelete=ondelete)


def downgrade() -> None:
    """Go back to the one before."""
    op.drop_table("news")
    op.drop_table("comments")
