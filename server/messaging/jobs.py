"""The queue: names both sides know, and how a grading run is put on it.

The row is the truth and a message only a hint. A message that cannot be sent is logged and
forgotten: the worker's sweep finds the row.
"""

import asyncio
import json
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from uuid import UUID

import structlog
from arq.connections import ArqRedis, RedisSettings
from arq.constants import in_progress_key_prefix
from redis.exceptions import RedisError

from server.ids import uuid7

QUEUE_NAME: Final = "semaforo:grading"
GRADE_RUN: Final = "grade_run"
WAKE_CHANNEL: Final = f"{QUEUE_NAME}:bell"

# arq drops a message this old, as if it had never been. The sweep would send it again, but a
# queue that stood still over a holiday should simply go on.
MESSAGE_LIFETIME: Final = timedelta(days=30)

# When every message is due. Whose turn it is the rows say; and a moment of our clock would keep a
# message back for an hour if the clock were set back by one.
_LONG_AGO: Final = datetime(1970, 1, 2, tzinfo=UTC)
_MOST_MESSAGES: Final = 1000

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


async def enqueue_grading(queue: ArqRedis, run_id: UUID) -> bool:
    """Say that a run waits; a worker then takes the one whose turn it is.

    The same wish twice is one message. Returns whether the queue took it; if not, that is logged
    and the sweep will ask again.
    """
    try:
        await _send(queue, f"{GRADE_RUN}:{run_id}", str(run_id))
    except QueueAway as error:
        _log.warning("queue away, the sweep will find the run", run=str(run_id), error=str(error))
        return False
    return True


async def enqueue_missing(queue: ArqRedis, claimable: int) -> int:
    """See to it that there are as many free messages as claimable runs; returns how many were sent.

    A message that a worker has in hand is not free, whether it lives or not. One too many costs a
    worker one look into the database.
    """
    try:
        messages = await queue.zrange(QUEUE_NAME, 0, _MOST_MESSAGES - 1)
        in_hand = [in_progress_key_prefix + message.decode() for message in messages]
        free = len(messages) - (await queue.exists(*in_hand) if in_hand else 0)
        missing = max(0, min(claimable, _MOST_MESSAGES) - free)
        for _ in range(missing):
            await _send(queue, f"{GRADE_RUN}:swept:{uuid7()}", "")
    except QueueAway as error:
        _log.debug("queue away, sweeping later", error=str(error))
        return 0
    return missing


async def _send(queue: ArqRedis, message_id: str, run_id: str) -> None:
    await queue.enqueue_job(
        GRADE_RUN, run_id, _job_id=message_id, _defer_until=_LONG_AGO, _expires=MESSAGE_LIFETIME
    )
    await queue.publish(WAKE_CHANNEL, b"1")


def is_cancelled() -> bool:
    """Whether the current task was told to end.

    Redis's client can lose a cancellation that comes while it connects. The task still knows of
    it; a loop that does not ask would go on, and the worker would not end.
    """
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0
