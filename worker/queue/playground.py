"""Runs the programs of the playground, when grading leaves room for one more run.

A queue of its own and a worker of its own in the same process: a program is started only while
grading could start another run, one at a time, and the kernel gives it the processors last. So a
submission that comes in finds the machine as it would without a playground, but for that one run.
"""

from collections.abc import Awaitable, Callable
from typing import Any, Final

import structlog

from graders.trace import Trace
from server.messaging import playground
from server.messaging.playground import PLAYGROUND_QUEUE
from worker.outages import GradingOutage
from worker.queue.admission import Admission
from worker.queue.context import WorkerContext
from worker.queue.push import PushWorker

TraceProgram = Callable[[str], Awaitable[Trace]]

# Longer than a program may take, its start and its end on a slow machine.
_JOB_SECONDS: Final = 120
_ENDLESS_TRIES: Final = 1_000_000  # counted in `playground.take`

_log = structlog.get_logger("semaforo.playground")


class SpareRoom(Admission):
    """Admits one program at a time, and only if grading would admit another run."""

    def __init__(self, has_room: Callable[[], bool]) -> None:
        super().__init__(1)
        self._has_room = has_room

    def room(self, in_flight: int) -> int:
        """Return 1 if a program may start now, else 0."""
        return int(in_flight == 0 and self._has_room())


def make_playground_worker(
    context: WorkerContext, grading: PushWorker, trace: TraceProgram
) -> PushWorker:
    """Return the worker of the playground; `grading` has the machine first."""
    return PushWorker(
        [trace_queued],
        queue_name=PLAYGROUND_QUEUE,
        redis_pool=context.queue,
        ctx={"context": context, "trace": trace},
        lease_seconds=context.settings.lease_seconds,
        admission=SpareRoom(lambda: grading.has_room),
        job_timeout=_JOB_SECONDS,
        max_tries=_ENDLESS_TRIES,
        keep_result=0,
        log_results=False,
    )


async def trace_queued(ctx: dict[str, Any], run_id: str) -> None:
    """Run one program of the playground, and store its trace for its page."""
    context: WorkerContext = ctx["context"]
    source = await playground.take(context.queue, run_id)
    if source is None:
        return
    trace: Trace | None = None
    try:
        trace = await ctx["trace"](source)
    except GradingOutage as outage:
        _log.warning("program not run", run=run_id, error=str(outage))
    await playground.finish(context.queue, run_id, trace)
