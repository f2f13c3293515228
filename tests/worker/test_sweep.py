"""The sweep finds what was lost."""

import asyncio

from sqlalchemy import update

from graders.report import RunState
from server.followers import opened
from server.jobs import QUEUE_NAME, enqueue_grading
from server.models import GradingRun
from tests.fixtures.queue import QueueServer, ScriptedGrader, a_worker
from tests.fixtures.runs import LONG_AGO, NewRun, run_of
from worker.jobs import Bench
from worker.sweep import keep_sweeping, sweep


async def test_the_sweep_sends_what_has_no_message_and_only_that(
    bench: Bench, a_run: NewRun
) -> None:
    lost, known = await a_run(), await a_run()
    await enqueue_grading(bench.queue, known)
    before = await bench.queue.zrange(QUEUE_NAME, 0, -1)

    await sweep(bench)

    after = set(await bench.queue.zrange(QUEUE_NAME, 0, -1)) - set(before)
    assert after == {f"grade_run:{lost}:0".encode()}


async def test_the_sweep_finds_the_run_of_a_worker_that_died(
    bench: Bench, scripted: ScriptedGrader, a_run: NewRun
) -> None:
    run_id = await a_run()
    async with bench.database.write() as session:
        await session.execute(
            update(GradingRun).values(state=RunState.RUNNING, claims=1, lease_until=LONG_AGO)
        )
        await session.commit()

    await sweep(bench)
    async with asyncio.timeout(10):
        await a_worker(bench).main()

    assert (await run_of(bench, run_id)).state is RunState.FINISHED
    assert len(scripted.graded) == 1


async def test_the_sweep_survives_redis_and_sends_when_it_is_back(
    bench: Bench, queue_server: QueueServer, a_run: NewRun
) -> None:
    from server.jobs import open_queue

    run_id = await a_run()
    queue = open_queue(queue_server.url)
    away = Bench(bench.grader, bench.catalogue, bench.database, queue, bench.settings)
    queue_server.kill()
    async with asyncio.timeout(20), asyncio.TaskGroup() as tasks:
        sweeping = tasks.create_task(keep_sweeping(away, every_seconds=0.05))
        await asyncio.to_thread(queue_server.start)
        working = tasks.create_task(a_worker(away, burst=False).main())
        async with opened(queue, away.database, asyncio.Event()) as followers:
            async for event in followers.follow(run_id):
                last = event
        sweeping.cancel()
        working.cancel()
    await queue.aclose()

    assert last == {"state": "finished"}
