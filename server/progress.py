"""What happens to a grading run, told to whoever waits for it.

Events go through a short Redis stream per run, so that one who comes late hears what was said
before. They only save waiting: the row is looked at every second, and it alone says when the run
is over. With Redis away a follower learns the same, up to a second later.
"""

import asyncio
import json
from collections.abc import AsyncGenerator, Coroutine, Mapping
from typing import Any, Final
from uuid import UUID

import structlog
from arq.connections import ArqRedis
from sqlalchemy import select

from graders.report import RunState
from server.database import Database
from server.jobs import QueueAway
from server.models.grading import GradingRun

FINAL_STATES: Final = frozenset({RunState.FINISHED, RunState.ABANDONED})

_POLL_SECONDS: Final = 1.0
_LET_GO_SECONDS: Final = 0.1
_KEPT_EVENTS: Final = 500
_KEPT_SECONDS: Final = 600
_ANNOUNCE_SECONDS: Final = 1.0

_Json = dict[str, Any]

_log = structlog.get_logger("semaforo.progress")


def _stream(run_id: UUID) -> str:
    return f"semaforo:progress:{run_id}"


async def announce(redis: ArqRedis, run_id: UUID, event: Mapping[str, Any]) -> bool:
    """Tell the followers of a run; False, without complaint, if Redis is away."""
    stream = _stream(run_id)
    try:
        async with asyncio.timeout(_ANNOUNCE_SECONDS), redis.pipeline(transaction=False) as pipe:
            pipe.xadd(stream, {"event": json.dumps(event)}, maxlen=_KEPT_EVENTS, approximate=True)
            pipe.expire(stream, _KEPT_SECONDS)
            await pipe.execute()
    except QueueAway as error:
        _log.debug("event lost", run=str(run_id), error=str(error))
        return False
    return True


async def follow(
    redis: ArqRedis,
    database: Database,
    run_id: UUID,
    *,
    closing: asyncio.Event | None = None,
) -> AsyncGenerator[_Json, None]:
    """Yield the run's present state, then its events as they come, until its final state.

    Events are `{"state": "queued" | "running"}`, `{"check": CheckResult.to_dict()}` and, last,
    `{"state": "finished" | "abandoned"}`. A check may come again if the run is graded again:
    its name says which it replaces. No database connection is held between looks. The stream
    also ends, without a final state, when `closing` is set: the server is about to stop.
    """
    reader = _Reader(redis, run_id)
    state: RunState | None = None
    is_time_to_look = True
    while closing is None or not closing.is_set():
        if is_time_to_look:
            seen = await _state_of(database, run_id)
            if seen in FINAL_STATES:
                # What is still in the stream belongs before the end.
                for event in await reader.read(block_seconds=0):
                    if "check" in event:
                        yield event
            if seen is not state:
                yield {"state": seen.value}
            if seen in FINAL_STATES:
                return
            state = seen
        events = await _unless_closing(reader.read(block_seconds=_POLL_SECONDS), closing)
        for event in events:
            if "check" in event:
                yield event
        # A state that is announced is only a reason to look: the row says what is so.
        is_time_to_look = not events or any("state" in event for event in events)


async def _state_of(database: Database, run_id: UUID) -> RunState:
    async with database.read() as session:
        state = await session.scalar(select(GradingRun.state).where(GradingRun.id == run_id))
    return RunState(state) if state is not None else RunState.ABANDONED


class _Reader:
    """Reads the events of one run in order, each once."""

    def __init__(self, redis: ArqRedis, run_id: UUID) -> None:
        self._redis, self._stream, self._last = redis, _stream(run_id), "0"

    async def read(self, *, block_seconds: float) -> list[_Json]:
        """Return what is new, waiting for it up to `block_seconds`; nothing if Redis is away."""
        block = int(block_seconds * 1000) or None
        try:
            answer = await self._redis.xread({self._stream: self._last}, block=block)
        except QueueAway:
            await asyncio.sleep(block_seconds)
            return []
        entries = answer[0][1] if answer else []
        if entries:
            self._last = entries[-1][0]
        return [json.loads(fields[b"event"]) for _, fields in entries]


async def _unless_closing(
    reading: Coroutine[Any, Any, list[_Json]], closing: asyncio.Event | None
) -> list[_Json]:
    if closing is None:
        return await reading
    read, closed = asyncio.ensure_future(reading), asyncio.ensure_future(closing.wait())
    try:
        await asyncio.wait({read, closed}, return_when=asyncio.FIRST_COMPLETED)
        return read.result() if read.done() else []
    finally:
        for task in (read, closed):
            task.cancel()
        # Redis's client can lose a cancellation; the read then ends with its second, unheard.
        await asyncio.wait({read, closed}, timeout=_LET_GO_SECONDS)
