"""Which results count: the rule that leaderboard and dashboard share.

Of a submission, its latest finished run: a regrade replaces what was before it. Of a student's
submissions to an assignment, the one with the most points; the earliest of those.

Grades are worked out on every request. Storing them would mean doing it over on every regrade,
and being wrong in between; the statement below ranks a class of 300 in a fraction of a second.
"""

from uuid import UUID

from sqlalchemy import Subquery, func, select

from graders.report import RunState
from server.models import Assignment, Enrollment, GradingRun, Role, Submission


def counted_runs(course_id: UUID, exercise: str | None = None) -> Subquery:
    """Select the run that counts of each submission by a student of the course.

    Columns: run_id, submission_id, assignment_id, user_id, number, submitted_at, points,
    max_points. Submissions without a finished run are not in it.
    """
    newest_first = (GradingRun.queued_at.desc(), GradingRun.id.desc())
    age = func.row_number().over(partition_by=GradingRun.submission_id, order_by=newest_first)
    found = (
        select(
            GradingRun.id.label("run_id"),
            GradingRun.submission_id,
            GradingRun.points,
            GradingRun.max_points,
            Submission.assignment_id,
            Submission.user_id,
            Submission.number,
            Submission.submitted_at,
            age.label("age"),
        )
        .join(Submission, Submission.id == GradingRun.submission_id)
        .join(Assignment, Assignment.id == Submission.assignment_id)
        .join(
            Enrollment,
            (Enrollment.course_id == Assignment.course_id)
            & (Enrollment.user_id == Submission.user_id),
        )
        .where(
            Assignment.course_id == course_id,
            Enrollment.role == Role.STUDENT,
            GradingRun.state == RunState.FINISHED,
        )
    )
    if exercise is not None:
        found = found.where(Assignment.exercise == exercise)
    runs = found.subquery()
    return select(runs).where(runs.c.age == 1).subquery("counted_runs")


def best_submissions(course_id: UUID, exercise: str | None = None) -> Subquery:
    """Select, with the columns of `counted_runs`, each student's best of each assignment."""
    runs = counted_runs(course_id, exercise)
    best_first = (runs.c.points.desc(), runs.c.submitted_at, runs.c.number)
    merit = func.row_number().over(
        partition_by=(runs.c.assignment_id, runs.c.user_id), order_by=best_first
    )
    ranked = select(runs, merit.label("merit")).subquery()
    return select(ranked).where(ranked.c.merit == 1).subquery("best_submissions")
