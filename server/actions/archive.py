"""Reading all submissions of a course, some at a time, for an archive."""

from datetime import datetime
from typing import Any, Final, NamedTuple
from uuid import UUID

from sqlalchemy import select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import joinedload, selectinload

from graders.report import RunState
from server.models import Course, GradingRun, Submission
from server.submission_archive import ArchivedSubmission

SUBMISSIONS_AT_ONCE: Final = 25


class Position(NamedTuple):
    """Where reading goes on: after this submission."""

    submitted_at: datetime
    submission_id: UUID


async def read_some(
    session: AsyncSession, course: Course, after: Position | None
) -> tuple[list[ArchivedSubmission], Position | None]:
    """Return the next submissions of a course, and where to go on; without authorization.

    The position is None after the last ones.
    """
    key = tuple_(Submission.submitted_at, Submission.id)
    listed = (
        select(Submission)
        .where(Submission.course_id == course.id)
        .order_by(Submission.submitted_at, Submission.id)
        .limit(SUBMISSIONS_AT_ONCE)
        .options(
            joinedload(Submission.user),
            joinedload(Submission.assignment),
            selectinload(Submission.files),
            selectinload(Submission.runs).selectinload(GradingRun.checks),
        )
    )
    if after is not None:
        listed = listed.where(key > tuple_(after.submitted_at, after.submission_id))
    found = (await session.scalars(listed)).all()
    more = len(found) == SUBMISSIONS_AT_ONCE
    last = Position(found[-1].submitted_at, found[-1].id) if more else None
    return [_archived(submission) for submission in found], last


def _archived(submission: Submission) -> ArchivedSubmission:
    student, exercise = submission.user, submission.assignment.exercise
    # Two people may have one name: the end of their id tells them apart.
    who = f"{student.listed_name[:45]} {student.id.hex[-8:]}"
    return ArchivedSubmission(
        folder=(who, exercise, f"{submission.number:03}"),
        submitted_at=submission.submitted_at,
        files={file.name: file.content for file in submission.files},
        result={
            "submission_id": str(submission.id),
            "student": student.name,
            "email": student.email,
            "exercise": exercise,
            "attempt": submission.number,
            "submitted_at": submission.submitted_at.isoformat(),
            "runs": [_run(run, exercise) for run in submission.runs],
        },
    )


def _run(run: GradingRun, exercise: str) -> dict[str, Any]:
    """Return a run, the newest first; the first finished one is scored."""
    report = run.report(exercise, is_staff=True) if run.state is RunState.FINISHED else None
    return {
        "run_id": str(run.id),
        "state": run.state,
        "queued_at": run.queued_at.isoformat(),
        "finished_at": run.finished_at.isoformat() if run.finished_at else None,
        "points": run.points,
        "max_points": run.max_points,
        "report": report.to_dict() if report is not None else None,
    }
