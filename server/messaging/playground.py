"""The playground's runs: in the queue's server for a quarter of an hour, in no database.

A run is a hash: whose it is, the program, its state, and its trace in the end. There is one of a
person at a time: the next one takes the place of the one before. So what is stored is bounded, and
nobody has to delete it.
"""

import json
import zlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from arq.connections import ArqRedis

from graders.trace import Trace
from server.ids import uuid7
from server.messaging.jobs import WAKE_CHANNEL

PLAYGROUND_QUEUE: Final = "semaforo:playground"
TRACE_JOB: Final = "trace_queued"
KEPT: Final = timedelta(minutes=15)
MOST_WAITING: Final = 100
MOST_TRIES: Final = 2

# When every message is due: their ids, which begin with the time, decide the order.
_LONG_AGO: Final = datetime(1970, 1, 2, tzinfo=UTC)


class TraceState(StrEnum):
    """How far a run of the playground is; FAILED: our machine could not run it."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class TraceRun:
    """One run of the playground.

    before  How many are before it while it waits.
    """

    id: UUID
    source: str
    state: TraceState
    before: int = 0
    trace: Trace | None = None

    @property
    def is_over(self) -> bool:
        """Whether its state is final."""
        return self.state in (TraceState.DONE, TraceState.FAILED)


async def enqueue(
    queue: ArqRedis, user_id: UUID, source: str, *, most_waiting: int = MOST_WAITING
) -> UUID | None:
    """Put a program in the queue, in place of the person's last one; None if too many wait."""
    if await queue.zcard(PLAYGROUND_QUEUE) >= most_waiting:
        return None
    run_id = uuid7()
    last = await queue.set(_of_person(user_id), str(run_id), ex=KEPT, get=True)
    values = {"user": str(user_id), "source": source, "state": TraceState.WAITING.value}
    async with queue.pipeline(transaction=True) as pipe:
        if last:
            pipe.delete(_key(last.decode()))
        pipe.hset(_key(run_id), mapping=values)
        pipe.expire(_key(run_id), KEPT)
        await pipe.execute()
    await queue.enqueue_job(
        TRACE_JOB,
        str(run_id),
        _job_id=_message(run_id),
        _queue_name=PLAYGROUND_QUEUE,
        _defer_until=_LONG_AGO,
        _expires=KEPT,
    )
    await queue.publish(WAKE_CHANNEL, b"1")
    return run_id


async def find_run(queue: ArqRedis, user_id: UUID, run_id: UUID) -> TraceRun | None:
    """Return a run of this person; None if there is none, or no longer."""
    async with queue.pipeline(transaction=False) as pipe:
        pipe.hgetall(_key(run_id))
        pipe.zrank(PLAYGROUND_QUEUE, _message(run_id))
        stored, rank = await pipe.execute()
    if stored.get(b"user") != str(user_id).encode():
        return None
    state = TraceState(stored[b"state"].decode())
    packed = stored.get(b"trace")
    return TraceRun(
        id=run_id,
        source=stored[b"source"].decode(),
        state=state,
        before=rank or 0 if state is TraceState.WAITING else 0,
        trace=None if packed is None else Trace.from_dict(json.loads(zlib.decompress(packed))),
    )


async def take(queue: ArqRedis, run_id: str) -> str | None:
    """Return the program of a run that is to be run now.

    None if it is gone, or has been taken MOST_TRIES times by workers that were lost then.
    """
    if not await queue.exists(_key(run_id)):
        return None
    async with queue.pipeline(transaction=True) as pipe:
        pipe.hincrby(_key(run_id), "tries", 1)
        pipe.hset(_key(run_id), "state", TraceState.RUNNING.value)
        pipe.expire(_key(run_id), KEPT)
        pipe.hget(_key(run_id), "source")
        tries, _, _, source = await pipe.execute()
    if tries > MOST_TRIES:
        await finish(queue, run_id, None)
        return None
    return None if source is None else source.decode()


async def finish(queue: ArqRedis, run_id: str, trace: Trace | None) -> None:
    """Store what became of a run; None: it could not be run."""
    values: dict[str, Any] = {"state": TraceState.FAILED.value}
    if trace is not None:
        packed = zlib.compress(json.dumps(trace.to_dict()).encode(), level=1)
        values = {"state": TraceState.DONE.value, "trace": packed}
    # Not a run that its person has replaced meanwhile: nothing would ever delete it.
    if await queue.exists(_key(run_id)):
        async with queue.pipeline(transaction=True) as pipe:
            pipe.hset(_key(run_id), mapping=values)
            pipe.expire(_key(run_id), KEPT)
            await pipe.execute()


def _key(run_id: UUID | str) -> str:
    return f"semaforo:playground:run:{run_id}"


def _of_person(user_id: UUID) -> str:
    return f"semaforo:playground:of:{user_id}"


def _message(run_id: UUID) -> str:
    return f"{TRACE_JOB}:{run_id}"
