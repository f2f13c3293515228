"""The playground's queue: one program at a time, and only when grading has room."""

import asyncio
from typing import Any
from uuid import uuid4

import pytest
from arq.connections import ArqRedis
from redis.asyncio import Redis

from graders.trace import Trace, TraceEnding
from server.messaging import playground
from server.messaging.playground import TRACE_JOB, TraceRun, TraceState
from tests.fixtures.queue import a_worker
from worker.outages import GradingOutage
from worker.queue.context import WorkerContext
from worker.queue.playground import SpareRoom, make_playground_worker, trace_queued
from worker.queue.push import PushWorker

TRACE = Trace(TraceEnding.FINISHED, 0.1, status=0, output="é")


async def _drain(context: WorkerContext, grading: PushWorker, trace: Any) -> None:
    worker = make_playground_worker(context, grading, trace)
    worker.burst = True
    async with asyncio.timeout(30):
        await worker.main()


async def _find(queue: ArqRedis, user: Any, run_id: Any) -> TraceRun:
    found = await playground.find_run(queue, user, run_id)
    assert found is not None
    return found


async def test_a_program_waits_is_run_and_its_trace_is_its_persons_alone(
    context: WorkerContext, queue: ArqRedis
) -> None:
    ana, bea = uuid4(), uuid4()
    first = await playground.enqueue(queue, ana, "print(1)")
    second = await playground.enqueue(queue, bea, "print(2)")
    assert first
    assert second
    assert (await _find(queue, bea, second)).before == 1
    sources: list[str] = []

    async def trace(source: str) -> Trace:
        sources.append(source)
        return TRACE

    await _drain(context, a_worker(context), trace)

    assert sources == ["print(1)", "print(2)"]
    assert await _find(queue, ana, first) == TraceRun(
        first, "print(1)", TraceState.DONE, trace=TRACE
    )
    assert await playground.find_run(queue, bea, first) is None


async def test_a_persons_next_program_takes_the_place_of_the_last(
    context: WorkerContext, queue: ArqRedis
) -> None:
    ana = uuid4()
    first = await playground.enqueue(queue, ana, "print(1)")
    assert first
    second = await playground.enqueue(queue, ana, "print(2)")
    sources: list[str] = []

    async def trace(source: str) -> Trace:
        sources.append(source)
        return TRACE

    await _drain(context, a_worker(context), trace)
    await playground.finish(queue, str(first), TRACE)  # as a run that was under way meanwhile

    assert sources == ["print(2)"]
    assert await playground.find_run(queue, ana, first) is None
    assert await queue.keys("semaforo:playground:run:*") == [
        f"semaforo:playground:run:{second}".encode()
    ]


async def test_everything_stored_goes_by_itself(queue: ArqRedis, shared_queue_server: Any) -> None:
    run_id = await playground.enqueue(queue, uuid4(), "print(1)")
    await playground.finish(queue, str(run_id), TRACE)

    async with Redis.from_url(shared_queue_server.url) as redis:
        kept = [key async for key in redis.scan_iter("semaforo:playground:*")]
        seconds = [await redis.ttl(key) for key in kept]

    assert len(kept) == 2
    assert all(0 < ttl <= playground.KEPT.total_seconds() for ttl in seconds)


async def test_what_our_machine_could_not_run_has_failed(
    context: WorkerContext, queue: ArqRedis
) -> None:
    ana = uuid4()
    run_id = await playground.enqueue(queue, ana, "print(1)")

    async def trace(_source: str) -> Trace:
        raise GradingOutage("no sandbox")

    await _drain(context, a_worker(context), trace)

    assert (await _find(queue, ana, run_id)).state is TraceState.FAILED


async def test_a_program_whose_workers_are_lost_is_not_run_for_ever(queue: ArqRedis) -> None:
    ana = uuid4()
    run_id = await playground.enqueue(queue, ana, "print(1)")
    for _ in range(playground.MOST_TRIES):
        assert await playground.take(queue, str(run_id)) == "print(1)"

    assert await playground.take(queue, str(run_id)) is None
    assert (await _find(queue, ana, run_id)).state is TraceState.FAILED


async def test_so_many_may_wait_and_no_more(queue: ArqRedis) -> None:
    runs = [await playground.enqueue(queue, uuid4(), "print(1)", most_waiting=2) for _ in range(3)]

    assert [run is None for run in runs] == [False, False, True]


@pytest.mark.parametrize(
    ("in_flight", "has_room", "expected"), [(0, True, 1), (1, True, 0), (0, False, 0)]
)
def test_a_program_is_started_alone_and_only_where_grading_has_room(
    in_flight: int, has_room: bool, expected: int
) -> None:
    assert SpareRoom(lambda: has_room).room(in_flight) == expected


async def test_the_job_has_the_name_that_the_server_sends() -> None:
    assert trace_queued.__name__ == TRACE_JOB
