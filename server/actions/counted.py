"""Which results count: the rule that leaderboard, dashboard and the list of exercises share.

Of a submission, its latest finished run: a regrade replaces what was before it. Of a student's
submissions to an assignment, the one with the most points; the earliest of those.

Grades are worked out on every request. Storing them would mean doing it over on every regrade,
and being wrong in between. All of it is read from one index, `ix_grading_runs_results`, by the
assignments of one course: what a server holds of other courses costs nothing. Two rules keep it
so on SQLite, which plans without knowing how much there is: the condition is `points IS NOT
NULL`, which every finished run has and no other, for `state` has an index of its own that would
be taken; and no window function runs over all attempts, for that sorts them.
"""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, Subquery, exists, func, select, tuple_
from sqlalchemy.orm import aliased

from server.models import Assignment, Enrollment, GradingRun, Role, Submission

_Ids = Select[UUID] | Sequence[UUID]


def counted_runs(course_id: UUID, exercise: str | None = None) -> Subquery:
    """Select the run that counts of each submission by a student of the course.

    Columns: run_id, submission_id, assignment_id, user_id, points, max_points. Submissions
    without a finished run are not in it.
    """
    return _counted(_assignments(course_id, exercise), students_of(course_id)).subquery()


def best_submissions(
    course_id: UUID, exercise: str | None = None, *, of: Sequence[UUID] | None = None
) -> Subquery:
    """Select each student's best submission to each assignment; only those `of` some, if given.

    Columns: those of `counted_runs`, number, submitted_at.
    """
    users = students_of(course_id) if of is None else of
    return _best(_assignments(course_id, exercise), users)


def best_of_user(user_id: UUID, assignment_ids: Sequence[UUID]) -> Subquery:
    """Select one user's best submission to each of some assignments, as above."""
    return _best(assignment_ids, [user_id])


def _assignments(course_id: UUID, exercise: str | None) -> Select[UUID]:
    given = select(Assignment.id).where(Assignment.course_id == course_id)
    return given if exercise is None else given.where(Assignment.exercise == exercise)


def students_of(course_id: UUID) -> Select[UUID]:
    """Select the ids of the students of a course."""
    return select(Enrollment.user_id).where(
        Enrollment.course_id == course_id, Enrollment.role == Role.STUDENT
    )


def _best(assignments: _Ids, users: _Ids) -> Subquery:
    counted = _counted(assignments, users).subquery()
    most = (
        select(
            counted.c.assignment_id,
            counted.c.user_id,
            func.max(counted.c.points).label("points"),
        )
        .group_by(counted.c.assignment_id, counted.c.user_id)
        .subquery()
    )
    # Joined by itself, and not from `counted`: to ask again for each whether it is of these
    # assignments and users took SQLite five times as long as all the rest.
    run = aliased(GradingRun)
    is_most = (
        (run.assignment_id == most.c.assignment_id)
        & (run.user_id == most.c.user_id)
        & (run.points == most.c.points)
        & run.points.is_not(None)
    )
    earliest_first = (Submission.submitted_at, Submission.number)
    merit = func.row_number().over(
        partition_by=(run.assignment_id, run.user_id), order_by=earliest_first
    )
    ranked = (
        select(*_columns(run), Submission.number, Submission.submitted_at, merit.label("merit"))
        .select_from(most)
        .join(run, is_most)
        .join(Submission, Submission.id == run.submission_id)
        .where(~_is_replaced(run))
        .subquery()
    )
    return select(ranked).where(ranked.c.merit == 1).subquery("best_submissions")


def _counted(assignments: _Ids, users: _Ids) -> Select[*tuple[Any, ...]]:
    run = aliased(GradingRun)
    return select(*_columns(run)).where(
        run.assignment_id.in_(assignments),
        run.user_id.in_(users),
        run.points.is_not(None),
        ~_is_replaced(run),
    )


def _columns(run: type[GradingRun]) -> tuple[Any, ...]:
    named = (run.submission_id, run.assignment_id, run.user_id, run.points, run.max_points)
    return (run.id.label("run_id"), *named)


def _is_replaced(run: type[GradingRun]) -> ColumnElement[bool]:
    later = aliased(GradingRun)
    # All that the two have in common, and no column but the index's: it alone is read.
    return exists(later.id).where(
        later.assignment_id == run.assignment_id,
        later.user_id == run.user_id,
        later.submission_id == run.submission_id,
        later.points.is_not(None),
        tuple_(later.queued_at, later.id) > tuple_(run.queued_at, run.id),
    )
