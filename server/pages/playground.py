"""/playground: any program of one file, and a picture of what its event loop did."""

from dataclasses import dataclass
from typing import Annotated, Any, Final
from uuid import UUID

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from starlette.status import HTTP_200_OK, HTTP_303_SEE_OTHER

from graders.text import Text
from server.access import Viewer
from server.actions import submissions
from server.deps import Catalogue, CurrentViewer, Db, Language, Playground
from server.errors import DomainError, Invalid, TooManyRequests, UnknownSubmission
from server.errors.playground import PlaygroundAway
from server.i18n import gettext_for
from server.messaging.playground import TraceRun, TraceState
from server.pages.statements import python_lines
from server.pages.submission_view import exercise_title, files_in_order
from server.pages.trace_view import view_trace
from server.templating import render_page

router = APIRouter(include_in_schema=False)

# Most programs are over by then, and the page needs no second look.
_WAIT_SECONDS: Final = 3.0
_LONGEST_NAME: Final = 1000
_EXAMPLE: Final = Text(
    es="""\
import asyncio
import time


async def cocinar(plato, segundos):
    print("empieza", plato)
    await asyncio.sleep(segundos)
    print("listo", plato)


async def fregar():
    await asyncio.sleep(0.2)
    time.sleep(0.3)  # bloquea: cámbialo por await asyncio.sleep(0.3)


async def main():
    async with asyncio.TaskGroup() as cocina:
        cocina.create_task(cocinar("arroz", 0.4))
        cocina.create_task(cocinar("sopa", 0.6))
        cocina.create_task(fregar())


asyncio.run(main())
""",
    en="""\
import asyncio
import time


async def cook(dish, seconds):
    print("start", dish)
    await asyncio.sleep(seconds)
    print("ready", dish)


async def wash_up():
    await asyncio.sleep(0.2)
    time.sleep(0.3)  # blocks: try await asyncio.sleep(0.3) instead


async def main():
    async with asyncio.TaskGroup() as kitchen:
        kitchen.create_task(cook("rice", 0.4))
        kitchen.create_task(cook("soup", 0.6))
        kitchen.create_task(wash_up())


asyncio.run(main())
""",
)


@dataclass(frozen=True, slots=True)
class _Attempt:
    """The attempt whose code is in the form; `is_part` if it has other files, too."""

    href: str
    number: int
    exercise: str
    is_part: bool


@router.get("/playground")
async def show_playground(
    request: Request,
    viewer: CurrentViewer,
    playground: Playground,
    db: Db,
    catalogue: Catalogue,
    language: Language,
    attempt: UUID | None = None,
    file: Annotated[str, Query(max_length=_LONGEST_NAME)] = "",
) -> HTMLResponse:
    """Show the form, with an example in it, or the code of an attempt of the viewer's own.

    file  Which of its files; empty for the first.
    """
    playground.require_on()
    if attempt is None:
        return _page(request, viewer, language, source=_EXAMPLE.to(language))
    async with db.read() as session:
        submission = await submissions.get_submission(session, viewer, attempt, with_checks=False)
    files = {one.name: one.content for one in files_in_order(submission, catalogue)}
    name = file or next(iter(files), "")
    if submission.user_id != viewer.user.id or name not in files:
        raise UnknownSubmission
    of = _Attempt(
        f"/submissions/{submission.id}",
        submission.number,
        exercise_title(catalogue, submission.assignment.exercise, language),
        is_part=len(files) > 1,
    )
    return _page(request, viewer, language, source=files[name].decode("utf-8"), attempt=of)


@router.post("/playground")
async def run_program(
    request: Request,
    viewer: CurrentViewer,
    playground: Playground,
    language: Language,
    source: Annotated[str, Form()] = "",
) -> Response:
    """Run a program; a refusal is shown above what was typed."""
    try:
        run_id = await playground.run(viewer, source if source.strip() else "")
    except (Invalid, TooManyRequests, PlaygroundAway) as refused:
        return _page(request, viewer, language, source=source, refused=refused)
    return RedirectResponse(f"/playground/{run_id}", HTTP_303_SEE_OTHER)


@router.get("/playground/{run_id}")
async def show_trace(
    request: Request,
    run_id: UUID,
    viewer: CurrentViewer,
    playground: Playground,
    language: Language,
) -> HTMLResponse:
    """Show a run of the viewer's: its picture, or its place in the queue."""
    run = await playground.find(viewer, run_id, wait_seconds=_WAIT_SECONDS)
    return _page(request, viewer, language, source=run.source, run=run)


def _page(
    request: Request,
    viewer: Viewer,
    language: str,
    *,
    source: str,
    run: TraceRun | None = None,
    refused: DomainError | None = None,
    attempt: _Attempt | None = None,
) -> HTMLResponse:
    shown: dict[str, Any] = {"state": run.state.value if run else "", "before": 0}
    if run is not None:
        shown["before"] = run.before
        shown["is_waiting"] = not run.is_over
        shown["is_failed"] = run.state is TraceState.FAILED
    error = refused.format_whole(gettext_for(language), language) if refused else ""
    return render_page(
        request,
        "playground/playground.html",
        status_code=refused.status if refused else HTTP_200_OK,
        language=language,
        viewer=viewer,
        source=source,
        error=error,
        attempt=attempt,
        run=shown if run else None,
        lines=python_lines(source) if run else [],
        trace=view_trace(run.trace, language) if run and run.trace else None,
    )
