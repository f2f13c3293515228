"""What each worker says of itself, for `/health` and `/metrics`.

Every worker process keeps one key in the queue's server and renews it every few seconds; the
key lapses when the worker dies or stands still. The server's clock decides, so the clocks of two
machines need not agree. Nothing here decides about a run: its row does.
"""

from collections.abc import Awaitable
from typing import Final, Literal, cast

import structlog
from arq.connections import ArqRedis
from pydantic import BaseModel, ValidationError

REPORT_EVERY_SECONDS: Final = 3.0
# Five reports may be late or lost, as on a machine at its limit.
ALIVE_SECONDS: Final = 15.0

_INSTANCES: Final = "semaforo:workers"

SuiteState = Literal["starting", "ready", "down"]
_log = structlog.get_logger("semaforo.workers")


class WorkerReport(BaseModel):
    """One worker process.

    instance        Unique to the process; two workers may have the same name.
    runs_in_flight  From 0 to `runs_at_most`.
    suites          By the exercise's slug: those that the worker has started or tried to start.
    metrics         The worker's own counters in Prometheus' text format.
    """

    instance: str
    name: str
    runs_in_flight: int
    runs_at_most: int
    suites: dict[str, SuiteState]
    metrics: str = ""


async def report(queue: ArqRedis, worker: WorkerReport) -> None:
    """Say that this worker is alive, for ALIVE_SECONDS.

    Raises:
        QueueAway: nobody heard it.
    """
    async with queue.pipeline(transaction=False) as pipe:
        pipe.sadd(_INSTANCES, worker.instance)
        pipe.set(_key(worker.instance), worker.model_dump_json(), px=int(ALIVE_SECONDS * 1000))
        await pipe.execute()


async def withdraw(queue: ArqRedis, instance: str) -> None:
    """Say that this worker ends.

    Raises:
        QueueAway: nobody heard it; the report lapses by itself.
    """
    async with queue.pipeline(transaction=False) as pipe:
        pipe.delete(_key(instance))
        pipe.srem(_INSTANCES, instance)
        await pipe.execute()


async def list_workers(queue: ArqRedis) -> list[WorkerReport]:
    """Return every worker that is alive, by name.

    Raises:
        QueueAway: it cannot be known.
    """
    # redis-py's types do not know whether a client is the asynchronous one.
    members: set[bytes] = await cast(Awaitable[set[bytes]], queue.smembers(_INSTANCES))
    instances = sorted(member.decode() for member in members)
    if not instances:
        return []
    found: list[WorkerReport] = []
    lapsed: list[str] = []
    for instance, text in zip(instances, await queue.mget(map(_key, instances)), strict=True):
        if text is None:
            lapsed.append(instance)
            continue
        try:
            found.append(WorkerReport.model_validate_json(text))
        except ValidationError as error:  # another version of ours
            _log.warning("a worker's report cannot be read", instance=instance, error=str(error))
    if lapsed:
        await cast(Awaitable[int], queue.srem(_INSTANCES, *lapsed))
    return sorted(found, key=lambda worker: (worker.name, worker.instance))


async def forget_workers(queue: ArqRedis, name: str) -> None:
    """Take away what workers of this name have said, before a new one of that name starts.

    Raises:
        QueueAway: it could not be done.
    """
    for worker in await list_workers(queue):
        if worker.name == name:
            await withdraw(queue, worker.instance)


def _key(instance: str) -> str:
    return f"semaforo:worker:{instance}"
