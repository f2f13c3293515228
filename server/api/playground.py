"""/api/playground: a program without an exercise, and what its event loop did."""

from typing import Annotated, Final
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import JSONResponse, PlainTextResponse
from pydantic import BaseModel, Field
from starlette.status import HTTP_202_ACCEPTED

from graders.trace import MAX_SOURCE_BYTES, Trace
from graders.trace_text import format_trace
from server.api.bodies import RequestBody
from server.deps import CurrentViewer, Language, Playground
from server.errors.playground import (
    InvalidProgram,
    PlaygroundAway,
    PlaygroundBusy,
    PlaygroundOff,
    TooManyTraces,
    UnknownTrace,
)
from server.http.accept import JSON, PLAIN_TEXT, preferred_type
from server.http.openapi import refusal_responses
from server.messaging.playground import TraceRun, TraceState

router = APIRouter(prefix="/api/playground", tags=["playground"])

LONGEST_WAIT_SECONDS: Final = 30


class ProgramIn(RequestBody):
    """A program to run."""

    source: str = Field(
        description="A Python program of one file, as `python program.py` would run it.",
        min_length=1,
        max_length=MAX_SOURCE_BYTES,
        examples=["import asyncio\n\nasyncio.run(asyncio.sleep(0.1))\n"],
    )


class TraceRunOut(BaseModel):
    """One run of the playground. It is kept for a quarter of an hour, until your next one."""

    id: UUID
    state: TraceState = Field(description="`failed`: our machine could not run it; try again.")
    before: int = Field(description="How many programs are before it while it waits.")
    trace: Trace | None = Field(
        description="What the program did, by its own account; null until the state is `done`."
    )


@router.post(
    "",
    status_code=HTTP_202_ACCEPTED,
    responses=refusal_responses(
        PlaygroundOff, InvalidProgram, TooManyTraces, PlaygroundBusy, PlaygroundAway
    ),
)
async def run_program(
    body: ProgramIn, viewer: CurrentViewer, playground: Playground
) -> TraceRunOut:
    """Run a program in the sandbox when the machine has room; ask for its trace by the id."""
    run_id = await playground.run(viewer, body.source)
    return _out(await playground.find(viewer, run_id))


@router.get(
    "/{run_id}",
    response_model=TraceRunOut,
    responses=refusal_responses(PlaygroundOff, UnknownTrace, PlaygroundAway)
    | {200: {"content": {PLAIN_TEXT: {"schema": {"type": "string"}}}}},
)
async def show_trace(
    request: Request,
    run_id: UUID,
    viewer: CurrentViewer,
    playground: Playground,
    language: Language,
    wait: Annotated[
        float,
        Query(ge=0, le=LONGEST_WAIT_SECONDS, description="Seconds to wait for the trace."),
    ] = 0,
) -> Response:
    """Return a run and its trace; as text bars for `Accept: text/plain`, once it is done."""
    run = await playground.find(viewer, run_id, wait_seconds=wait)
    wanted = preferred_type(request.headers.get("accept", ""), (JSON, PLAIN_TEXT))
    if wanted == PLAIN_TEXT:
        words = format_trace(run.trace, language) if run.trace else f"{run.state.value}\n"
        return PlainTextResponse(words)
    return JSONResponse(_out(run).model_dump(mode="json"))


def _out(run: TraceRun) -> TraceRunOut:
    return TraceRunOut(id=run.id, state=run.state, before=run.before, trace=run.trace)
