"""The dashboard's button that regrades an abandoned run."""

from uuid import UUID

from fastapi import APIRouter
from fastapi.responses import RedirectResponse

from server.actions import grading
from server.deps import CurrentViewer, Now, Queue, WriteSession
from server.messaging.jobs import enqueue_grading

router = APIRouter(include_in_schema=False)


@router.post("/submissions/{submission_id}/regrade")
async def regrade(
    submission_id: UUID, viewer: CurrentViewer, session: WriteSession, queue: Queue, now: Now
) -> RedirectResponse:
    """Queue a new run of a submission, and show it; its results are scored once it is finished."""
    run = await grading.regrade(session, viewer, submission_id, now)
    await session.commit()
    await enqueue_grading(queue, run.id)
    return RedirectResponse(f"/submissions/{submission_id}", 303)
