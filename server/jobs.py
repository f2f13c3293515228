"""The queue: names both sides know, and how a grading run is put on it.

The row is the truth and a message only a hint. A message that cannot be sent is logged and
forgotten: the worker's sweep finds the row.
"""

import asyncio
import json
from collections.abc import Sequence
from datetime import timedelta
from typing import Any, Final
from uuid import UUID

import structlog
from arq.connections import ArqRedis, RedisSettings
from arq.constants import job_key_prefix
from redis.exceptions import RedisError

QUEUE_NAME: Final = "semaforo:grading"
GRADE_RUN: Final = "grade_run"
BELL: Final = f"{QUEUE_NAME}:bell"

# arq drops a message this old, as if it had never been. The sweep would send it again, but a
# queue that stood still over a holiday should simply go on.
MESSAGE_LIFETIME: Final = timedelta(days=30)

# Longer than the longest blocking read (progress.py). Without it a Redis that hangs, as
# against one that is gone, would hang whoever asks it.
_SOCKET_TIMEOUT_SECONDS: Final = 5.0

# What a queue that is away raises; arq lets OSError through from the connection.
QueueAway = (RedisError, OSError, TimeoutError)

_log = structlog.get_logger("semaforo.queue")


def encode(message: object) -> bytes:
    """Write a message; not with pickle, arq's default, by which Redis could run code in us."""
    # arq also writes down how a job failed, which nobody reads: an exception as its words.
    return json.dumps(message, separators=(",", ":"), default=repr).encode()


def decode(message: bytes) -> dict[str, Any]:
    """Read what `encode` wrote."""
    values: dict[str, Any] = json.loads(message)
    return values


def open_queue(redis_url: str) -> ArqRedis:
    """Make a client for the queue at `redis://…`, `rediss://…` or `unix:///path`.

    It connects at its first use, so that a server starts, and takes submissions, while Redis
    is away. The caller closes it with `aclose()`.
    """
    settings = RedisSettings.from_dsn(redis_url)
    return ArqRedis(
        host=settings.host,
        port=settings.port,
        db=settings.database,
        username=settings.username,
        password=settings.password,
        ssl=settings.ssl,
        unix_socket_path=settings.unix_socket_path,
        socket_connect_timeout=settings.conn_timeout,
        socket_timeout=_SOCKET_TIMEOUT_SECONDS,
        job_serializer=encode,
        job_deserializer=decode,
        default_queue_name=QUEUE_NAME,
        expires_extra_ms=int(MESSAGE_LIFETIME.total_seconds() * 1000),
    )


async def enqueue_grading(
    queue: ArqRedis, run_id: UUID, *, claims: int = 0, delay_seconds: float = 0
) -> bool:
    """Ask for a run to be graded, at once or after `delay_seconds`.

    claims   How often the run had been claimed when the message was written. It is part of the
             message's id: the same wish twice is one message, but a message that a dead worker
             still holds does not stand in the way of the next try.

    Returns whether the queue took it; if not, that is logged and the sweep will ask again.
    """
    try:
        await queue.enqueue_job(
            GRADE_RUN,
            str(run_id),
            _job_id=_message_id(run_id, claims),
            _defer_by=delay_seconds or None,
        )
        await queue.publish(BELL, b"1")
    except QueueAway as error:
        _log.warning("queue away, the sweep will find the run", run=str(run_id), error=str(error))
        return False
    return True


async def enqueue_missing(queue: ArqRedis, runs: Sequence[tuple[UUID, int]]) -> int:
    """Ask for each (run, claims so far) that no message speaks of; returns how many those were.

    One question for all of them: while hundreds wait, nearly every one has its message.
    """
    try:
        async with queue.pipeline(transaction=False) as pipe:
            for run_id, claims in runs:
                pipe.exists(job_key_prefix + _message_id(run_id, claims))
            are_there = await pipe.execute()
    except QueueAway as error:
        _log.warning("queue away, sweeping later", error=str(error))
        return 0
    missing = [run for run, is_there in zip(runs, are_there, strict=True) if not is_there]
    for found, (run_id, claims) in enumerate(missing):
        if not await enqueue_grading(queue, run_id, claims=claims):
            return found
    return len(missing)


def is_cancelled() -> bool:
    """Whether the current task was told to end.

    Redis's client can lose a cancellation that comes while it connects. The task still knows of
    it; a loop that does not ask would go on, and the worker would not end.
    """
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0


def _message_id(run_id: UUID, claims: int) -> str:
    return f"{GRADE_RUN}:{run_id}:{claims}"
