"""Regrades: runs beside the results that count."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0019"
down_revision: str | None = "0018"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_MOMENT = sa.DateTime(timezone=True)
_AT_WORK = "state IN ('collecting', 'running', 'applying')"
_POINTS = "state != 'finished' OR points IS NOT NULL"


def upgrade() -> None:
    """Go on to this revision."""
    _create_regrades()
    with op.batch_alter_table("grading_runs") as table:
        table.add_column(sa.Column("regrade_id", sa.Uuid(), nullable=True))
        table.create_foreign_key(
            op.f("fk_grading_runs_regrade_id"),
            "regrades",
            ["regrade_id"],
            ["id"],
            ondelete="CASCADE",
        )
        _replace_check(table, f"{_POINTS} OR regrade_id IS NOT NULL")
    _partial("ix_grading_runs_regrade_id", "grading_runs", ["regrade_id"], "regrade_id IS NOT NULL")
    _create_items()


def _create_regrades() -> None:
    op.create_table(
        "regrades",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("course_id", sa.Uuid(), nullable=False),
        sa.Column("requested_by", sa.Uuid(), nullable=True),
        sa.Column("requested_at", _MOMENT, nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        _words("scope", "submission", "assignment", "check", "mistake", "course"),
        sa.Column("assignment_id", sa.Uuid(), nullable=True),
        sa.Column("submission_id", sa.Uuid(), nullable=True),
        sa.Column("check_name", sa.String(), nullable=True),
        sa.Column("mistake", sa.String(), nullable=True),
        _words("state", "collecting", "running", "ready", "applying", "applied", "discarded"),
        sa.Column("total", sa.Integer(), server_default="0", nullable=False),
        sa.Column("seen_at", _MOMENT, nullable=True),
        sa.Column("seen_id", sa.Uuid(), nullable=True),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.Column("decided_at", _MOMENT, nullable=True),
        sa.Column("choice", sa.String(), nullable=True),
        _refers_to("regrades", "course_id", "courses"),
        _refers_to("regrades", "requested_by", "users", ondelete="SET NULL"),
        _refers_to("regrades", "assignment_id", "assignments"),
        _refers_to("regrades", "submission_id", "submissions"),
        _refers_to("regrades", "decided_by", "users", ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_regrades")),
    )
    op.create_index(op.f("ix_regrades_course_id_id"), "regrades", ["course_id", "id"])
    for column in ("assignment_id", "submission_id", "requested_by", "decided_by"):
        op.create_index(op.f(f"ix_regrades_{column}"), "regrades", [column])
    _partial("ix_regrades_at_work", "regrades", ["course_id"], _AT_WORK)


def _create_items() -> None:
    op.create_table(
        "regrade_items",
        sa.Column("regrade_id", sa.Uuid(), nullable=False),
        sa.Column("submission_id", sa.Uuid(), nullable=False),
        sa.Column("assignment_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        _words("outcome", "pending", "grading", "lower", "same", "higher", "failed"),
        sa.Column("run_id", sa.Uuid(), nullable=True),
        sa.Column("before_run_id", sa.Uuid(), nullable=True),
        *(
            sa.Column(name, sa.Double(), nullable=True)
            for name in ("before", "before_max", "after", "after_max")
        ),
        sa.Column("changes", sa.JSON(), nullable=True),
        sa.Column("is_chosen", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("applied_at", _MOMENT, nullable=True),
        _refers_to("regrade_items", "regrade_id", "regrades"),
        _refers_to("regrade_items", "submission_id", "submissions"),
        _refers_to("regrade_items", "assignment_id", "assignments"),
        _refers_to("regrade_items", "user_id", "users"),
        _refers_to("regrade_items", "run_id", "grading_runs", ondelete="SET NULL"),
        _refers_to("regrade_items", "before_run_id", "grading_runs", ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("regrade_id", "submission_id", name=op.f("pk_regrade_items")),
    )
    pair = ["regrade_id", "assignment_id", "user_id"]
    op.create_index(
        op.f("ix_regrade_items_regrade_id_assignment_id_user_id"), "regrade_items", pair
    )
    for column in ("submission_id", "run_id", "before_run_id", "user_id", "assignment_id"):
        op.create_index(op.f(f"ix_regrade_items_{column}"), "regrade_items", [column])
    undecided = ["regrade_id", "submission_id"]
    _partial(
        "ix_regrade_items_undecided",
        "regrade_items",
        undecided,
        "outcome IN ('pending', 'grading')",
    )
    _partial("ix_regrade_items_to_apply", "regrade_items", pair, "is_chosen")


def _words(name: str, *words: str) -> sa.Column[str]:
    kind = sa.Enum(*words, name=name, native_enum=False, create_constraint=True, length=16)
    return sa.Column(name, kind, nullable=False)


def _replace_check(table: object, condition: str) -> None:
    name = op.f("ck_grading_runs_finished_has_points")
    table.drop_constraint(name, type_="check")  # type: ignore[attr-defined]
    table.create_check_constraint(name, condition)  # type: ignore[attr-defined]


def _partial(name: str, table: str, columns: list[str], condition: str) -> None:
    where = sa.text(condition)
    op.create_index(op.f(name), table, columns, sqlite_where=where, postgresql_where=where)


def _refers_to(
    table: str, column: str, other: str, ondelete: str = "CASCADE"
) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_{column}")
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=name, ondelete=ondelete)


def downgrade() -> None:
    """Go back to the one before; runs that do not count are deleted."""
    op.drop_table("regrade_items")
    op.execute(
        "DELETE FROM checks WHERE run_id IN "
        "(SELECT id FROM grading_runs WHERE points IS NULL AND regrade_id IS NOT NULL)"
    )
    op.execute("DELETE FROM grading_runs WHERE points IS NULL AND regrade_id IS NOT NULL")
    op.drop_index(op.f("ix_grading_runs_regrade_id"), "grading_runs")
    with op.batch_alter_table("grading_runs") as table:
        _replace_check(table, _POINTS)
        table.drop_constraint(op.f("fk_grading_runs_regrade_id"), type_="foreignkey")
        table.drop_column("regrade_id")
    op.drop_table("regrades")
