"""What students of a class have in each exercise: as sums, and as the squares of the map."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import case, exists, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from server.actions.class_terms import Pair
from server.actions.overview import Cell
from server.actions.scoring import students_of
from server.models import Assignment, GradingRun, Standing, Submission


class Graded(NamedTuple):
    """The slugs of exercises in which a student has a result, and of those that are solved."""

    points: float
    handed_in: Sequence[str]
    solved: Sequence[str]


async def graded(session: AsyncSession, course_id: UUID, students: set[UUID]) -> dict[UUID, Graded]:
    """Return what each student has a result in.

    One pass for the sums of the students and those of the exercises: two would cost half as much
    again. So the exercises come as one text for each student.
    """
    solved = case((Standing.points >= Standing.max_points, Assignment.exercise))
    rows = await session.execute(
        select(
            Standing.user_id,
            func.sum(Standing.points),
            func.aggregate_strings(Assignment.exercise, ","),
            func.aggregate_strings(solved, ","),
        )
        .join(Assignment, Assignment.id == Standing.assignment_id)
        .where(Assignment.course_id == course_id)
        .group_by(Standing.user_id)
    )
    return {
        user_id: Graded(points, all_.split(","), solved.split(",") if solved else ())
        for user_id, points, all_, solved in rows
        if user_id in students
    }


async def ungraded(session: AsyncSession, course_id: UUID) -> list[Pair]:
    """Return the assignments and students with a submission, of which none has a result yet."""
    is_graded = exists().where(
        Standing.assignment_id == GradingRun.assignment_id, Standing.user_id == GradingRun.user_id
    )
    given = select(Assignment.id).where(Assignment.course_id == course_id)
    rows = await session.execute(
        select(GradingRun.assignment_id, GradingRun.user_id)
        .where(
            GradingRun.assignment_id.in_(given),
            GradingRun.user_id.in_(students_of(course_id)),
            GradingRun.points.is_(None),
            ~is_graded,
        )
        .distinct()
    )
    return [(assignment_id, user_id) for assignment_id, user_id in rows]


async def cells_of(
    session: AsyncSession, assignments: Sequence[UUID], users: Sequence[UUID]
) -> dict[UUID, dict[UUID, Cell]]:
    """Return these users' results in those of the assignments that they have handed in to."""
    # By their ids: with a subquery, PostgreSQL would read a user's standings in every course.
    best = select(
        Standing.user_id,
        Standing.assignment_id,
        Standing.points,
        Standing.max_points,
        Standing.submission_id,
    ).where(Standing.assignment_id.in_(assignments), Standing.user_id.in_(users))
    points = {(row.user_id, row.assignment_id): row for row in await session.execute(best)}
    attempts = await session.execute(
        select(Submission.user_id, Submission.assignment_id, func.count().label("attempts"))
        .where(Submission.assignment_id.in_(assignments), Submission.user_id.in_(users))
        .group_by(Submission.assignment_id, Submission.user_id)
    )
    cells: dict[UUID, dict[UUID, Cell]] = defaultdict(dict)
    for user_id, assignment_id, count in attempts:
        cells[user_id][assignment_id] = _cell(count, points.get((user_id, assignment_id)))
    return cells


def _cell(attempts: int, best: Any | None) -> Cell:
    if best is None:
        return Cell(attempts)
    return Cell(attempts, best.points, best.max_points, best.submission_id)
