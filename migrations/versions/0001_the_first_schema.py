"""The first schema."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0001"
down_revision: str | None = None
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Go on to this revision."""
    _accounts()
    _ways_to_sign_in()
    _tokens()
    _courses()
    _assignments()
    _submissions()
    _submission_files()
    _grading_runs()
    _checks()


def downgrade() -> None:
    """Go back to the one before."""
    for table in (
        "checks",
        "grading_runs",
        "submission_files",
        "submissions",
        "assignments",
        "enrollments",
        "courses",
        "tokens",
        "logins",
        "sign_in_links",
        "users",
    ):
        op.drop_table(table)


def _one_of(name: str, *words: str) -> sa.Enum:
    return sa.Enum(*words, name=name, native_enum=False, create_constraint=True, length=16)


def _refers(
    table: str, column: str, parent: str, ondelete: str | None = "CASCADE"
) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_{column}")
    return sa.ForeignKeyConstraint([column], [f"{parent}.id"], name=name, ondelete=ondelete)


def _accounts() -> None:
    op.create_table(
        "users",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("email", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("display_name", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("password_hash", sa.String(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_users")),
        sa.UniqueConstraint("email", name=op.f("uq_users_email")),
    )


def _ways_to_sign_in() -> None:
    op.create_table(
        "sign_in_links",
        sa.Column("secret_hash", sa.String(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("uses_left", sa.Integer(), nullable=False),
        _refers("sign_in_links", "user_id", "users"),
        sa.PrimaryKeyConstraint("secret_hash", name=op.f("pk_sign_in_links")),
    )
    op.create_index("ix_sign_in_links_user_id", "sign_in_links", ["user_id"])

    op.create_table(
        "logins",
        sa.Column("secret_hash", sa.String(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        _refers("logins", "user_id", "users"),
        sa.PrimaryKeyConstraint("secret_hash", name=op.f("pk_logins")),
    )
    op.create_index("ix_logins_expires_at", "logins", ["expires_at"])
    op.create_index("ix_logins_user_id", "logins", ["user_id"])


def _tokens() -> None:
    op.create_table(
        "tokens",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("secret_hash", sa.String(), nullable=False),
        sa.Column("hint", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        _refers("tokens", "user_id", "users"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tokens")),
        sa.UniqueConstraint("secret_hash", name=op.f("uq_tokens_secret_hash")),
    )
    op.create_index("ix_tokens_user_id_created_at", "tokens", ["user_id", "created_at"])


def _courses() -> None:
    op.create_table(
        "courses",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("slug", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_courses")),
        sa.UniqueConstraint("slug", name=op.f("uq_courses_slug")),
    )

    op.create_table(
        "enrollments",
        sa.Column("course_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("role", _one_of("role", "student", "instructor"), nullable=False),
        _refers("enrollments", "course_id", "courses"),
        _refers("enrollments", "user_id", "users"),
        sa.PrimaryKeyConstraint("course_id", "user_id", name=op.f("pk_enrollments")),
    )
    op.create_index("ix_enrollments_user_id", "enrollments", ["user_id"])


def _assignments() -> None:
    op.create_table(
        "assignments",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("course_id", sa.Uuid(), nullable=False),
        sa.Column("exercise", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("opens_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("max_attempts", sa.Integer(), nullable=True),
        sa.CheckConstraint("max_attempts > 0", name=op.f("ck_assignments_max_attempts_positive")),
        _refers("assignments", "course_id", "courses"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assignments")),
        sa.UniqueConstraint(
            "course_id", "exercise", name=op.f("uq_assignments_course_id_exercise")
        ),
    )
    op.create_index("ix_assignments_exercise", "assignments", ["exercise"])


def _submissions() -> None:
    op.create_table(
        "submissions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("assignment_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("way", _one_of("way", "web", "api", "command"), nullable=False),
        sa.Column("idempotency_key", sa.String(), nullable=True),
        sa.CheckConstraint("number > 0", name=op.f("ck_submissions_number_positive")),
        _refers("submissions", "assignment_id", "assignments", ondelete=None),
        _refers("submissions", "user_id", "users", ondelete=None),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_submissions")),
        sa.UniqueConstraint(
            "assignment_id",
            "user_id",
            "number",
            name=op.f("uq_submissions_assignment_id_user_id_number"),
        ),
        sa.UniqueConstraint(
            "user_id", "idempotency_key", name=op.f("uq_submissions_user_id_idempotency_key")
        ),
    )
    op.create_index(
        "ix_submissions_user_id_submitted_at", "submissions", ["user_id", "submitted_at"]
    )


def _submission_files() -> None:
    op.create_table(
        "submission_files",
        sa.Column("submission_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        _refers("submission_files", "submission_id", "submissions"),
        sa.PrimaryKeyConstraint("submission_id", "name", name=op.f("pk_submission_files")),
    )


def _grading_runs() -> None:
    op.create_table(
        "grading_runs",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("submission_id", sa.Uuid(), nullable=False),
        sa.Column(
            "state", _one_of("state", "queued", "running", "finished", "abandoned"), nullable=False
        ),
        sa.Column("claims", sa.Integer(), nullable=False),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("not_before", sa.DateTime(timezone=True), nullable=True),
        sa.Column("queued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("points", sa.Double(), nullable=True),
        sa.Column("max_points", sa.Double(), nullable=True),
        sa.Column("suite_hash", sa.String(), nullable=True),
        sa.Column("runtime_hash", sa.String(), nullable=True),
        sa.Column("worker", sa.String(), nullable=True),
        sa.CheckConstraint(
            "state != 'finished' OR points IS NOT NULL",
            name=op.f("ck_grading_runs_finished_has_points"),
        ),
        sa.CheckConstraint(
            "state != 'running' OR lease_until IS NOT NULL",
            name=op.f("ck_grading_runs_running_has_lease"),
        ),
        _refers("grading_runs", "submission_id", "submissions"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_grading_runs")),
    )
    op.create_index("ix_grading_runs_state_queued_at", "grading_runs", ["state", "queued_at"])
    op.create_index(
        "ix_grading_runs_submission_id_queued_at", "grading_runs", ["submission_id", "queued_at"]
    )


def _checks() -> None:
    op.create_table(
        "checks",
        sa.Column("run_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("title_es", sa.String(), nullable=False),
        sa.Column("title_en", sa.String(), nullable=False),
        sa.Column(
            "verdict",
            _one_of(
                "verdict",
                "passed",
                "failed",
                "crashed",
                "timed_out",
                "out_of_memory",
                "too_much_output",
                "not_run",
                "inconclusive",
            ),
            nullable=False,
        ),
        sa.Column("points", sa.Double(), nullable=False),
        sa.Column("max_points", sa.Double(), nullable=False),
        sa.Column("wall_seconds", sa.Double(), nullable=True),
        sa.Column("line", sa.Integer(), nullable=True),
        sa.Column("message_es", sa.String(), nullable=False),
        sa.Column("message_en", sa.String(), nullable=False),
        sa.Column("evidence", sa.JSON(), nullable=False),
        sa.Column("output", sa.String(), nullable=False),
        _refers("checks", "run_id", "grading_runs"),
        sa.PrimaryKeyConstraint("run_id", "position", name=op.f("pk_checks")),
    )
