"""/api/submissions and handing in, for curl, CI and other programs."""

import asyncio
from contextlib import suppress
from typing import Annotated, Final
from uuid import UUID

from fastapi import APIRouter, Depends, Header, Query, Response
from starlette.status import HTTP_200_OK, HTTP_202_ACCEPTED

from server.access import Viewer
from server.actions import submissions
from server.api.answers import respond, status_of
from server.api.reply import RequestedReply
from server.api.responses import SHOW_RESPONSES, SUBMIT_RESPONSES
from server.api.uploads import FORM_SCHEMA, SubmittedForm
from server.deps import (
    CurrentViewer,
    Db,
    Intake,
    Now,
    RunSubscriptions,
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


Anyway = Annotated[
    bool,
    Query(
        description="Where attempts are limited: use one even if the program does not compile or "
        "lacks a function that the exercise asks for."
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
    slug: str,
    viewer: CurrentViewer,
    form: SubmittedForm,
    intake: Intake,
    database: Db,
    subscriptions: RunSubscriptions,
    reply: RequestedReply,
    now: Now,
    course: CourseSlug = None,
    wait: Wait = None,
    key: Key = None,
    anyway: Anyway = False,
) -> Response:
    """Hand in an attempt, and wait for its verdicts if asked to."""
    submission = await intake.submit(
        viewer,
        slug,
        course or form.course,
        lambda _exercise: form.files,
        source=SubmissionSource.API,
        key=key,
        anyway=anyway,
        now=now,
    )
    is_new = submission.created
    await _wait_for(subscriptions, submission, _seconds_to_wait(wait, reply.fail_under))
    # It is stored: if the database is away now, the response has the last known state.
    with suppress(DatabaseOutage):
        submission = await _load_without_files(database, viewer, submission.id)
    status = status_of(submission, reply.fail_under, is_repeatable=key is not None)
    answer = respond(submission, viewer, reply, status)
    answer.headers["Semaforo-Created"] = str(is_new).lower()
    return answer


@router.get(
    "/submissions/{submission_id}",
    responses=SHOW_RESPONSES,
)
async def show_submission(
    submission_id: UUID,
    viewer: CurrentViewer,
    database: Db,
    subscriptions: RunSubscriptions,
    reply: RequestedReply,
    wait: Wait = None,
) -> Response:
    """Return a submission and its report so far; `wait` waits for the final state."""
    seconds = _seconds_to_wait(wait, reply.fail_under)
    submission = await _load_without_files(database, viewer, submission_id)
    if seconds and submission.run.state not in progress.FINAL_STATES:
        await _wait_for(subscriptions, submission, seconds)
        submission = await _load_without_files(database, viewer, submission_id)
    # Without `fail_under` there is nothing to fail: the submission is what was asked for.
    status = HTTP_200_OK
    if reply.fail_under is not None:
        status = status_of(submission, reply.fail_under, is_repeatable=True)
    return respond(submission, viewer, reply, status)


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
