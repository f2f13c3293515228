"""Regrades: further runs beside stored results, which count only once they are applied."""

from datetime import datetime
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from sqlalchemy import JSON, ForeignKey, Index, TextClause, false, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from server.models.accounts import User
from server.models.assignments import Assignment
from server.models.base import Base, HasId, enum_column
from server.models.courses import Course
from server.models.submissions import Submission

IS_AT_WORK: Final = text("regrades.state IN ('collecting', 'running', 'applying')")
IS_UNDECIDED: Final = text("regrade_items.outcome IN ('pending', 'grading')")
IS_TO_APPLY: Final = text("regrade_items.is_chosen")


def _partial(name: str, *columns: str, where: TextClause) -> Index:
    return Index(name, *columns, sqlite_where=where, postgresql_where=where)


class RegradeScope(StrEnum):
    """Which submissions are graded again."""

    SUBMISSION = "submission"
    ASSIGNMENT = "assignment"
    CHECK = "check"
    MISTAKE = "mistake"
    COURSE = "course"


class RegradeState(StrEnum):
    """How far a regrade is.

    COLLECTING  Its submissions are being looked up.
    RUNNING     They are graded, when nothing else waits.
    READY       Everything is graded: somebody decides.
    APPLYING    What was chosen is being put in the place of the old results.
    APPLIED, DISCARDED  It is over. What was not applied never counts.
    """

    COLLECTING = "collecting"
    RUNNING = "running"
    READY = "ready"
    APPLYING = "applying"
    APPLIED = "applied"
    DISCARDED = "discarded"


class Outcome(StrEnum):
    """What a regrade found for one submission.

    PENDING, GRADING  Nothing yet.
    LOWER, SAME, HIGHER  The new result, compared with the one that counts.
    FAILED       It could not be graded, by a fault of ours.
    """

    PENDING = "pending"
    GRADING = "grading"
    LOWER = "lower"
    SAME = "same"
    HIGHER = "higher"
    FAILED = "failed"


class Regrade(HasId, Base):
    """Grading some submissions again, beside their results.

    requested_by   Who asked for it; None if the account was deleted.
    reason         Told to students whose grade changes.
    assignment_id, submission_id, check_name, mistake  What the scope needs, else None.
    total          Number of submissions found so far.
    seen_at, seen_id  The last submission that was looked at while collecting.
    decided_by, decided_at, choice  Who applied or discarded it, and what they chose.
    """

    __tablename__ = "regrades"
    __table_args__ = (
        Index(None, "course_id", "id"),
        Index(None, "assignment_id"),
        Index(None, "submission_id"),
        Index(None, "requested_by"),
        Index(None, "decided_by"),
        _partial(
            "ix_regrades_at_work",
            "course_id",
            where=text("state IN ('collecting', 'running', 'applying')"),
        ),
    )

    course_id: Mapped[UUID] = mapped_column(ForeignKey("courses.id", ondelete="CASCADE"))
    requested_by: Mapped[UUID | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    requested_at: Mapped[datetime]
    reason: Mapped[str]
    scope: Mapped[RegradeScope] = mapped_column(enum_column(RegradeScope, "scope"))
    assignment_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("assignments.id", ondelete="CASCADE")
    )
    submission_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("submissions.id", ondelete="CASCADE")
    )
    check_name: Mapped[str | None]
    mistake: Mapped[str | None]
    state: Mapped[RegradeState] = mapped_column(enum_column(RegradeState, "state"))
    total: Mapped[int] = mapped_column(server_default="0")
    seen_at: Mapped[datetime | None]
    seen_id: Mapped[UUID | None]
    decided_by: Mapped[UUID | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    decided_at: Mapped[datetime | None]
    choice: Mapped[str | None]

    course: Mapped[Course] = relationship(lazy="raise")
    assignment: Mapped[Assignment | None] = relationship(lazy="raise")
    requester: Mapped[User | None] = relationship(lazy="raise", foreign_keys=[requested_by])


class RegradeItem(Base):
    """One submission of a regrade.

    assignment_id, user_id  The submission's.
    run_id         The run beside the old result; None while it is pending.
    before_run_id  The run that counted when the new one was finished.
    before, before_max, after, after_max  Points of both.
    changes        Names of the checks that begin to pass (`starts`) and cease to (`stops`).
    is_chosen      Whether it is still to be applied.
    applied_at     When its new result took the place of the old one.
    """

    __tablename__ = "regrade_items"
    __table_args__ = (
        Index(None, "regrade_id", "assignment_id", "user_id"),
        Index(None, "submission_id"),
        Index(None, "run_id"),
        Index(None, "before_run_id"),
        Index(None, "user_id"),
        Index(None, "assignment_id"),
        _partial(
            "ix_regrade_items_undecided",
            *("regrade_id", "submission_id"),
            where=text("outcome IN ('pending', 'grading')"),
        ),
        _partial(
            "ix_regrade_items_to_apply",
            *("regrade_id", "assignment_id", "user_id"),
            where=text("is_chosen"),
        ),
    )

    regrade_id: Mapped[UUID] = mapped_column(
        ForeignKey("regrades.id", ondelete="CASCADE"), primary_key=True
    )
    submission_id: Mapped[UUID] = mapped_column(
        ForeignKey("submissions.id", ondelete="CASCADE"), primary_key=True
    )
    assignment_id: Mapped[UUID] = mapped_column(ForeignKey("assignments.id", ondelete="CASCADE"))
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    outcome: Mapped[Outcome] = mapped_column(
        enum_column(Outcome, "outcome"), default=Outcome.PENDING
    )
    run_id: Mapped[UUID | None] = mapped_column(ForeignKey("grading_runs.id", ondelete="SET NULL"))
    before_run_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("grading_runs.id", ondelete="SET NULL")
    )
    before: Mapped[float | None]
    before_max: Mapped[float | None]
    after: Mapped[float | None]
    after_max: Mapped[float | None]
    changes: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    is_chosen: Mapped[bool] = mapped_column(default=False, server_default=false())
    applied_at: Mapped[datetime | None]

    submission: Mapped[Submission] = relationship(lazy="raise")
    user: Mapped[User] = relationship(lazy="raise")
    assignment: Mapped[Assignment] = relationship(lazy="raise")
