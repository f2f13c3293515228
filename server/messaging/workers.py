"""Reports of workers about themselves, for `/health` and `/metrics`.

Every worker process renews a key in Redis every few seconds; the key expires when the worker ends
or hangs. Redis's clock decides, so the clocks of two machines need not agree. Nothing here decides
about a run: its row does.
"""

from collections.abc import Awaitable
from typing import TYPE_CHECKING, Final, Literal, cast

import structlog
from pydantic import BaseModel, ValidationError

if TYPE_CHECKING:  # the command reads SuiteState only, and arq takes long to load
    from arq.connections import ArqRedis

REPORT_EVERY_SECONDS: Final = 3.0
# Up to five reports may be late or lost, as on an overloaded machine.
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

    @property
    def suites_down(self) -> list[str]:
        """Slugs of the exercises whose suite does not start there, in order."""
        return sorted(slug for slug, state in self.suites.items() if state == "down")


async def report(queue: "ArqRedis", worker: WorkerReport) -> None:
    """Report that this worker is alive, for ALIVE_SECONDS.

    Raises:
        QueueUnavailable: the report was not stored.
    """
    async with queue.pipeline(transaction=False) as pipe:
        pipe.sadd(_INSTANCES, worker.instance)
        pipe.set(_key(worker.instance), worker.model_dump_json(), px=int(ALIVE_SECONDS * 1000))
        await pipe.execute()


async def withdraw(queue: "ArqRedis", instance: str) -> None:
    """Withdraw the report of a worker that ends.

    Raises:
        QueueUnavailable: it was not withdrawn, and expires by itself.
    """
    async with queue.pipeline(transaction=False) as pipe:
        pipe.delete(_key(instance))
        pipe.srem(_INSTANCES, instance)
        await pipe.execute()


async def list_workers(queue: "ArqRedis") -> list[WorkerReport]:
    """Return every live worker, by name.

    Raises:
        QueueUnavailable: Redis does not answer.
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


async def forget_workers(queue: "ArqRedis", name: str) -> None:
    """Withdraw the reports of workers with this name, before a new one starts.

    Raises:
        QueueUnavailable: they were not withdrawn.
    """
    for worker in await list_workers(queue):
        if worker.name == name:
            await withdraw(queue, worker.instance)


def _key(instance: str) -> str:
    return f"semaforo:worker:{instance}"
