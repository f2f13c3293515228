"""Exercises that administrators add: versions with their files."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0026"
down_revision: str | None = "0025"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_TABLE = "exercise_versions"
_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Go on to this revision."""
    op.create_table(
        _TABLE,
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("slug", sa.String(), nullable=False),
        sa.Column("content_hash", sa.String(), nullable=False),
        sa.Column("suite_hash", sa.String(), nullable=False),
        sa.Column("title_es", sa.String(), nullable=False),
        sa.Column("title_en", sa.String(), nullable=False),
        sa.Column("files", sa.JSON(), nullable=False),
        sa.Column("archive", sa.LargeBinary(), nullable=False),
        _words("source", "upload", "git"),
        sa.Column("git_address", sa.String(), nullable=True),
        sa.Column("git_folder", sa.String(), nullable=True),
        sa.Column("git_commit", sa.String(), nullable=True),
        sa.Column("added_by", sa.Uuid(), nullable=True),
        sa.Column("added_at", _MOMENT, nullable=False),
        sa.Column("asked_at", _MOMENT, nullable=False),
        _words("state", "waiting", "checking", "passed", "refused"),
        sa.Column("faults", sa.JSON(), nullable=False),
        sa.Column("checked_at", _MOMENT, nullable=True),
        sa.Column("claims", sa.Integer(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("not_before", _MOMENT, nullable=True),
        sa.Column("is_in_use", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.CheckConstraint(
            "NOT is_in_use OR state = 'passed'", name=op.f(f"ck_{_TABLE}_only_passed_in_use")
        ),
        sa.ForeignKeyConstraint(
            ["added_by"], ["users.id"], name=op.f(f"fk_{_TABLE}_added_by"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{_TABLE}")),
        sa.UniqueConstraint("slug", "content_hash", name=op.f(f"uq_{_TABLE}_slug_content_hash")),
    )
    op.create_index(op.f(f"ix_{_TABLE}_slug_asked_at_id"), _TABLE, ["slug", "asked_at", "id"])
    op.create_index(op.f(f"ix_{_TABLE}_added_by"), _TABLE, ["added_by"])
    _partial(f"ix_{_TABLE}_in_use", "slug", "is_in_use", unique=True)
    _partial(f"ix_{_TABLE}_unchecked", "asked_at", "state IN ('waiting', 'checking')")


def _words(name: str, *words: str) -> sa.Column[str]:
    kind = sa.Enum(*words, name=name, native_enum=False, create_constraint=True, length=16)
    return sa.Column(name, kind, nullable=False)


def _partial(name: str, column: str, condition: str, *, unique: bool = False) -> None:
    where = sa.text(condition)
    op.create_index(
        op.f(name), _TABLE, [column], unique=unique, sqlite_where=where, postgresql_where=where
    )


def downgrade() -> None:
    """Go back to the one before; exercises that were added are deleted."""
    op.drop_table(_TABLE)
