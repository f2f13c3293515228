"""/api/submissions and handing in, for curl, CI and other programs."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from typing import Annotated, Final
from uuid import UUID

from fastapi import APIRouter, Depends, Header, Query, Request, Response
from pydantic import BaseModel
from starlette.status import HTTP_200_OK, HTTP_202_ACCEPTED, HTTP_412_PRECONDITION_FAILED

from graders.report import RunState
from server.access import Viewer
from server.actions import submissions
from server.api.answers import respond, score_percent
from server.api.responses import SHOW_RESPONSES, SUBMIT_RESPONSES
from server.api.uploads import FORM_SCHEMA, SubmittedForm
from server.deps import (
    CurrentViewer,
    Db,
    Intake,
    Language,
    Moment,
    Now,
    ReadSession,
    RunSubscriptions,
    Settings,
    count_submission,
)
from server.messaging import progress
from server.models import Submission, SubmissionSource
from server.storage.outage import DatabaseOutage

router = APIRouter(prefix="/api", tags=["submissions"])

LONGEST_WAIT_SECONDS: Final = 60

Wait = Annotated[
    float | None,
    Query(ge=0, le=LONGEST_WAIT_SECONDS, description="Seconds to wait for the verdicts."),
]
FailUnder = Annotated[
    float | None,
    Query(
        ge=0,
        le=100,
        description="Answer 412 unless the score is known to be at least this many percent of "
        f"the points. Without `wait` it waits for {LONGEST_WAIT_SECONDS} seconds.",
    ),
]
CourseSlug = Annotated[
    str | None, Query(description="Needed if several of your courses give the exercise.")
]
Key = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        description="The same key never creates a second submission.",
        # Described only: the action's refusal is more specific than "out of range".
        json_schema_extra={"minLength": 1, "maxLength": 255, "pattern": "^[ -~]+$"},
    ),
]


@router.post(
    "/exercises/{slug}/submissions",
    status_code=HTTP_202_ACCEPTED,
    dependencies=[Depends(count_submission)],
    responses=SUBMIT_RESPONSES,
    openapi_extra=FORM_SCHEMA,
)
async def submit(
    request: Request,
    slug: str,
    viewer: CurrentViewer,
    form: SubmittedForm,
    intake: Intake,
    database: Db,
    subscriptions: RunSubscriptions,
    settings: Settings,
    language: Language,
    now: Now,
    course: CourseSlug = None,
    wait: Wait = None,
    fail_under: FailUnder = None,
    key: Key = None,
) -> Response:
    """Hand in an attempt, and wait for its verdicts if asked to."""
    submission = await intake.submit(
        viewer,
        slug,
        course or form.course,
        lambda _exercise: form.files,
        source=SubmissionSource.API,
        key=key,
        now=now,
    )
    await _wait_for(subscriptions, submission, _seconds_to_wait(wait, fail_under))
    # It is stored: if the database is away now, the response has the last known state.
    with suppress(DatabaseOutage):
        submission = await _load_without_files(database, viewer, submission.id)
    status = _status(submission, fail_under)
    return respond(request, submission, viewer, language, settings.public_url, status)


@router.get(
    "/submissions/{submission_id}",
    responses=SHOW_RESPONSES,
)
async def show_submission(
    request: Request,
    submission_id: UUID,
    viewer: CurrentViewer,
    database: Db,
    subscriptions: RunSubscriptions,
    settings: Settings,
    language: Language,
    wait: Wait = None,
) -> Response:
    """Return a submission and its report so far; `wait` waits for the final state."""
    submission = await _load_without_files(database, viewer, submission_id)
    if wait and submission.run.state not in progress.FINAL_STATES:
        await _wait_for(subscriptions, submission, wait)
        submission = await _load_without_files(database, viewer, submission_id)
    return respond(request, submission, viewer, language, settings.public_url, HTTP_200_OK)


class SubmissionLine(BaseModel):
    """A submission in a list."""

    id: UUID
    number: int
    submitted_at: datetime
    course: str
    exercise: str
    state: RunState
    points: float | None
    max_points: float | None


@router.get("/submissions")
async def list_submissions(
    viewer: CurrentViewer,
    session: ReadSession,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
    before: Annotated[
        Moment | None, Query(description="Continue after the last item's `submitted_at`.")
    ] = None,
    before_id: Annotated[
        UUID | None,
        Query(description="The last item's `id`: with it, no item of the same moment is left out."),
    ] = None,
) -> list[SubmissionLine]:
    """List the submissions you may see, the newest first."""
    found = await submissions.list_submissions(
        session, viewer, limit=limit, before=before, before_id=before_id
    )
    return _lines(found)


def _lines(found: Sequence[Submission]) -> list[SubmissionLine]:
    return [
        SubmissionLine(
            id=submission.id,
            number=submission.number,
            submitted_at=submission.submitted_at,
            course=submission.assignment.course.slug,
            exercise=submission.assignment.exercise,
            state=submission.run.state,
            points=submission.run.points,
            max_points=submission.run.max_points,
        )
        for submission in found
    ]


async def _load_without_files(database: Db, viewer: Viewer, submission_id: UUID) -> Submission:
    async with database.read() as session:
        return await submissions.get_submission(session, viewer, submission_id, with_files=False)


def _seconds_to_wait(wait: float | None, fail_under: float | None) -> float:
    if wait is not None:
        return wait
    return 0 if fail_under is None else LONGEST_WAIT_SECONDS


async def _wait_for(
    subscriptions: RunSubscriptions, submission: Submission, seconds: float
) -> None:
    """Return when the submission's run is final, or after `seconds`."""
    if not seconds or submission.run.state in progress.FINAL_STATES:
        return
    # If the time runs out, the response has the state so far.
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await subscriptions.wait_until_final(submission.run.id)


def _status(submission: Submission, fail_under: float | None) -> int:
    percent = score_percent(submission)
    # The tolerance allows for rounding of sums.
    if fail_under is not None and (percent is None or percent < fail_under - 1e-9):
        return HTTP_412_PRECONDITION_FAILED
    is_over = submission.run.state in progress.FINAL_STATES
    return HTTP_200_OK if is_over else HTTP_202_ACCEPTED
