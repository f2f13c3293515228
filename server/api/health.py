"""/health: whether submissions are accepted and graded. /health/live: whether this process runs.

Monitoring uses the first. A supervisor that restarts hanging processes uses the second, because a
restart does not help while the database is away.
"""

from typing import Literal

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel
from starlette.status import HTTP_503_SERVICE_UNAVAILABLE

from server.deps import Ready
from server.health.readiness import State
from server.i18n import best_language

router = APIRouter(tags=["health"])
_RETRY_SECONDS = 10


class PartOut(BaseModel):
    """One part: `ok`, or its problem and what to do."""

    state: State
    advice: str | None = None


class HealthOut(BaseModel):
    """The parts that grading a submission needs."""

    ready: bool
    parts: dict[Literal["database", "disk", "queue", "workers", "suites"], PartOut]


class LiveOut(BaseModel):
    """The process answers."""

    live: Literal[True] = True


@router.get(
    "/health",
    response_model_exclude_none=True,
    responses={503: {"model": HealthOut, "description": "Some part is not ok."}},
)
async def show_health(request: Request, response: Response, readiness: Ready) -> HealthOut:
    """Answer 200 if every part is ok, else 503 with advice; within a second."""
    found = await readiness.check()
    header = request.headers.get("accept-language")
    language = best_language(None, None, header, request.app.state.settings.default_language)
    parts = {
        part: PartOut(state=finding.state, advice=finding.advice.to(language) or None)
        for part, finding in found.items()
    }
    health = HealthOut.model_validate(
        {"ready": all(part.state == "ok" for part in parts.values()), "parts": parts}
    )
    response.headers["Cache-Control"] = "no-store"
    if not health.ready:
        response.status_code = HTTP_503_SERVICE_UNAVAILABLE
        response.headers["Retry-After"] = str(_RETRY_SECONDS)
    return health


@router.get("/health/live")
async def show_live(response: Response) -> LiveOut:
    """Answer 200 while this process answers at all, whatever it depends on."""
    response.headers["Cache-Control"] = "no-store"
    return LiveOut()
