"""/api/courses/{course}/queue: the runs of a course that are not finished, and the workers."""

from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel, Field

from graders.report import RunState
from server.actions import courses, open_runs
from server.actions.overview import OpenRun
from server.api.answers import UndecidedOut
from server.deps import CurrentViewer, Db, Language, Now, Queue
from server.errors import StaffOnly, UnknownCourse
from server.http.openapi import refusal_responses
from server.messaging.workers import WorkerReport
from server.messaging.workers_at_hand import workers_at_hand

router = APIRouter(prefix="/api", tags=["queue"])


class OpenRunOut(BaseModel):
    """A run that waits, is being graded, or was abandoned."""

    submission_id: UUID
    student: str = Field(description="Name of who handed in.")
    exercise: str = Field(description="Slug.")
    state: RunState = Field(description="queued, running or abandoned.")
    age_seconds: float = Field(description="Since it was queued.")
    is_stuck: bool = Field(
        description="Waits for longer than a minute, was abandoned, or its worker does not answer."
    )
    claims: int = Field(description="How often a worker has begun to grade it.")
    worker: str | None = Field(description="Who grades it, or did last.")
    last_reason: UndecidedOut | None = Field(
        description="Why the last attempt at grading ended without a verdict, if one did."
    )


class WorkerOut(BaseModel):
    """A worker that is alive."""

    name: str
    runs_in_flight: int
    runs_at_most: int
    suites_down: list[str] = Field(description="Slugs whose suite does not start there.")


class QueueOut(BaseModel):
    """The unfinished runs of a course, and the workers of the server."""

    counts: dict[RunState, int] = Field(description="How many runs are in each state.")
    runs: list[OpenRunOut] = Field(
        description=f"The oldest first, at most {open_runs.MOST_RUNS_SHOWN}."
    )
    workers: list[WorkerOut] | None = Field(
        description="By name; null if nobody knows, because the queue does not answer."
    )


@router.get("/courses/{course}/queue", responses=refusal_responses(UnknownCourse, StaffOnly))
async def show_queue(
    course: str, viewer: CurrentViewer, db: Db, queue: Queue, language: Language, now: Now
) -> QueueOut:
    """Show what waits and is being graded in a course, why runs are undecided, and the workers."""
    async with db.read() as session:
        chosen = await courses.get_course(session, course, viewer)
        seen = await open_runs.list_open_runs(session, viewer, chosen, now)
    workers = await workers_at_hand(queue)
    return QueueOut(
        counts=dict(seen.counts),
        runs=[_run(run, language) for run in seen.runs],
        workers=None if workers is None else [_worker(worker) for worker in workers],
    )


def _run(run: OpenRun, language: str) -> OpenRunOut:
    reason = run.last_reason.to_json(language) if run.last_reason else None
    return OpenRunOut(
        submission_id=run.submission_id,
        student=run.student,
        exercise=run.exercise,
        state=run.state,
        age_seconds=run.age_seconds,
        is_stuck=run.is_stuck,
        claims=run.claims,
        worker=run.worker,
        last_reason=UndecidedOut.model_validate(reason) if reason else None,
    )


def _worker(worker: WorkerReport) -> WorkerOut:
    return WorkerOut(
        name=worker.name,
        runs_in_flight=worker.runs_in_flight,
        runs_at_most=worker.runs_at_most,
        suites_down=worker.suites_down,
    )
