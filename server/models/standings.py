"""The summary of scored results for each student and assignment.

`server/actions/standings.py` defines it, and updates it whenever a run is finished.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from server.models.base import Base


class Standing(Base):
    """The summary of one person's finished runs in one assignment; without any there is no row.

    submission_id, points, max_points, submitted_at  Of the best submission: the one of the highest
                  grade; of several, the earliest.
    grade         What its points are worth after the late policy: from 0 to max_points.
    late_days     How many of the student's late days are spent on it.
    best_number   Of the first of their attempts with the most points, whatever counts.
    last_number   Of their latest graded attempt.
    suite_hash    Of the suite that gave the points; "" if that was not noted. Rows are loaded
                  without it.
    """

    __tablename__ = "standings"
    # SQLite then stores the rows in key order: those of a course are adjacent.
    __table_args__ = (
        # Of hardly any row is the suite another than the present one: those are found by ranges.
        Index(None, "assignment_id", "suite_hash"),
        {"sqlite_with_rowid": False},
    )

    assignment_id: Mapped[UUID] = mapped_column(ForeignKey("assignments.id"), primary_key=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"), primary_key=True)
    submission_id: Mapped[UUID] = mapped_column(ForeignKey("submissions.id", ondelete="CASCADE"))
    points: Mapped[float]
    max_points: Mapped[float]
    submitted_at: Mapped[datetime]
    grade: Mapped[float] = mapped_column(server_default="0")
    late_days: Mapped[int] = mapped_column(server_default="0")
    best_number: Mapped[int] = mapped_column(server_default="0")
    last_number: Mapped[int] = mapped_column(server_default="0")
    suite_hash: Mapped[str] = mapped_column(
        server_default="", deferred=True, deferred_raiseload=True
    )


class CheckTitle(Base):
    """The latest title and position of a check of an assignment."""

    __tablename__ = "check_titles"

    assignment_id: Mapped[UUID] = mapped_column(ForeignKey("assignments.id"), primary_key=True)
    name: Mapped[str] = mapped_column(primary_key=True)
    position: Mapped[int]
    title_es: Mapped[str]
    title_en: Mapped[str]
