"""Courses: making and changing them, finding them, and enrollments."""

import re
import unicodedata
from collections.abc import Sequence
from datetime import datetime
from functools import cache
from typing import Any, Final
from zoneinfo import available_timezones

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from graders.text import Language
from server.access import (
    Permission,
    Viewer,
    require,
    require_may_make_courses,
    visible_courses,
)
from server.actions import audit
from server.actions.validation import clean_line, clean_slug
from server.errors import CourseExists, UnknownCourse, UnknownTimeZone
from server.models import DEFAULT_TIMEZONE, Arrangement, Course, Enrollment, Role, User

LONGEST_TITLE = 120
_LONGEST_SLUG: Final = 40


async def create_course(
    session: AsyncSession,
    *,
    slug: str,
    title: str,
    timezone: str = DEFAULT_TIMEZONE,
    language: Language = "es",
    viewer: Viewer | None = None,
    now: datetime,
) -> Course:
    """Create a course; `slug` is its name in URLs, "" makes one from the title.

    viewer  Who makes it, and then teaches it; None for the command.

    Raises:
        TeachersOnly, CourseExists, InvalidSlug, InvalidText, UnknownTimeZone
    """
    if viewer is not None:
        require_may_make_courses(viewer)
    name = clean_line(title, longest=LONGEST_TITLE)
    course = Course(
        slug=clean_slug(slug) if slug else await _free_slug(session, name),
        title=name,
        timezone=clean_timezone(timezone),
        language=language,
        created_at=now,
    )
    try:
        async with session.begin_nested():
            session.add(course)
    except IntegrityError:
        raise CourseExists from None
    await audit.record(
        session, viewer, "course.create", course_id=course.id, after=settings_of(course), now=now
    )
    if viewer is not None:
        await enroll(session, course, viewer.user, Role.INSTRUCTOR, now=now)
    return course


async def change_course(
    session: AsyncSession,
    viewer: Viewer | None,
    course: Course,
    *,
    title: str | None = None,
    timezone: str | None = None,
    language: Language | None = None,
    arrangement: Arrangement | None = None,
    unready_costs_attempt: bool | None = None,
    now: datetime,
) -> None:
    """Change a course's settings; None leaves one as it is.

    Raises:
        InstructorsOnly, InvalidText, UnknownTimeZone
    """
    wanted: dict[str, Any] = {}
    if title is not None:
        wanted["title"] = clean_line(title, longest=LONGEST_TITLE)
    if timezone is not None:
        wanted["timezone"] = clean_timezone(timezone)
    if language is not None:
        wanted["language"] = language
    if arrangement is not None:
        wanted["arrangement"] = arrangement
    if unready_costs_attempt is not None:
        wanted["unready_costs_attempt"] = unready_costs_attempt
    await change(session, viewer, course, "course.change", wanted, now)


async def archive(
    session: AsyncSession, viewer: Viewer | None, course: Course, now: datetime
) -> None:
    """End a course: nobody hands in any more, and lists leave it out. Everything can be read."""
    if course.archived_at is None:
        await change(session, viewer, course, "course.archive", {"archived_at": now}, now)


async def reopen(
    session: AsyncSession, viewer: Viewer | None, course: Course, now: datetime
) -> None:
    """Undo `archive`."""
    await change(session, viewer, course, "course.reopen", {"archived_at": None}, now)


async def change(
    session: AsyncSession,
    viewer: Viewer | None,
    course: Course,
    action: str,
    wanted: dict[str, Any],
    now: datetime,
) -> None:
    """Change columns of a course and record those that differ; nothing is done if none does.

    Raises:
        InstructorsOnly: the viewer does not manage the course.
    """
    if viewer is not None:
        require(viewer, Permission.MANAGE, course.id)
    before = {name: getattr(course, name) for name in wanted}
    changed = {name: value for name, value in wanted.items() if before[name] != value}
    if not changed:
        return
    # By statement, because the course was probably loaded in another session.
    await session.execute(update(Course).where(Course.id == course.id).values(**changed))
    for name, value in changed.items():
        setattr(course, name, value)
    await audit.record(
        session,
        viewer,
        action,
        course_id=course.id,
        before={name: _plain(before[name]) for name in changed},
        after={name: _plain(value) for name, value in changed.items()},
        now=now,
    )


def settings_of(course: Course) -> dict[str, Any]:
    """Return what the audit log says of a new course."""
    names = ("slug", "title", "timezone", "language")
    return {name: getattr(course, name) for name in names}


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value


@cache
def timezones() -> tuple[str, ...]:
    """Return the names a course's zone may have: continent and city, and UTC."""
    is_place = re.compile(
        r"(Africa|America|Antarctica|Asia|Atlantic|Australia|Europe|Indian|Pacific)/"
    )
    return ("UTC", *sorted(name for name in available_timezones() if is_place.match(name)))


def clean_timezone(timezone: str) -> str:
    """Return the name of a time zone as the IANA database writes it, whatever its case.

    Raises:
        UnknownTimeZone: it has no such zone.
    """
    wanted = timezone.strip().replace(" ", "_").lower()
    for name in timezones():
        if name.lower() == wanted:
            return name
    raise UnknownTimeZone(timezone)


async def _free_slug(session: AsyncSession, title: str) -> str:
    """Make a short name of a title: “Python asíncrono” becomes python-asincrono."""
    letters = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    stem = re.sub(r"[^a-z0-9]+", "-", letters)[: _LONGEST_SLUG - 4].strip("-") or "course"
    similar = select(Course.slug).where(Course.slug.in_([stem, *_numbered(stem)]))
    taken = set(await session.scalars(similar))
    return next(slug for slug in (stem, *_numbered(stem), "") if slug not in taken)


def _numbered(stem: str) -> list[str]:
    return [f"{stem}-{number}" for number in range(2, 100)]


async def enroll(
    session: AsyncSession,
    course: Course,
    user: User,
    role: Role | str,
    *,
    now: datetime | None = None,
) -> None:
    """Enroll a user in a course, or change their role in it."""
    enrollment = await session.get(Enrollment, (course.id, user.id))
    if enrollment is None:
        session.add(
            Enrollment(course_id=course.id, user_id=user.id, role=Role(role), joined_at=now)
        )
    else:
        enrollment.role = Role(role)
    await session.flush()


async def list_courses(
    session: AsyncSession, viewer: Viewer, *, with_archived: bool = False
) -> Sequence[Course]:
    """List the viewer's courses, by title; archived ones come last."""
    listed = visible_courses(viewer)
    if not with_archived:
        listed = listed.where(Course.archived_at.is_(None))
    by_title = listed.order_by(Course.archived_at.is_not(None), Course.title, Course.id)
    return (await session.scalars(by_title)).all()


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
