"""/playground: any program of one file, and a picture of what its event loop did."""

from typing import Annotated, Any, Final
from uuid import UUID

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from starlette.status import HTTP_200_OK, HTTP_303_SEE_OTHER

from graders.text import Text
from server.access import Viewer
from server.deps import CurrentViewer, Language, Playground
from server.errors import DomainError, Invalid, TooManyRequests
from server.errors.playground import PlaygroundAway
from server.i18n import gettext_for
from server.messaging.playground import TraceRun, TraceState
from server.pages.statements import python_lines
from server.pages.trace_view import view_trace
from server.templating import render_page

router = APIRouter(include_in_schema=False)

# Most programs are over by then, and the page needs no second look.
_WAIT_SECONDS: Final = 3.0
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


@router.get("/playground")
async def show_playground(
    request: Request, viewer: CurrentViewer, playground: Playground, language: Language
) -> HTMLResponse:
    """Show the form, with an example in it."""
    playground.require_on()
    return _page(request, viewer, language, source=_EXAMPLE.to(language))


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
        run=shown if run else None,
        lines=python_lines(source) if run else [],
        trace=view_trace(run.trace, language) if run and run.trace else None,
    )
