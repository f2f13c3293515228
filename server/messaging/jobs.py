"""The queue: its shared names, and enqueueing grading runs.

The row is the truth and a message only a hint. A message that cannot be sent is logged and dropped:
the worker's sweep finds the row.
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
from server.messaging.connections import keep_cancellations

QUEUE_NAME: Final = "semaforo:grading"
GRADE_RUN: Final = "grade_run"
WAKE_CHANNEL: Final = f"{QUEUE_NAME}:wake"

# arq drops messages older than this. The sweep would send them again, but a queue that was stopped
# over a holiday should simply continue.
MESSAGE_LIFETIME: Final = timedelta(days=30)

# When every message is due. The rows decide the order, and a due time from our clock would delay
# messages by an hour if the clock were set back by an hour.
_LONG_AGO: Final = datetime(1970, 1, 2, tzinfo=UTC)
_MOST_MESSAGES: Final = 1000

# Longer than the longest blocking read (progress.py). Without it a Redis that hangs would
# block its clients.
_SOCKET_TIMEOUT_SECONDS: Final = 5.0

# Raised while the queue is away; arq passes OSError through from the connection.
QueueUnavailable = (RedisError, OSError, TimeoutError)

_log = structlog.get_logger("semaforo.queue")


def encode(message: object) -> bytes:
    """Serialize a message; not with pickle, arq's default, which lets Redis run code here."""
    # arq also stores how a job failed, which nothing reads: exceptions become their repr.
    return json.dumps(message, separators=(",", ":"), default=repr).encode()


def decode(message: bytes) -> dict[str, Any]:
    """Parse a message written by `encode`."""
    values: dict[str, Any] = json.loads(message)
    return values


def open_queue(redis_url: str) -> ArqRedis:
    """Make a client for the queue at `redis://…`, `rediss://…` or `unix:///path`.

    It connects on first use, so that a server starts and accepts submissions while Redis is
    away. The caller closes it with `aclose()`.
    """
    settings = RedisSettings.from_dsn(redis_url)
    client = ArqRedis(
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
    return keep_cancellations(client)


async def enqueue_grading(queue: ArqRedis, run_id: UUID) -> bool:
    """Send a message that a run waits; a worker then claims the next run in turn.

    Sending it twice is one message. Returns whether the queue accepted it; if not, that is logged
    and the sweep will send it again.
    """
    try:
        await _send(queue, f"{GRADE_RUN}:{run_id}", str(run_id))
    except QueueUnavailable as error:
        _log.warning("queue away, the sweep will find the run", run=str(run_id), error=str(error))
        return False
    return True


async def enqueue_missing(queue: ArqRedis, claimable: int) -> int:
    """Ensure that there are as many free messages as claimable runs; returns how many were sent.

    A message that a worker has taken is not free, even if that worker is gone. A message too many
    costs a worker one query.
    """
    try:
        messages = await queue.zrange(QUEUE_NAME, 0, _MOST_MESSAGES - 1)
        in_hand = [in_progress_key_prefix + message.decode() for message in messages]
        free = len(messages) - (await queue.exists(*in_hand) if in_hand else 0)
        missing = max(0, min(claimable, _MOST_MESSAGES) - free)
        for _ in range(missing):
            await _send(queue, f"{GRADE_RUN}:swept:{uuid7()}", "")
    except QueueUnavailable as error:
        _log.debug("queue away, sweeping later", error=str(error))
        return 0
    return missing


async def _send(queue: ArqRedis, message_id: str, run_id: str) -> None:
    await queue.enqueue_job(
        GRADE_RUN, run_id, _job_id=message_id, _defer_until=_LONG_AGO, _expires=MESSAGE_LIFETIME
    )
    await queue.publish(WAKE_CHANNEL, b"1")


def is_cancelled() -> bool:
    """Whether the current task has been cancelled.

    Redis's client can swallow a cancellation that comes while it connects. The task still records
    it; a loop that does not check would continue, and the worker would not end.
    """
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0
