"""/submissions: the viewer's submissions, and one of them with its live results."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from datetime import datetime
from typing import Annotated, Any
from urllib.parse import quote
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import HTMLResponse
from fastapi.sse import EventSourceResponse, ServerSentEvent

from graders.catalogue.exercises import Catalogue as Exercises
from graders.report import CheckResult, RunState, Visibility
from server.access import Viewer
from server.actions import attempt_pairs, comments, submissions
from server.actions.queue_places import find_queue_place
from server.deps import (
    Catalogue,
    CurrentViewer,
    Db,
    Language,
    Moment,
    Now,
    ReadSession,
    RunSubscriptions,
    Settings,
    current_time,
)
from server.errors import TooManyLivePages
from server.messaging.progress import FINAL_STATES
from server.messaging.subscribed_run import RunEvent
from server.models import Submission
from server.pages.next_step import find_next_step
from server.pages.queue_place import add_queue_place
from server.pages.results import (
    ResultView,
    check_view,
    describe_pending,
    describe_result,
    describe_run,
)
from server.pages.review import Review, review_of
from server.pages.second_looks import find_second_looks
from server.pages.submission_view import exercise_title, view_with_talk
from server.pages.talk import CommentForm, Position
from server.run_history import earlier_runs
from server.storage.database import Database
from server.templating import render_fragment, render_page
from server.visibility import visibility_for

router = APIRouter(include_in_schema=False)

_A_PAGE = 50
_OPEN = (RunState.QUEUED, RunState.RUNNING)
_RETRY_MS = 1000
_FULL_SECONDS = 10
_LAST_LINE = 1_000_000


@router.get("/submissions")
async def list_submissions(
    request: Request,
    viewer: CurrentViewer,
    session: ReadSession,
    catalogue: Catalogue,
    language: Language,
    before: Moment | None = None,
    before_id: UUID | None = None,
) -> HTMLResponse:
    """List the viewer's own submissions, the newest first."""
    own = await submissions.list_submissions(
        session,
        viewer,
        user_id=viewer.user.id,
        limit=_A_PAGE,
        before=before,
        before_id=before_id,
    )
    rows = [
        {
            "href": f"/submissions/{submission.id}",
            "title": exercise_title(catalogue, submission.assignment.exercise, language),
            "number": submission.number,
            "standing": describe_run(submission.run, language),
            "submitted_at": submission.submitted_at,
        }
        for submission in own
    ]
    older = _after(own[-1]) if len(own) == _A_PAGE else ""
    return render_page(
        request,
        "submissions/list.html",
        language=language,
        viewer=viewer,
        rows=rows,
        is_waiting=any(submission.run.state in _OPEN for submission in own),
        older=older,
    )


def _after(last: Submission) -> str:
    moment = quote(last.submitted_at.isoformat())
    return f"/submissions?before={moment}&before_id={last.id}"


async def find_submission(submission_id: UUID, viewer: CurrentViewer, db: Db) -> Submission:
    """Find a submission the viewer may see, in a session that is closed at once."""
    async with db.read() as session:
        return await submissions.get_submission(session, viewer, submission_id)


async def _find_to_follow(submission_id: UUID, viewer: CurrentViewer, db: Db) -> Submission:
    """Find a submission the viewer may see, without its files and checks: events bring those."""
    async with db.read() as session:
        return await submissions.get_submission(
            session, viewer, submission_id, with_files=False, with_checks=False
        )


ShownSubmission = Annotated[Submission, Depends(find_submission)]
ToFollow = Annotated[Submission, Depends(_find_to_follow)]


@router.get("/submissions/{submission_id}")
async def show_submission(
    request: Request,
    submission: ShownSubmission,
    viewer: CurrentViewer,
    db: Db,
    catalogue: Catalogue,
    language: Language,
    file: Annotated[str, Query(max_length=1000)] = "",
    line: Annotated[int | None, Query(ge=0, le=_LAST_LINE)] = None,
) -> HTMLResponse:
    """Show the current state of one submission; complete without scripts.

    file, line  Where a form for a comment is opened; line 0 is the whole attempt.
    """
    form = CommentForm(None if line is None else Position(file if line else "", line))
    return await render_submission(request, submission, viewer, db, catalogue, language, form)


async def render_submission(
    request: Request,
    submission: Submission,
    viewer: Viewer,
    db: Database,
    catalogue: Exercises,
    language: str,
    form: CommentForm,
    status_code: int = 200,
) -> HTMLResponse:
    """Render the page of one submission, with the form that the viewer has opened."""
    now = await current_time()
    async with db.read() as session:
        written = await comments.list_comments(session, viewer, submission.id)
        before = await attempt_pairs.find_earlier(session, viewer, submission)
        place = await find_queue_place(session, submission.run, now)
    looks = await find_second_looks(db, viewer, submission)
    # Code is coloured and Markdown rendered: long ones must not hold up the loop.
    view, talk = await asyncio.to_thread(
        view_with_talk, submission, written, viewer, catalogue, language, form
    )
    course = submission.assignment.course
    result = add_queue_place(_result(submission, viewer, language, now), place, language)
    is_own = submission.user_id == viewer.user.id
    step = None
    if is_own and result.lit == "go":
        step = await find_next_step(db, viewer, submission, catalogue, language)
    return render_page(
        request,
        "submissions/submission.html",
        language=language,
        zone=course.timezone if viewer.is_staff_of(course.id) else "",
        viewer=viewer,
        status_code=status_code,
        submission=view,
        talk=talk,
        result=result,
        review=review_of(result, view, before, language, is_own=is_own, next_step=step),
        second_looks=looks,
        earlier=earlier_runs(submission, is_staff=viewer.is_staff_of(course.id)),
    )


async def _live_page(
    request: Request, viewer: CurrentViewer, settings: Settings
) -> AsyncIterator[None]:
    """Count a live page while it is open, and limit them per person."""
    pages: Counter[UUID] = request.app.state.live_pages
    if pages[viewer.user.id] >= settings.live_pages_per_person:
        raise TooManyLivePages(_FULL_SECONDS)
    pages[viewer.user.id] += 1
    try:
        yield
    finally:
        pages[viewer.user.id] -= 1
        if not pages[viewer.user.id]:
            del pages[viewer.user.id]


@router.get(
    "/submissions/{submission_id}/events",
    dependencies=[Depends(_live_page)],
    response_class=EventSourceResponse,
)
async def follow_submission(
    submission: ToFollow,
    viewer: CurrentViewer,
    subscriptions: RunSubscriptions,
    language: Language,
    now: Now,
) -> AsyncIterator[ServerSentEvent]:
    """Send fragments of the page as the run progresses, and `end` after the last one.

    The first fragment is the current state, so late and reconnecting clients miss nothing.
    """
    is_staff = viewer.is_staff_of(submission.assignment.course_id)
    shown = visibility_for(viewer, submission, now)
    yield ServerSentEvent(retry=_RETRY_MS)
    async for event in subscriptions.subscribe(submission.run.id):
        key = (language, is_staff, shown)
        if key not in event.rendered:
            event.rendered[key] = list(_pieces(event, language, is_staff=is_staff, shown=shown))
        for piece in event.rendered[key]:
            yield piece


def _pieces(
    event: RunEvent, language: str, *, is_staff: bool, shown: Visibility
) -> Iterator[ServerSentEvent]:
    """Give what an event changes on the page: the same for all who may see as much."""
    if event.check is not None:
        seen = CheckResult.from_dict(event.check).for_student(shown)
        check = check_view(seen, language)
        result = describe_pending(RunState.RUNNING, language, checks_done=event.checks)
        yield _piece(language, "submissions/check.html", check=check, is_first=False)
        yield _piece(language, "submissions/result.html", result=result)
    elif event.run is not None:
        # What the row says by now: how often it was tried, or, at the end, everything.
        result = describe_result(event.run, language, is_staff=is_staff, shown=shown)
        yield _piece(language, "submissions/result.html", result=result)
        # Not `result.is_final`: the row is loaded after the state, and the end comes but once.
        if event.state in FINAL_STATES:
            yield _piece(language, "submissions/checks.html", result=result)
            yield ServerSentEvent(event="end", raw_data="")


def _result(submission: Submission, viewer: Viewer, language: str, now: datetime) -> ResultView:
    is_staff = viewer.is_staff_of(submission.assignment.course_id)
    shown = visibility_for(viewer, submission, now)
    return describe_result(submission.run, language, is_staff=is_staff, shown=shown)


def _piece(language: str, template: str, **values: Any) -> ServerSentEvent:
    # What depends on the reader and on the code comes with the page, once the run is over.
    html = render_fragment(language, template, review=Review(), **values)
    return ServerSentEvent(event="fragment", raw_data=html)
