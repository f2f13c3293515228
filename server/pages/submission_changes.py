"""/submissions/{id}/changes: what changed between two attempts of the same student."""

import asyncio
from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse

from graders.report import CheckResult
from server.access import Viewer
from server.actions import attempt_pairs, submissions
from server.deps import Catalogue, CurrentViewer, Db, Language, Now
from server.models import Submission
from server.pages.changes import changed_checks, changed_files
from server.pages.results import describe_run
from server.pages.submission_view import exercise_title
from server.templating import render_page
from server.visibility import visibility_for

router = APIRouter(include_in_schema=False)

Number = Annotated[int, Query(ge=0, le=1_000_000)]


@router.get("/submissions/{submission_id}/changes")
async def show_changes(
    request: Request,
    submission_id: UUID,
    viewer: CurrentViewer,
    db: Db,
    catalogue: Catalogue,
    language: Language,
    now: Now,
    before: Number = 0,
    after: Number = 0,
    view: Literal["one", "two"] = "one",
) -> HTMLResponse:
    """Compare two attempts of the student whose submission this is.

    before, after  Their numbers; 0: the submission itself and the attempt before it.
    view           Both in one column, or in two beside each other.
    """
    async with db.read() as session:
        submission = await submissions.get_submission(session, viewer, submission_id)
        attempts = await attempt_pairs.list_attempts(session, viewer, submission)
        ids = {attempt.number: attempt.id for attempt in attempts}
        new_id = ids.get(after, submission.id)
        new = await submissions.get_submission(session, viewer, new_id)
        earlier = [number for number in ids if number < new.number]
        old_id = ids.get(before) or (ids[max(earlier)] if earlier else None)
        old = await submissions.get_submission(session, viewer, old_id) if old_id else None
    before_checks, after_checks = (_checks_of(one, viewer, now) for one in (old, new))
    # Code is coloured and compared: long files must not hold up the loop.
    files = await asyncio.to_thread(changed_files, old, new)
    return render_page(
        request,
        "submissions/changes.html",
        language=language,
        viewer=viewer,
        title=exercise_title(catalogue, new.assignment.exercise, language),
        href=f"/submissions/{new.id}",
        path_here=f"/submissions/{submission.id}/changes",
        old=old,
        new=new,
        view=view,
        choices=[_choice(attempt, language) for attempt in attempts],
        checks=changed_checks(before_checks, after_checks, language),
        files=files,
    )


def _checks_of(submission: Submission | None, viewer: Viewer, now: datetime) -> list[CheckResult]:
    if submission is None:
        return []
    is_staff = viewer.is_staff_of(submission.course_id)
    shown = visibility_for(viewer, submission, now)
    return list(submission.run.report("", is_staff=is_staff, shown=shown).checks)


def _choice(attempt: Submission, language: str) -> dict[str, Any]:
    return {"number": attempt.number, "standing": describe_run(attempt.run, language)}
