"""Selecting one of the viewer's courses for a page."""

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from server.access import Viewer
from server.actions import courses
from server.errors import UnknownCourse
from server.models import Course


async def choose_course(
    session: AsyncSession, viewer: Viewer, slug: str | None, *, as_staff: bool = False
) -> tuple[Sequence[Course], Course | None]:
    """Return the available courses and the selected one; None if there are none.

    as_staff  Only those whose staff the viewer is.

    Raises:
        UnknownCourse: none of them has this slug.
    """
    found = await courses.list_courses(session, viewer)
    if as_staff:
        found = [course for course in found if viewer.is_staff_of(course.id)]
    if slug is None:
        return found, found[0] if found else None
    # An archived course is in no list, and can be asked for all the same.
    chosen = await courses.get_course(session, slug, viewer)
    if as_staff and not viewer.is_staff_of(chosen.id):
        raise UnknownCourse(slug)
    return found, chosen
