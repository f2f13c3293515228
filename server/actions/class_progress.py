"""What a class did in one exercise: every attempt with its points, and the checks that failed.

One exercise of one course is read at a time, so the cost depends neither on other courses nor on
other exercises.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from graders.report import Verdict
from graders.text import Text
from server.access import Permission, Viewer, require
from server.actions.mistakes import Failure
from server.actions.scoring import students_of
from server.errors import UnknownExercise
from server.models import Assignment, Check, CheckTitle, Course, GradingRun, Submission, User
from server.models.names import listed_name

# Of a class of 500, that is 40 attempts each; more are not read.
MOST_ATTEMPTS: Final = 20_000
# Verdicts are read for so many students: the first ones by name.
MOST_STUDENTS: Final = 1000


@dataclass(frozen=True, slots=True)
class GradedAttempt:
    """One graded submission of a student."""

    user_id: UUID
    run_id: UUID
    submission_id: UUID
    number: int
    submitted_at: datetime
    points: float
    max_points: float

    @property
    def is_right(self) -> bool:
        """Whether it has all points."""
        return self.points >= self.max_points


@dataclass(frozen=True, slots=True)
class CheckVerdict:
    """How one check ended in one run."""

    run_id: UUID
    name: str
    is_passed: bool


@dataclass(frozen=True, slots=True)
class ClassProgress:
    """Everything that the plots of one exercise are drawn from.

    attempts  Graded ones, by student and number.
    verdicts  Of the runs of each student's first and last attempt.
    failures  Of the last attempts.
    titles    Of the checks, by name, in the order of the suite.
    """

    exercise: str
    due_at: datetime | None
    students: int
    attempts: Sequence[GradedAttempt]
    verdicts: Sequence[CheckVerdict]
    failures: Sequence[Failure]
    titles: dict[str, Text]


async def class_progress(
    session: AsyncSession, viewer: Viewer, course: Course, exercise: str
) -> ClassProgress:
    """Return what the students of a course did in one exercise.

    Raises:
        StaffOnly: the viewer is not staff of it.
        UnknownExercise: the course does not have it.
    """
    assignment = await _assignment(session, viewer, course, exercise)
    attempts = await _attempts(session, course.id, assignment.id)
    ends = _first_and_last(attempts)
    students = await session.scalar(
        select(func.count()).select_from(students_of(course.id).subquery())
    )
    return ClassProgress(
        exercise=exercise,
        due_at=assignment.due_at,
        students=students or 0,
        attempts=attempts,
        verdicts=await _verdicts(session, [one.run_id for pair in ends for one in pair]),
        failures=await _failures(session, [last for _, last in ends]),
        titles=await _titles(session, assignment.id),
    )


async def last_failures(
    session: AsyncSession, viewer: Viewer, course: Course, exercise: str
) -> list[Failure]:
    """Return the checks that do not pass in each student's last graded attempt, by student.

    Raises:
        StaffOnly, UnknownExercise
    """
    assignment = await _assignment(session, viewer, course, exercise)
    attempts = await _attempts(session, course.id, assignment.id)
    return await _failures(session, [last for _, last in _first_and_last(attempts)])


async def _assignment(
    session: AsyncSession, viewer: Viewer, course: Course, exercise: str
) -> Assignment:
    require(viewer, Permission.SEE_WORK, course.id)
    found: Assignment | None = await session.scalar(
        select(Assignment).where(Assignment.course_id == course.id, Assignment.exercise == exercise)
    )
    if found is None:
        raise UnknownExercise(exercise)
    return found


async def _attempts(
    session: AsyncSession, course_id: UUID, assignment_id: UUID
) -> list[GradedAttempt]:
    rows = await session.execute(
        select(
            GradingRun.user_id,
            GradingRun.id,
            GradingRun.submission_id,
            Submission.number,
            Submission.submitted_at,
            GradingRun.points,
            GradingRun.max_points,
        )
        .join(Submission, Submission.id == GradingRun.submission_id)
        .where(
            GradingRun.assignment_id == assignment_id,
            GradingRun.points.is_not(None),
            GradingRun.user_id.in_(students_of(course_id)),
        )
        .order_by(GradingRun.user_id, GradingRun.submission_id, GradingRun.queued_at)
        .limit(MOST_ATTEMPTS)
    )
    # Of a submission's runs, the latest is scored.
    latest = {
        row.submission_id: GradedAttempt(
            user_id=row.user_id,
            run_id=row.id,
            submission_id=row.submission_id,
            number=row.number,
            submitted_at=row.submitted_at,
            points=row.points or 0,
            max_points=row.max_points or 0,
        )
        for row in rows
    }
    return sorted(latest.values(), key=lambda one: (one.user_id, one.number))


def _first_and_last(
    attempts: Sequence[GradedAttempt],
) -> list[tuple[GradedAttempt, GradedAttempt]]:
    """Return the first and the last graded attempt of each student, of at most MOST_STUDENTS."""
    ends: dict[UUID, tuple[GradedAttempt, GradedAttempt]] = {}
    for attempt in attempts:
        first, _ = ends.get(attempt.user_id, (attempt, attempt))
        ends[attempt.user_id] = (first, attempt)
    return list(ends.values())[:MOST_STUDENTS]


async def _verdicts(session: AsyncSession, runs: Sequence[UUID]) -> list[CheckVerdict]:
    rows = await session.execute(
        select(Check.run_id, Check.name, Check.verdict).where(Check.run_id.in_(set(runs)))
    )
    return [CheckVerdict(run, name, verdict is Verdict.PASSED) for run, name, verdict in rows]


async def _failures(session: AsyncSession, last: Sequence[GradedAttempt]) -> list[Failure]:
    """Return the checks that did not pass in these attempts, by student."""
    of_run = {one.run_id: one for one in last if not one.is_right}
    rows = await session.execute(
        select(
            Check.run_id,
            Check.name,
            Check.message_es,
            Check.message_en,
            User.name.label("student"),
            User.family_name,
        )
        .join(GradingRun, GradingRun.id == Check.run_id)
        .join(User, User.id == GradingRun.user_id)
        .where(Check.run_id.in_(of_run), Check.verdict != Verdict.PASSED)
        .order_by(User.sort_key, Check.position)
    )
    return [
        Failure(
            submission_id=of_run[row.run_id].submission_id,
            user_id=of_run[row.run_id].user_id,
            student=listed_name(row.student, row.family_name),
            check=row.name,
            message=Text(es=row.message_es, en=row.message_en),
        )
        for row in rows
    ]


async def _titles(session: AsyncSession, assignment_id: UUID) -> dict[str, Text]:
    rows = await session.execute(
        select(CheckTitle.name, CheckTitle.title_es, CheckTitle.title_en)
        .where(CheckTitle.assignment_id == assignment_id)
        .order_by(CheckTitle.position, CheckTitle.name)
    )
    return {name: Text(es=spanish, en=english) for name, spanish, english in rows}
