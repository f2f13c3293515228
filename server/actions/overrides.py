"""Grades set by hand for a student and an assignment, and points added for style.

They are rows of their own, so that no later run or regrade changes them. A grade set by hand
replaces the computed one, after the late policy; style points are added to whichever counts.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from math import isfinite
from typing import Any, Final, NamedTuple
from uuid import UUID

from sqlalchemy import delete, func, select, tuple_
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import joinedload

from server.access import Permission, Viewer, require
from server.actions import audit, grade_news
from server.errors import (
    InvalidGrade,
    ReasonMissing,
    UnknownExercise,
    UnknownOverride,
    UnknownStudent,
)
from server.models import (
    Assignment,
    Course,
    Enrollment,
    GradeOverride,
    NewsKind,
    Role,
    Standing,
    User,
)

LONGEST_REASON: Final = 1000
# Of an exercise that nobody has handed in yet; those of the catalogue are worth as much.
USUAL_POINTS: Final = 10.0

# What the audit log holds of one.
NOTED: Final = ("points", "style_points", "max_points", "reason")
_KEY: Final = ("assignment_id", "user_id")


class Listed(NamedTuple):
    """A grade set by hand, whose it is, and the slug of the exercise."""

    override: GradeOverride
    student: User
    exercise: str


async def set_override(
    session: AsyncSession,
    viewer: Viewer | None,
    course: Course,
    exercise: str,
    user_id: UUID,
    *,
    points: float | None,
    style_points: float,
    reason: str,
    now: datetime,
) -> None:
    """Set a student's grade in an exercise by hand, add points for style, or both.

    viewer  Who decides; None for the `semaforo` command.
    points  From 0 to the points of the exercise; None leaves the computed grade.

    Raises:
        InstructorsOnly, UnknownExercise, UnknownStudent, ReasonMissing, InvalidGrade
    """
    if viewer is not None:
        require(viewer, Permission.MANAGE, course.id)
    assignment = await get_assignment(session, course, exercise)
    await get_student(session, course, user_id)
    before = await _find(session, assignment.id, user_id)
    most = await possible_points(session, assignment.id, user_id)
    values = {
        "points": points,
        "style_points": style_points,
        "max_points": most,
        "reason": clean_reason(reason),
        "set_by": viewer.user.id if viewer else None,
        "set_at": now,
    }
    _check_range(points, style_points, most)
    await store_all(session, [{"assignment_id": assignment.id, "user_id": user_id, **values}])
    await audit.record(
        session,
        viewer,
        "grade.override",
        course_id=course.id,
        person_id=user_id,
        before=as_noted(exercise, before),
        after={"exercise": exercise, **{name: values[name] for name in NOTED}},
        now=now,
    )
    await grade_news.tell_of_override(session, course, user_id, exercise, values, now)


async def remove_override(
    session: AsyncSession,
    viewer: Viewer | None,
    course: Course,
    exercise: str,
    user_id: UUID,
    *,
    now: datetime,
) -> None:
    """Go back to the computed grade.

    Raises:
        InstructorsOnly, UnknownExercise, UnknownOverride
    """
    if viewer is not None:
        require(viewer, Permission.MANAGE, course.id)
    assignment = await get_assignment(session, course, exercise)
    before = await _find(session, assignment.id, user_id)
    if before is None:
        raise UnknownOverride
    await session.execute(delete(GradeOverride).where(*_is(assignment.id, user_id)))
    await audit.record(
        session,
        viewer,
        "grade.restore",
        course_id=course.id,
        person_id=user_id,
        before=as_noted(exercise, before),
        now=now,
    )
    grades = [(user_id, exercise, "")]
    await grade_news.tell_of_grades(session, course, NewsKind.GRADE_RESTORED, grades, now)


async def find_override(
    session: AsyncSession, assignment_id: UUID, user_id: UUID
) -> GradeOverride | None:
    """Find what was decided by hand, with who decided it; without authorization."""
    found: GradeOverride | None = await session.scalar(
        select(GradeOverride)
        .where(*_is(assignment_id, user_id))
        .options(joinedload(GradeOverride.setter))
    )
    return found


async def list_overrides(
    session: AsyncSession,
    viewer: Viewer,
    course: Course,
    *,
    limit: int,
    after: tuple[UUID, UUID] | None = None,
) -> list[Listed]:
    """List those of the course for its staff, and a student's own, by assignment and student.

    after  Continue after this assignment's and student's ids.
    """
    given = await session.execute(
        select(Assignment.id, Assignment.exercise).where(Assignment.course_id == course.id)
    )
    exercises = {row.id: row.exercise for row in given}
    # By their ids: a join in the order of the key would read the overrides of every course.
    listed = (
        select(GradeOverride, User)
        .join(User, User.id == GradeOverride.user_id)
        .where(GradeOverride.assignment_id.in_(exercises))
        .order_by(GradeOverride.assignment_id, GradeOverride.user_id)
        .limit(limit)
    )
    if not viewer.is_staff_of(course.id):
        listed = listed.where(GradeOverride.user_id == viewer.user.id)
    if after is not None:
        key = tuple_(GradeOverride.assignment_id, GradeOverride.user_id)
        listed = listed.where(key > after)
    return [
        Listed(row, student, exercises[row.assignment_id])
        for row, student in await session.execute(listed)
    ]


async def get_assignment(session: AsyncSession, course: Course, exercise: str) -> Assignment:
    """Return the assignment of an exercise in a course.

    Raises:
        UnknownExercise: the course does not give it.
    """
    found: Assignment | None = await session.scalar(
        select(Assignment).where(Assignment.course_id == course.id, Assignment.exercise == exercise)
    )
    if found is None:
        raise UnknownExercise(exercise)
    return found


async def get_student(session: AsyncSession, course: Course, user_id: UUID) -> User:
    """Return a student of the course.

    Raises:
        UnknownStudent
    """
    found: User | None = await session.scalar(
        select(User)
        .join(Enrollment, Enrollment.user_id == User.id)
        .where(
            User.id == user_id,
            Enrollment.course_id == course.id,
            Enrollment.role == Role.STUDENT,
        )
    )
    if found is None:
        raise UnknownStudent
    return found


async def possible_points(session: AsyncSession, assignment_id: UUID, user_id: UUID) -> float:
    """Return the most points of an assignment: the student's own suite's, or else the latest's."""
    own = await session.scalar(
        select(Standing.max_points).where(
            Standing.assignment_id == assignment_id, Standing.user_id == user_id
        )
    )
    others = select(func.max(Standing.max_points)).where(Standing.assignment_id == assignment_id)
    return own or await session.scalar(others) or USUAL_POINTS


async def _find(session: AsyncSession, assignment_id: UUID, user_id: UUID) -> GradeOverride | None:
    found: GradeOverride | None = await session.scalar(
        select(GradeOverride)
        .where(*_is(assignment_id, user_id))
        .execution_options(populate_existing=True)
    )
    return found


async def find_all(
    session: AsyncSession, keys: Sequence[Mapping[str, Any]]
) -> dict[tuple[UUID, UUID], GradeOverride]:
    """Return what was set by hand, by assignment and user, for the keys that have something."""
    found = await session.scalars(
        select(GradeOverride)
        .where(
            GradeOverride.assignment_id.in_({key["assignment_id"] for key in keys}),
            GradeOverride.user_id.in_({key["user_id"] for key in keys}),
        )
        .execution_options(populate_existing=True)
    )
    return {(row.assignment_id, row.user_id): row for row in found}


async def store_all(session: AsyncSession, rows: Sequence[Mapping[str, Any]]) -> None:
    """Store rows of `GradeOverride` in place of those there are; checks and notes nothing."""
    made = _insert(session)(GradeOverride)
    changed = {name: made.excluded[name] for name in (*NOTED, "set_by", "set_at")}
    await session.execute(
        made.on_conflict_do_update(index_elements=_KEY, set_=changed), [dict(row) for row in rows]
    )


def _is(assignment_id: UUID, user_id: UUID) -> tuple[Any, Any]:
    return GradeOverride.assignment_id == assignment_id, GradeOverride.user_id == user_id


def clean_reason(text: str) -> str:
    """Return the reason without blanks around it.

    Raises:
        ReasonMissing: it is empty or too long.
    """
    reason = text.replace("\r\n", "\n").strip()
    if not 1 <= len(reason) <= LONGEST_REASON:
        raise ReasonMissing(LONGEST_REASON)
    return reason


def _check_range(points: float | None, style_points: float, most: float) -> None:
    given = [value for value in (points, style_points) if value is not None]
    is_in_range = all(isfinite(value) and 0 <= value <= most for value in given)
    if not is_in_range or (points is None and style_points == 0):
        raise InvalidGrade(most)


def as_noted(exercise: str, row: GradeOverride | None) -> dict[str, Any] | None:
    """Return what the audit log holds of a grade set by hand; None if it was not."""
    if row is None:
        return None
    return {"exercise": exercise, **{name: getattr(row, name) for name in NOTED}}


def _insert(session: AsyncSession) -> Any:
    is_sqlite = session.get_bind().dialect.name == "sqlite"
    return sqlite.insert if is_sqlite else postgresql.insert
