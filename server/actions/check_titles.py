"""The checks that graded something in a course, with their titles."""

from typing import Any
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession

from graders.text import Text
from server.models import Assignment, CheckTitle, Course


async def list_checks(session: AsyncSession, course: Course) -> list[tuple[str, str, Text]]:
    """Return exercise, name and title of every check that graded something in a course."""
    found = await session.execute(_titles(course.id))
    return [
        (exercise, check.name, Text(es=check.title_es, en=check.title_en))
        for check, exercise in found
    ]


def _titles(course_id: UUID) -> Select[*tuple[Any, ...]]:
    """Select the checks of a course with their exercise, in the order of exercises and suites."""
    return (
        select(CheckTitle, Assignment.exercise)
        .join(Assignment, Assignment.id == CheckTitle.assignment_id)
        .where(Assignment.course_id == course_id)
        .order_by(Assignment.position, Assignment.exercise, CheckTitle.position, CheckTitle.name)
    )
