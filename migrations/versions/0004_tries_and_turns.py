"""Claims are no longer tries; queued runs have turns; what was given up may be taken up again."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0004"
down_revision: str | None = "0003"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_PARTIAL = (
    (("turn_at", "id"), "state = 'queued'"),
    (("lease_until",), "state = 'running'"),
    (("requested_by",), "state IN ('queued', 'running')"),
    (("finished_at",), "state = 'abandoned'"),
)


def upgrade() -> None:
    """Go on to this revision."""
    with op.batch_alter_table("grading_runs") as table:
        for name in ("tries", "lost"):
            table.add_column(sa.Column(name, sa.Integer(), nullable=False, server_default="0"))
        moment = sa.DateTime(timezone=True)
        before = "1970-01-01 00:00:00+00:00"
        table.add_column(sa.Column("turn_at", moment, nullable=False, server_default=before))
        table.add_column(sa.Column("requested_by", sa.Uuid(), nullable=True))
        table.add_column(sa.Column("tried_with", sa.String(), nullable=True))
        table.create_foreign_key(
            op.f("fk_grading_runs_requested_by"),
            "users",
            ["requested_by"],
            ["id"],
            ondelete="SET NULL",
        )
    # Claims were counted as tries then, whatever they ended by: each gets another chance.
    op.execute("UPDATE grading_runs SET tried_with = '' WHERE state = 'abandoned'")
    for columns, condition in _PARTIAL:
        where = sa.text(condition)
        op.create_index(
            f"ix_grading_runs_{'_'.join(columns)}",
            "grading_runs",
            list(columns),
            sqlite_where=where,
            postgresql_where=where,
        )


def downgrade() -> None:
    """Go back to the one before."""
    for columns, _ in _PARTIAL:
        op.drop_index(f"ix_grading_runs_{'_'.join(columns)}", "grading_runs")
    with op.batch_alter_table("grading_runs") as table:
        table.drop_constraint(op.f("fk_grading_runs_requested_by"), type_="foreignkey")
        for name in ("tried_with", "requested_by", "turn_at", "lost", "tries"):
            table.drop_column(name)
