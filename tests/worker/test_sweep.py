"""The sweep finds what was lost."""

import asyncio
from dataclasses import replace

from arq.constants import in_progress_key_prefix
from sqlalchemy import update

from graders.report import RunState
from server.messaging.jobs import QUEUE_NAME, enqueue_grading
from server.messaging.subscriptions import open_subscriptions
from server.models import GradingRun
from tests.fixtures.builders import abandon_run
from tests.fixtures.queue import QueueServer, ScriptedGrader, a_worker
from tests.fixtures.runs import LONG_AGO, NewRun, make_due, run_of
from worker.grading.grade import GradingOutage
from worker.queue.context import WorkerContext
from worker.queue.jobs import grade_run
from worker.queue.sweep import keep_sweeping, sweep, take_up_again


async def test_the_sweep_sends_as_many_messages_as_are_missing(
    context: WorkerContext, a_run: NewRun
) -> None:
    for run_id in [await a_run(), await a_run(), await a_run()][:1]:
        await enqueue_grading(context.queue, run_id)

    await sweep(context)
    after_one = await context.queue.zcard(QUEUE_NAME)
    await sweep(context)

    assert (after_one, await context.queue.zcard(QUEUE_NAME)) == (3, 3)


async def test_a_message_in_the_hands_of_a_dead_worker_counts_for_nothing(
    context: WorkerContext, a_run: NewRun
) -> None:
    run_id = await a_run()
    await enqueue_grading(context.queue, run_id)
    await context.queue.set(f"{in_progress_key_prefix}grade_run:{run_id}", b"1", ex=3600)

    await sweep(context)

    assert await context.queue.zcard(QUEUE_NAME) == 2


async def test_a_run_whose_pause_is_over_gets_its_message_and_no_earlier(
    context: WorkerContext, scripted: ScriptedGrader, a_run: NewRun
) -> None:
    scripted.outcomes = [GradingOutage("no sandbox")]
    run_id = await a_run()
    await grade_run({"context": context}, str(run_id))

    await sweep(context)
    during_the_pause = await context.queue.zcard(QUEUE_NAME)
    await make_due(context, run_id)
    await sweep(context)

    assert (during_the_pause, await context.queue.zcard(QUEUE_NAME)) == (0, 1)


async def test_no_message_waits_for_a_moment_of_a_clock(
    context: WorkerContext, a_run: NewRun
) -> None:
    await enqueue_grading(context.queue, await a_run())
    await a_run()
    await sweep(context)

    scores = [score for _, score in await context.queue.zrange(QUEUE_NAME, 0, -1, withscores=True)]

    assert len(scores) == 2
    assert max(scores) < LONG_AGO.timestamp() * 1000


async def test_what_another_worker_had_to_give_up_is_taken_up_by_a_newer_one(
    context: WorkerContext, a_run: NewRun
) -> None:
    run_id = await a_run()
    async with context.database.write() as session:
        await abandon_run(session, run_id)
        await session.commit()

    newer = replace(context, version="newer")
    await take_up_again(newer)
    async with asyncio.timeout(10):
        await sweep(newer)
        await a_worker(newer).main()

    assert (await run_of(context, run_id)).state is RunState.FINISHED


async def test_the_sweep_finds_the_run_of_a_worker_that_died(
    context: WorkerContext, scripted: ScriptedGrader, a_run: NewRun
) -> None:
    run_id = await a_run()
    async with context.database.write() as session:
        await session.execute(
            update(GradingRun).values(state=RunState.RUNNING, claims=1, lease_until=LONG_AGO)
        )
        await session.commit()

    await sweep(context)
    async with asyncio.timeout(10):
        await a_worker(context).main()

    assert (await run_of(context, run_id)).state is RunState.FINISHED
    assert len(scripted.graded) == 1


async def test_the_sweep_survives_redis_and_sends_when_it_is_back(
    context: WorkerContext, queue_server: QueueServer, a_run: NewRun
) -> None:
    from server.messaging.jobs import open_queue

    run_id = await a_run()
    queue = open_queue(queue_server.url)
    away = WorkerContext(
        context.grader, context.catalogue, context.database, queue, context.settings
    )
    queue_server.kill()
    async with asyncio.timeout(20), asyncio.TaskGroup() as tasks:
        sweeping = tasks.create_task(keep_sweeping(away, every_seconds=0.05))
        await asyncio.to_thread(queue_server.start)
        working = tasks.create_task(a_worker(away, burst=False).main())
        async with open_subscriptions(queue, away.database, asyncio.Event()) as subscriptions:
            async for event in subscriptions.subscribe(run_id):
                last = event.as_dict()
        sweeping.cancel()
        working.cancel()
    await queue.aclose()

    assert last == {"state": "finished"}
