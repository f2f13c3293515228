"""What grading runs add up to, for each student and assignment: a summary, made from them.

`server/actions/standings.py` says what counts, and writes it whenever a run is finished.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy import JSON, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from server.models.base import Base


class Standing(Base):
    """What one person's finished runs in one assignment add up to; without one there is no row.

    submission_id, points, max_points, submitted_at  Of the best submission.
    checks        How often each check ended how, over all submissions: the number by the verdict's
                  word, a space and the check's name.
    """

    __tablename__ = "standings"
    # SQLite then keeps the rows themselves in the key's order: those of a course lie together.
    __table_args__ = {"sqlite_with_rowid": False}  # noqa: RUF012 - as SQLAlchemy declares it

    assignment_id: Mapped[UUID] = mapped_column(ForeignKey("assignments.id"), primary_key=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"), primary_key=True)
    submission_id: Mapped[UUID] = mapped_column(ForeignKey("submissions.id", ondelete="CASCADE"))
    points: Mapped[float]
    max_points: Mapped[float]
    submitted_at: Mapped[datetime]
    checks: Mapped[dict[str, int]] = mapped_column(JSON())


class CheckTitle(Base):
    """Under which title, and in which place, a check of an assignment was last seen."""

    __tablename__ = "check_titles"

    assignment_id: Mapped[UUID] = mapped_column(ForeignKey("assignments.id"), primary_key=True)
    name: Mapped[str] = mapped_column(primary_key=True)
    position: Mapped[int]
    title_es: Mapped[str]
    title_en: Mapped[str]
