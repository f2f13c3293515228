"""Courses and enrollments."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from server.access import Viewer, visible_courses
from server.actions.validation import clean_line, clean_slug
from server.errors import CourseExists, UnknownCourse
from server.models import Course, Enrollment, Role, User

LONGEST_TITLE = 120


async def create_course(session: AsyncSession, *, slug: str, title: str) -> Course:
    """Create a course; `slug` is its name in URLs.

    Raises:
        CourseExists, InvalidSlug, InvalidText
    """
    course = Course(slug=clean_slug(slug), title=clean_line(title, longest=LONGEST_TITLE))
    try:
        async with session.begin_nested():
            session.add(course)
    except IntegrityError:
        raise CourseExists from None
    return course


async def enroll(session: AsyncSession, course: Course, user: User, role: Role | str) -> None:
    """Enroll a user in a course, or change their role in it."""
    await session.merge(Enrollment(course_id=course.id, user_id=user.id, role=Role(role)))
    await session.flush()


async def list_courses(session: AsyncSession, viewer: Viewer) -> Sequence[Course]:
    """List the viewer's courses, by title."""
    return (await session.scalars(visible_courses(viewer).order_by(Course.title))).all()


async def get_course(session: AsyncSession, slug: str, viewer: Viewer) -> Course:
    """Return one of the viewer's courses.

    Raises:
        UnknownCourse: no course has that slug, or the viewer is not enrolled in it.
    """
    course: Course | None = await session.scalar(visible_courses(viewer).where(Course.slug == slug))
    if course is None:
        raise UnknownCourse(slug)
    return course


async def find_course(session: AsyncSession, slug: str) -> Course | None:
    """Find any course; for administration, without authorization."""
    course: Course | None = await session.scalar(select(Course).where(Course.slug == slug))
    return course
