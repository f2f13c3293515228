"""Everything one student has handed in to a course, for its staff."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from graders.report import RunState
from server.access import Permission, Viewer, require
from server.errors import UnknownStudent
from server.models import Assignment, Course, Enrollment, GradingRun, Role, Submission, User

MOST_ATTEMPTS: Final = 500


@dataclass(frozen=True, slots=True)
class Attempt:
    """One submission, with the points of the run that is scored; None until there is one."""

    submission_id: UUID
    exercise: str
    number: int
    submitted_at: datetime
    state: RunState
    points: float | None
    max_points: float | None

    @property
    def kind(self) -> str:
        """One of go (solved), wait (half of the points or not yet known) and stop (less)."""
        if self.points is None or not self.max_points:
            return "wait"
        if self.points >= self.max_points:
            return "go"
        return "wait" if self.points * 2 >= self.max_points else "stop"


@dataclass(frozen=True, slots=True)
class StudentWork:
    """A student of a course.

    exercises  The slugs of all that is given, in the course's order.
    attempts   The latest MOST_ATTEMPTS, the newest first; `count` counts all that were loaded.
    """

    user_id: UUID
    name: str
    email: str
    group: str | None
    exercises: Sequence[str]
    attempts: Sequence[Attempt]

    def of(self, exercise: str) -> list[Attempt]:
        """Return the attempts at one exercise, the newest first."""
        return [attempt for attempt in self.attempts if attempt.exercise == exercise]

    @property
    def best(self) -> dict[str, Attempt]:
        """The best attempt at each exercise: the most points, and of several the earliest."""
        found: dict[str, Attempt] = {}
        for attempt in reversed(self.attempts):
            before = found.get(attempt.exercise)
            if attempt.points is not None and (
                before is None or attempt.points > (before.points or 0)
            ):
                found[attempt.exercise] = attempt
        return found


async def student_work(
    session: AsyncSession, viewer: Viewer, course: Course, user_id: UUID
) -> StudentWork:
    """Return what a student has handed in.

    Raises:
        StaffOnly: the viewer is not staff of the course.
        UnknownStudent: nobody with this id takes it.
    """
    require(viewer, Permission.SEE_WORK, course.id)
    found = await session.execute(
        select(User, Enrollment.group)
        .join(Enrollment, Enrollment.user_id == User.id)
        .where(
            Enrollment.course_id == course.id,
            Enrollment.user_id == user_id,
            Enrollment.role == Role.STUDENT,
        )
    )
    person = found.one_or_none()
    if person is None:
        raise UnknownStudent
    user, group = person
    given = await session.execute(
        select(Assignment.id, Assignment.exercise)
        .where(Assignment.course_id == course.id)
        .order_by(Assignment.position, Assignment.exercise)
    )
    exercises = {row.id: row.exercise for row in given}
    return StudentWork(
        user_id=user_id,
        name=user.listed_name,
        email=user.email,
        group=group,
        exercises=list(exercises.values()),
        attempts=await _attempts(session, user_id, exercises),
    )


async def _attempts(
    session: AsyncSession, user_id: UUID, exercises: dict[UUID, str]
) -> list[Attempt]:
    """Return the attempts at these assignments, the newest first."""
    listed = await session.execute(
        select(Submission.id, Submission.assignment_id, Submission.number, Submission.submitted_at)
        .where(Submission.user_id == user_id, Submission.assignment_id.in_(exercises))
        .order_by(Submission.submitted_at.desc(), Submission.id.desc())
        .limit(MOST_ATTEMPTS)
    )
    rows = listed.all()
    runs = await session.execute(
        select(GradingRun.submission_id, GradingRun.state, GradingRun.points, GradingRun.max_points)
        .where(GradingRun.submission_id.in_([row.id for row in rows]))
        .order_by(GradingRun.queued_at, GradingRun.id)
    )
    # Of a submission's runs the latest finished one is shown, else the latest.
    shown: dict[UUID, Any] = {}
    for run in runs:
        if run.state is RunState.FINISHED or (
            (before := shown.get(run.submission_id)) is None
            or before.state is not RunState.FINISHED
        ):
            shown[run.submission_id] = run
    return [
        Attempt(
            submission_id=row.id,
            exercise=exercises[row.assignment_id],
            number=row.number,
            submitted_at=row.submitted_at,
            state=shown[row.id].state,
            points=shown[row.id].points,
            max_points=shown[row.id].max_points,
        )
        for row in rows
    ]
