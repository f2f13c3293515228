"""Exercises as given in a course, with their terms, and extensions of these."""

from datetime import datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from server.models.accounts import User
from server.models.base import Base, HasId, enum_column
from server.models.courses import Course


class LatePolicy(StrEnum):
    """What a submission after the due moment is worth.

    NONE     Nothing is accepted then.
    PERCENT  It loses so many percent for each day begun.
    STEPS    It loses what the last step that it has reached says.
    """

    NONE = "none"
    PERCENT = "percent"
    STEPS = "steps"


class Part(StrEnum):
    """What of an assignment's results students may be shown, beside verdicts and points.

    DETAILS      Messages, lines, evidence and output of the checks.
    HINTS        The hints that their attempts have unlocked.
    HIDDEN       Hidden checks, as if they were not hidden.
    LEADERBOARD  The assignment counts in the leaderboard.
    """

    DETAILS = "details"
    HINTS = "hints"
    HIDDEN = "hidden"
    LEADERBOARD = "leaderboard"


SHOWN_BY_DEFAULT: Final = [Part.DETAILS, Part.HINTS, Part.LEADERBOARD]
_AS_JSON: Final = '["details", "hints", "leaderboard"]'


class Assignment(HasId, Base):
    """One exercise in one course. `server/terms.py` gives its terms for one student.

    exercise            The exercise's slug.
    position            Its order in the course, from 1.
    opens_at            Submissions are accepted from then on; None: from the start.
    due_at              Submissions are on time before then; None: always.
    late_policy         What later ones are worth.
    percent_per_day     Lost for each day begun after the due moment; 0 to 100.
    late_steps          Pairs of hours after the due moment and the percent lost from then on, both
                        increasing.
    grace_minutes       The first minutes after the due moment cost nothing.
    closes_at           With a late policy, submissions are accepted before then; None: always.
    max_attempts        Number of submissions allowed; None: unlimited.
    cooldown_seconds    Between two submissions of one student; 0: no pause.
    attempts_per_day    On one day of the course's zone; None: unlimited.
    weight              What it weighs in the course's grade; 0: nothing.
    shown_before, shown_after  What students are shown before and after their due moment.
    """

    __tablename__ = "assignments"
    __table_args__ = (
        UniqueConstraint("course_id", "exercise"),
        CheckConstraint("max_attempts > 0", name="max_attempts_positive"),
        Index(None, "due_at"),
        Index(None, "exercise"),
    )

    course_id: Mapped[UUID] = mapped_column(ForeignKey("courses.id", ondelete="CASCADE"))
    exercise: Mapped[str]
    position: Mapped[int]
    opens_at: Mapped[datetime | None]
    due_at: Mapped[datetime | None]
    max_attempts: Mapped[int | None]
    late_policy: Mapped[LatePolicy] = mapped_column(
        enum_column(LatePolicy, "late_policy", is_checked=False),
        default=LatePolicy.NONE,
        server_default="none",
    )
    percent_per_day: Mapped[float] = mapped_column(default=0.0, server_default="0")
    late_steps: Mapped[list[tuple[float, float]]] = mapped_column(
        JSON(), default=list, server_default="[]"
    )
    grace_minutes: Mapped[int] = mapped_column(default=0, server_default="0")
    closes_at: Mapped[datetime | None]
    cooldown_seconds: Mapped[int] = mapped_column(default=0, server_default="0")
    attempts_per_day: Mapped[int | None]
    weight: Mapped[float] = mapped_column(default=1.0, server_default="1")
    shown_before: Mapped[list[str]] = mapped_column(
        JSON(), default=lambda: list(SHOWN_BY_DEFAULT), server_default=_AS_JSON
    )
    shown_after: Mapped[list[str]] = mapped_column(
        JSON(), default=lambda: list(SHOWN_BY_DEFAULT), server_default=_AS_JSON
    )

    course: Mapped[Course] = relationship(lazy="raise")


class Extension(HasId, Base):
    """More time, or more attempts, in one assignment for one student.

    due_at          Their due moment, if it is later than the assignment's. The moment at which the
                    assignment closes moves by as much.
    extra_attempts  Above the number that the assignment allows.
    reason          For staff; the student does not see it.
    granted_by      The member of staff; None for the command, and for a deleted account.
    """

    __tablename__ = "extensions"
    __table_args__ = (
        Index(None, "user_id", "assignment_id"),
        Index(None, "assignment_id", "granted_at", "id"),
        Index(None, "granted_by"),
        Index(None, "due_at"),
    )

    assignment_id: Mapped[UUID] = mapped_column(ForeignKey("assignments.id", ondelete="CASCADE"))
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    due_at: Mapped[datetime | None]
    extra_attempts: Mapped[int] = mapped_column(default=0)
    reason: Mapped[str]
    granted_by: Mapped[UUID | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    granted_at: Mapped[datetime]

    assignment: Mapped[Assignment] = relationship(lazy="raise")
    user: Mapped[User] = relationship(lazy="raise", foreign_keys=[user_id])
    grantor: Mapped[User | None] = relationship(lazy="raise", foreign_keys=[granted_by])
