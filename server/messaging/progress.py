"""Progress of grading runs: a short Redis stream per run, and one channel for all.

The stream keeps events for late subscribers; the channel notifies which run has new ones. Both only
reduce latency: the row alone decides when a run is final.
"""

import asyncio
import json
from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

import structlog
from arq.connections import ArqRedis

from graders.report import RunState
from server.messaging.jobs import QueueUnavailable

FINAL_STATES: Final = frozenset({RunState.FINISHED, RunState.ABANDONED})
PROGRESS_CHANNEL: Final = "semaforo:progress"
BEGINNING: Final = "0"

_KEPT_EVENTS: Final = 500
_KEPT_SECONDS: Final = 600
_ANNOUNCE_SECONDS: Final = 1.0

_log = structlog.get_logger("semaforo.progress")


async def announce(redis: ArqRedis, run_id: UUID, *events: Mapping[str, Any]) -> bool:
    """Publish events of a run; returns False, without raising, if Redis is away.

    Events are `{"state": RunState}` and `{"check": CheckResult.to_dict()}`.
    """
    stream = _stream(run_id)
    states = {event["state"] for event in events if "state" in event}
    what = "check" if not states else "over" if states & FINAL_STATES else "state"
    try:
        async with asyncio.timeout(_ANNOUNCE_SECONDS), redis.pipeline(transaction=False) as pipe:
            for event in events:
                pipe.xadd(
                    stream, {"event": json.dumps(event)}, maxlen=_KEPT_EVENTS, approximate=True
                )
            pipe.expire(stream, _KEPT_SECONDS)
            pipe.publish(PROGRESS_CHANNEL, f"{run_id} {what}")
            await pipe.execute()
    except QueueUnavailable as error:
        _log.debug("event lost", run=str(run_id), error=str(error))
        return False
    return True


def parse_notification(message: bytes) -> tuple[UUID, str]:
    """Return the run of a notification, and its kind: "check", "state", or "over" (final state).

    Raises:
        ValueError: the message is not one of ours.
    """
    run_id, _, what = message.decode("ascii").partition(" ")
    return UUID(run_id), what


async def read_events(
    redis: ArqRedis, positions: Mapping[UUID, bytes | str]
) -> dict[UUID, tuple[bytes, list[dict[str, Any]]]]:
    """Read the events of these runs that were published after the given positions.

    Returns, for each run with new events, the position to continue from and the events in order;
    nothing while Redis is away.
    """
    if not positions:
        return {}
    streams = {_stream(run_id): run_id for run_id in positions}
    try:
        answer = await redis.xread({name: positions[run_id] for name, run_id in streams.items()})
    except QueueUnavailable:
        return {}
    return {
        streams[name.decode("ascii")]: (
            entries[-1][0],
            [json.loads(fields[b"event"]) for _, fields in entries],
        )
        for name, entries in answer or ()
    }


def _stream(run_id: UUID) -> str:
    return f"semaforo:progress:{run_id}"
