"""Scored results of a course, for leaderboard, dashboard and the list of exercises.

They are read from the summary that `standings` keeps, so that the cost depends neither on the
server's other courses nor on how often somebody handed in.
"""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import ColumnElement, Select, exists, select, tuple_
from sqlalchemy.orm import aliased

from server.models import Assignment, Enrollment, GradingRun, Role, Standing


def standings_of(
    course_id: UUID, exercise: str | None = None, *, of: Sequence[UUID] | None = None
) -> Select[Standing]:
    """Select the standings of a course's students, or of some users, in all exercises or in one."""
    given = select(Assignment.id).where(Assignment.course_id == course_id)
    if exercise is not None:
        given = given.where(Assignment.exercise == exercise)
    users = students_of(course_id) if of is None else of
    return select(Standing).where(Standing.assignment_id.in_(given), Standing.user_id.in_(users))


def students_of(course_id: UUID) -> Select[UUID]:
    """Select the ids of the students of a course."""
    return select(Enrollment.user_id).where(
        Enrollment.course_id == course_id, Enrollment.role == Role.STUDENT
    )


def is_replaced(run: type[GradingRun]) -> ColumnElement[bool]:
    """Whether a later run of the same submission is finished, so that this one is not scored."""
    later = aliased(GradingRun)
    # Every common column, and only columns of the index, so that only the index is read.
    return exists(later.id).where(
        later.assignment_id == run.assignment_id,
        later.user_id == run.user_id,
        later.submission_id == run.submission_id,
        later.points.is_not(None),
        tuple_(later.queued_at, later.id) > tuple_(run.queued_at, run.id),
    )
