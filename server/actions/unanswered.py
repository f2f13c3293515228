"""How much in a course waits for somebody of its staff."""

from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Select, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from server.models import Comment, Course, Regrade, RegradeState, SecondLook
from server.models import comments as of_comments
from server.models import communication as of_second_looks

# Pages say “99+” from here on: no more is read than is shown.
MOST_COUNTED: Final = 100


@dataclass(frozen=True, slots=True)
class Unanswered:
    """What waits for staff, each counted up to MOST_COUNTED.

    comments      Answers of students to comments.
    second_looks  Requests of students.
    regrades      Those that are graded, and neither applied nor discarded yet.
    """

    comments: int
    second_looks: int
    regrades: int


async def count_unanswered(session: AsyncSession, course: Course) -> Unanswered:
    """Count what waits in a course, with one statement."""
    waiting: tuple[Select[Any], ...] = (
        select(Comment.id).where(Comment.course_id == course.id, of_comments.IS_UNANSWERED),
        select(SecondLook.id).where(
            SecondLook.course_id == course.id, of_second_looks.IS_UNANSWERED
        ),
        select(Regrade.id).where(
            Regrade.course_id == course.id, Regrade.state == RegradeState.READY
        ),
    )
    counts = [
        select(func.count()).select_from(found.limit(MOST_COUNTED).subquery()).scalar_subquery()
        for found in waiting
    ]
    return Unanswered(*(await session.execute(select(*counts))).one())
