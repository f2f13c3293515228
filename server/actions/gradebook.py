"""The gradebook of a course: each student's grades, and their sum by the course's policy."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from math import isfinite
from typing import Any, Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from server.access import Permission, Viewer, require
from server.actions import audit, late_grades
from server.actions.late_grades import GradeChange
from server.actions.overrides import get_student
from server.actions.scoring import standings_of
from server.course_grade import CourseGrade, Mark, sum_up
from server.errors import InvalidPolicy
from server.models import (
    Assignment,
    Counting,
    Course,
    GradebookPolicy,
    GradeOverride,
    Standing,
    User,
)

MOST_DROPPED: Final = 100
LARGEST_SCALE: Final = 1000.0


@dataclass(frozen=True, slots=True)
class ExerciseGrade:
    """One student's grade in one exercise.

    standing   The attempt that counts; None: nothing was graded.
    override   What staff set by hand; None: nothing.
    mark       What of it goes into the sum; None: the exercise has not opened yet.
    """

    assignment: Assignment
    standing: Standing | None
    override: GradeOverride | None
    mark: Mark | None

    @property
    def max_points(self) -> float | None:
        """What the points are out of; None if that is not known yet."""
        if self.override is not None:
            return self.override.max_points
        return self.standing.max_points if self.standing is not None else None

    @property
    def points(self) -> float | None:
        """The points that count; None without a grade."""
        if self.override is None:
            return self.standing.grade if self.standing is not None else None
        base = self.override.points
        if base is None:
            base = _share(self.standing) * self.override.max_points
        return base + self.override.style_points


@dataclass(frozen=True, slots=True)
class StudentGrades:
    """One student's grades in a course, in the order of its exercises, and their sum."""

    student: User
    exercises: Sequence[ExerciseGrade]
    total: CourseGrade


async def find_policy(session: AsyncSession, course_id: UUID) -> GradebookPolicy:
    """Return the course's policy, or the defaults."""
    found: GradebookPolicy | None = await session.get(GradebookPolicy, course_id)
    return found or GradebookPolicy(
        course_id=course_id, counting=Counting.BEST, drop_lowest=0, scale=10.0
    )


async def set_policy(
    session: AsyncSession,
    viewer: Viewer | None,
    course: Course,
    *,
    counting: Counting,
    drop_lowest: int,
    scale: float,
    now: datetime,
) -> list[GradeChange]:
    """Set how the course sums grades up; returns the grades of exercises that changed.

    Raises:
        InstructorsOnly, InvalidPolicy
    """
    if viewer is not None:
        require(viewer, Permission.MANAGE, course.id)
    if not 0 <= drop_lowest <= MOST_DROPPED or not (isfinite(scale) and 0 < scale <= LARGEST_SCALE):
        raise InvalidPolicy
    policy = await find_policy(session, course.id)
    before, is_other = _as_noted(policy), policy.counting is not counting
    policy.counting, policy.drop_lowest, policy.scale = counting, drop_lowest, scale
    session.add(policy)
    await session.flush()
    await audit.record(
        session,
        viewer,
        "gradebook.policy",
        course_id=course.id,
        before=before,
        after=_as_noted(policy),
        now=now,
    )
    return await _count_anew(session, course) if is_other else []


async def _count_anew(session: AsyncSession, course: Course) -> list[GradeChange]:
    """Choose the attempts that count anew; reads every scored run of the course."""
    locked = await late_grades.lock_terms(session, course.id)
    users = standings_of(course.id).with_only_columns(Standing.user_id).distinct()
    return await late_grades.renew(session, locked, sorted(await session.scalars(users)))


async def grades_of(
    session: AsyncSession, course: Course, students: Sequence[User], now: datetime
) -> list[StudentGrades]:
    """Return the grades of these students; without authorization.

    Four statements for any number of students.
    """
    policy = await find_policy(session, course.id)
    assignments = await list_given(session, course)
    ids = [student.id for student in students]
    given = [assignment.id for assignment in assignments]
    best = await _standings(session, given, ids)
    by_hand = await _overrides(session, given, ids)
    return [
        _student_grades(student, assignments, best, by_hand, policy, now) for student in students
    ]


async def one_student(
    session: AsyncSession, viewer: Viewer, course: Course, user_id: UUID, now: datetime
) -> StudentGrades:
    """Return one student's grades, for themselves or for staff.

    Raises:
        StaffOnly, UnknownStudent
    """
    if user_id != viewer.user.id:
        require(viewer, Permission.SEE_WORK, course.id)
    student = await get_student(session, course, user_id)
    (found,) = await grades_of(session, course, [student], now)
    return found


async def list_given(session: AsyncSession, course: Course) -> Sequence[Assignment]:
    """List the assignments of a course in their order."""
    return (
        await session.scalars(
            select(Assignment)
            .where(Assignment.course_id == course.id)
            .order_by(Assignment.position, Assignment.exercise)
        )
    ).all()


async def _standings(
    session: AsyncSession, assignments: Sequence[UUID], students: Sequence[UUID]
) -> dict[tuple[UUID, UUID], Standing]:
    found = await session.scalars(
        select(Standing)
        .where(Standing.assignment_id.in_(assignments), Standing.user_id.in_(students))
        # Standings are changed by statements only.
        .execution_options(populate_existing=True)
    )
    return {(row.assignment_id, row.user_id): row for row in found}


async def _overrides(
    session: AsyncSession, assignments: Sequence[UUID], students: Sequence[UUID]
) -> dict[tuple[UUID, UUID], GradeOverride]:
    found = await session.scalars(
        select(GradeOverride).where(
            GradeOverride.assignment_id.in_(assignments), GradeOverride.user_id.in_(students)
        )
    )
    return {(row.assignment_id, row.user_id): row for row in found}


def _student_grades(
    student: User,
    assignments: Sequence[Assignment],
    best: Mapping[tuple[UUID, UUID], Standing],
    by_hand: Mapping[tuple[UUID, UUID], GradeOverride],
    policy: GradebookPolicy,
    now: datetime,
) -> StudentGrades:
    exercises = []
    for assignment in assignments:
        key = (assignment.id, student.id)
        standing, override = best.get(key), by_hand.get(key)
        mark = _mark(assignment, standing, override, now)
        exercises.append(ExerciseGrade(assignment, standing, override, mark))
    marks = [one.mark for one in exercises if one.mark is not None]
    total = sum_up(marks, drop_lowest=policy.drop_lowest, scale=policy.scale)
    return StudentGrades(student, exercises, total)


def _mark(
    assignment: Assignment,
    standing: Standing | None,
    override: GradeOverride | None,
    now: datetime,
) -> Mark | None:
    has_opened = assignment.opens_at is None or assignment.opens_at <= now
    if not has_opened and standing is None and override is None:
        return None
    by_hand, style = None, 0.0
    if override is not None:
        style = override.style_points / override.max_points
        if override.points is not None:
            by_hand = override.points / override.max_points
    share = _share(standing) if standing is not None else None
    return Mark(assignment.exercise, assignment.weight, share, by_hand, style)


def _share(standing: Standing | None) -> float:
    if standing is None or not standing.max_points:
        return 0.0
    return standing.grade / standing.max_points


def _as_noted(policy: GradebookPolicy) -> dict[str, Any]:
    return {
        "counting": policy.counting,
        "drop_lowest": policy.drop_lowest,
        "scale": policy.scale,
    }
