"""/health: whether this process can serve, for whoever started it."""

from typing import Literal

from fastapi import APIRouter, Response
from pydantic import BaseModel
from sqlalchemy import text
from starlette.status import HTTP_503_SERVICE_UNAVAILABLE

from server.deps import Db, Queue
from server.jobs import QueueAway

router = APIRouter(tags=["health"])


class HealthOut(BaseModel):
    """What this server depends on."""

    database: Literal["ok", "away"]
    queue: Literal["ok", "away"]


@router.get("/health")
async def show_health(response: Response, database: Db, queue: Queue) -> HealthOut:
    """Answer 200 while submissions are taken, which needs the database; the queue may be away."""
    try:
        async with database.read() as session:
            await session.execute(text("SELECT 1"))
        database_is: Literal["ok", "away"] = "ok"
    except Exception:  # noqa: BLE001 - whatever the driver raises, the answer is the same
        database_is = "away"
        response.status_code = HTTP_503_SERVICE_UNAVAILABLE
    try:
        await queue.ping()
    except QueueAway:
        return HealthOut(database=database_is, queue="away")
    return HealthOut(database=database_is, queue="ok")
