"""The leaderboard: students by points, under their display names."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Subquery, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from server.access import Viewer
from server.actions.scoring import standings_of
from server.errors import UnknownCourse
from server.models import Course, User

_FINEST = 1_000_000  # points are compared to a millionth


@dataclass(frozen=True, slots=True)
class Row:
    """One student's rank.

    rank        From 1; equal points share a rank.
    points      Sum over the best submission to each assignment.
    max_points  Sum of the possible points of those.
    solved      Assignments with every point.
    tried       Assignments with a graded submission.
    reached_at  When the last of the scored submissions was handed in.
    """

    rank: int
    display_name: str
    points: float
    max_points: float
    solved: int
    tried: int
    reached_at: datetime
    is_viewer: bool


async def rank(
    session: AsyncSession, viewer: Viewer, course: Course, *, exercise: str | None = None
) -> list[Row]:
    """Rank the students of a course who have a graded submission, in all exercises or in one.

    Raises:
        UnknownCourse: the viewer is neither enrolled in it nor an administrator.
    """
    if course.id not in viewer.roles and not viewer.is_administrator:
        raise UnknownCourse(course.slug)
    sums = _sums(course.id, exercise)
    # Floating-point sums depend on the order of their terms; rounding keeps ties equal.
    points = func.round(sums.c.points * _FINEST).label("points")
    columns = (sums.c.max_points, sums.c.solved, sums.c.tried, sums.c.reached_at)
    rows = await session.execute(
        select(
            points,
            func.rank().over(order_by=points.desc()).label("rank"),
            User.display_name,
            User.id,
            *columns,
        )
        .join(sums, User.id == sums.c.user_id)
        .order_by(points.desc(), sums.c.reached_at, User.display_name)
    )
    return [
        Row(
            rank=row.rank,
            display_name=row.display_name,
            points=row.points / _FINEST,
            max_points=row.max_points,
            solved=row.solved,
            tried=row.tried,
            reached_at=row.reached_at,
            is_viewer=row.id == viewer.user.id,
        )
        for row in rows
    ]


def _sums(course_id: UUID, exercise: str | None) -> Subquery:
    best = standings_of(course_id, exercise).subquery()
    return (
        select(
            best.c.user_id,
            func.sum(best.c.points).label("points"),
            func.sum(best.c.max_points).label("max_points"),
            func.count().filter(best.c.points >= best.c.max_points).label("solved"),
            func.count().label("tried"),
            func.max(best.c.submitted_at).label("reached_at"),
        )
        .group_by(best.c.user_id)
        .subquery()
    )
