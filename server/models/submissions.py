"""Submissions and their files, exactly as received. Never changed afterwards, only removed."""

from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING, cast
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from graders.report import RunState
from server.models.accounts import User
from server.models.assignments import Assignment
from server.models.base import Base, HasId, enum_column
from server.models.grading import GradingRun

if TYPE_CHECKING:
    from collections.abc import Mapping

    from server.terms import Terms


HAS_FILES = text("submissions.files_removed_at IS NULL")
_HAS_FILES = text("files_removed_at IS NULL")


class SubmissionSource(StrEnum):
    """How a submission was sent."""

    WEB = "web"
    API = "api"


class Submission(HasId, Base):
    """The files of one attempt.

    number           Which attempt of this student at this assignment, from 1.
    idempotency_key  The client's name for the request; repeating the request with the same
                     name returns this submission.
    course_id        The assignment's course, which never changes; denormalized, so that the
                     submissions of a course can be read in order from an index.
    files_removed_at When its files, and what its program printed, were removed; None: they are
                     there. It can be graded no more (actions/stored_files.py).
    runs             Its grading runs, the newest first.
    """

    __tablename__ = "submissions"
    __table_args__ = (
        UniqueConstraint("user_id", "idempotency_key"),
        UniqueConstraint("assignment_id", "user_id", "number"),
        Index(None, "user_id", "submitted_at", "id"),
        Index(None, "course_id", "submitted_at", "id"),
        Index(None, "assignment_id", "submitted_at", "id"),
        Index(
            "ix_submissions_with_files",
            *("course_id", "id"),
            sqlite_where=_HAS_FILES,
            postgresql_where=_HAS_FILES,
        ),
        CheckConstraint("number > 0", name="number_positive"),
        # The schema also allows "command", which nothing has ever written.
        CheckConstraint("way IN ('web', 'api', 'command')", name="way"),
    )

    # Whether the call of `submit` that returned this object also created it; not a column.
    created = False
    # The terms of its student, once `get_submission` has loaded it; not a column.
    terms = cast("Terms | None", None)
    # Why its runs were made that belong to a regrade, by its id; likewise.
    regrade_reasons = cast("Mapping[UUID | None, str]", MappingProxyType({}))

    assignment_id: Mapped[UUID] = mapped_column(ForeignKey("assignments.id"))
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    number: Mapped[int]
    submitted_at: Mapped[datetime]
    source: Mapped[SubmissionSource] = mapped_column(
        "way", enum_column(SubmissionSource, "way", is_checked=False)
    )
    idempotency_key: Mapped[str | None]
    course_id: Mapped[UUID] = mapped_column(ForeignKey("courses.id"))
    files_removed_at: Mapped[datetime | None]

    assignment: Mapped[Assignment] = relationship(lazy="raise")
    user: Mapped[User] = relationship(lazy="raise")
    files: Mapped[list["SubmissionFile"]] = relationship(
        lazy="raise", order_by="SubmissionFile.name", passive_deletes=True
    )
    runs: Mapped[list[GradingRun]] = relationship(
        lazy="raise",
        order_by=lambda: (GradingRun.queued_at.desc(), GradingRun.id.desc()),
        back_populates="submission",
        passive_deletes=True,
    )

    @property
    def run(self) -> GradingRun:
        """The run to show: the latest finished one, which is scored, or else the newest.

        Runs of a regrade that was not applied are never shown here.
        """
        counting = [run for run in self.runs if run.counts]
        finished = (run for run in counting if run.state is RunState.FINISHED)
        return next(finished, counting[0])


class SubmissionFile(Base):
    """One file of a submission, byte for byte."""

    __tablename__ = "submission_files"

    submission_id: Mapped[UUID] = mapped_column(
        ForeignKey("submissions.id", ondelete="CASCADE"), primary_key=True
    )
    name: Mapped[str] = mapped_column(primary_key=True)
    content: Mapped[bytes]
