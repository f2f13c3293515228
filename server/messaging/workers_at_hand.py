"""The live workers, for pages and routes that can do without knowing them."""

import asyncio
from collections.abc import Sequence
from typing import Final

import structlog
from arq.connections import ArqRedis

from server.messaging.jobs import QueueUnavailable
from server.messaging.workers import WorkerReport, list_workers

_SECONDS: Final = 2.0
_log = structlog.get_logger("semaforo.workers")


async def workers_at_hand(queue: ArqRedis) -> Sequence[WorkerReport] | None:
    """Return the live workers by name; None if the queue does not tell within two seconds."""
    try:
        async with asyncio.timeout(_SECONDS):
            return await list_workers(queue)
    except QueueUnavailable as error:
        _log.warning("workers could not be asked", error=str(error))
        return None
