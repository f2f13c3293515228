"""How a course sums grades up, and what it shows of its leaderboard."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, false, true
from sqlalchemy.orm import Mapped, mapped_column

from server.models.base import Base, enum_column


class Counting(StrEnum):
    """Which of a student's attempts at an exercise counts.

    BEST  The one with the highest grade; of several, the earliest.
    LAST  The last one that was graded.
    """

    BEST = "best"
    LAST = "last"


class GradebookPolicy(Base):
    """How a course sums grades up; a course without a row has the defaults.

    counting     Which attempt counts.
    drop_lowest  How many exercises are left out of the sum (server/course_grade.py).
    scale        The grade of a student with every point.
    """

    __tablename__ = "gradebook_policies"
    __table_args__ = (
        CheckConstraint("drop_lowest >= 0", name="drop_lowest"),
        CheckConstraint("scale > 0", name="scale"),
    )

    course_id: Mapped[UUID] = mapped_column(
        ForeignKey("courses.id", ondelete="CASCADE"), primary_key=True
    )
    counting: Mapped[Counting] = mapped_column(
        enum_column(Counting, "counting"), default=Counting.BEST
    )
    drop_lowest: Mapped[int] = mapped_column(default=0)
    scale: Mapped[float] = mapped_column(default=10.0)


class RankedBy(StrEnum):
    """What a leaderboard orders students by.

    POINTS  The sum of their points.
    FIRST   In how many exercises they were the first of the class with every point.
    """

    POINTS = "points"
    FIRST = "first"


class LeaderboardSettings(Base):
    """What a course shows of its leaderboard; a course without a row has the defaults.

    is_on          Whether there is one at all.
    is_hidden      Students do not see it; staff do.
    ranked_by      What it orders students by.
    allows_names   Students may choose to appear under their real names.
    frozen_at      From then on students see it as it was then; None: always as it is.
    """

    __tablename__ = "leaderboard_settings"

    course_id: Mapped[UUID] = mapped_column(
        ForeignKey("courses.id", ondelete="CASCADE"), primary_key=True
    )
    is_on: Mapped[bool] = mapped_column(default=True, server_default=true())
    is_hidden: Mapped[bool] = mapped_column(default=False, server_default=false())
    ranked_by: Mapped[RankedBy] = mapped_column(
        enum_column(RankedBy, "ranked_by"), default=RankedBy.POINTS
    )
    allows_names: Mapped[bool] = mapped_column(default=False, server_default=false())
    frozen_at: Mapped[datetime | None]


class LeaderboardName(Base):
    """A student who chose to appear under their real name on a course's leaderboard."""

    __tablename__ = "leaderboard_names"

    course_id: Mapped[UUID] = mapped_column(
        ForeignKey("courses.id", ondelete="CASCADE"), primary_key=True
    )
    user_id: Mapped[UUID] = mapped_column(
        ForeignKey("users.id", ondelete="CASCADE"), primary_key=True, index=True
    )
