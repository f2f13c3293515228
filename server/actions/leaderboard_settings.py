"""What a course shows of its leaderboard, and who appears on it under their real name."""

from datetime import datetime
from typing import Any

from sqlalchemy import delete
from sqlalchemy.ext.asyncio import AsyncSession

from server.access import Permission, Viewer, require
from server.actions import audit
from server.errors import NamesNotAllowed
from server.models import Course, LeaderboardName, LeaderboardSettings, RankedBy, Role

_NOTED = ("is_on", "is_hidden", "ranked_by", "allows_names", "frozen_at")


async def find_settings(session: AsyncSession, course: Course) -> LeaderboardSettings:
    """Return the course's settings, or the defaults."""
    found: LeaderboardSettings | None = await session.get(LeaderboardSettings, course.id)
    return found or LeaderboardSettings(
        course_id=course.id,
        is_on=True,
        is_hidden=False,
        ranked_by=RankedBy.POINTS,
        allows_names=False,
        frozen_at=None,
    )


async def get_settings(
    session: AsyncSession, viewer: Viewer, course: Course
) -> LeaderboardSettings:
    """Return the settings for who may change them.

    Raises:
        InstructorsOnly
    """
    require(viewer, Permission.MANAGE, course.id)
    return await find_settings(session, course)


async def set_settings(
    session: AsyncSession,
    viewer: Viewer | None,
    course: Course,
    *,
    is_on: bool,
    is_hidden: bool,
    ranked_by: RankedBy,
    allows_names: bool,
    frozen_at: datetime | None,
    now: datetime,
) -> None:
    """Set what the course shows.

    Raises:
        InstructorsOnly
    """
    if viewer is not None:
        require(viewer, Permission.MANAGE, course.id)
    found = await find_settings(session, course)
    before = _as_noted(found)
    found.is_on, found.is_hidden, found.ranked_by = is_on, is_hidden, ranked_by
    found.allows_names, found.frozen_at = allows_names, frozen_at
    session.add(found)
    await session.flush()
    await audit.record(
        session,
        viewer,
        "leaderboard.settings",
        course_id=course.id,
        before=before,
        after=_as_noted(found),
        now=now,
    )


async def may_choose_name(session: AsyncSession, viewer: Viewer, course: Course) -> bool:
    """Whether the viewer may appear under their real name: a student, if the course allows it."""
    is_student = viewer.roles.get(course.id) is Role.STUDENT
    return is_student and (await find_settings(session, course)).allows_names


async def has_own_name(session: AsyncSession, viewer: Viewer, course: Course) -> bool:
    """Whether the viewer chose to appear under their real name."""
    return await session.get(LeaderboardName, (course.id, viewer.user.id)) is not None


async def choose_name(
    session: AsyncSession, viewer: Viewer, course: Course, *, is_real: bool
) -> None:
    """Let the viewer appear under their real name, or no longer.

    Raises:
        NamesNotAllowed: the course does not allow it, or they are no student of it.
    """
    if is_real and not await may_choose_name(session, viewer, course):
        raise NamesNotAllowed
    if is_real:
        await session.merge(LeaderboardName(course_id=course.id, user_id=viewer.user.id))
        await session.flush()
        return
    await session.execute(
        delete(LeaderboardName).where(
            LeaderboardName.course_id == course.id, LeaderboardName.user_id == viewer.user.id
        )
    )


def _as_noted(found: LeaderboardSettings) -> dict[str, Any]:
    values = {name: getattr(found, name) for name in _NOTED}
    if found.frozen_at is not None:
        values["frozen_at"] = found.frozen_at.isoformat()
    return values
