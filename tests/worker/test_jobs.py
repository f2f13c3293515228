"""grade_run and the sweep: whatever goes wrong, each submission is graded exactly once."""

import asyncio

import pytest
from sqlalchemy import update

from graders.catalogue.exercises import Catalogue
from graders.report import RunState, Verdict
from server.messaging.jobs import GRADE_RUN, enqueue_grading
from server.models import GradingRun
from tests.fixtures.builders import a_check, a_report
from tests.fixtures.queue import ScriptedGrader, a_worker, until
from tests.fixtures.runs import NewRun, make_due, run_of
from worker.grading.grade import GradingOutage
from worker.queue.context import WorkerContext
from worker.queue.jobs import grade_run

UNDECIDED = a_report(a_check(verdict=Verdict.INCONCLUSIVE, points=0))


def test_the_jobs_name_is_the_same_on_both_sides() -> None:
    assert grade_run.__qualname__ == GRADE_RUN


async def test_a_run_is_graded_and_its_report_stored(context: WorkerContext, a_run: NewRun) -> None:
    run_id = await a_run()
    await enqueue_grading(context.queue, run_id)

    async with asyncio.timeout(20):
        await a_worker(context).main()

    run = await run_of(context, run_id)
    assert (run.state, run.points, run.claims) == (RunState.FINISHED, 1, 1)


async def test_a_second_message_for_the_same_run_is_dropped(
    context: WorkerContext, scripted: ScriptedGrader, a_run: NewRun
) -> None:
    run_id = await a_run()

    await asyncio.gather(*(grade_run({"context": context}, str(run_id)) for _ in range(5)))

    assert len(scripted.graded) == 1


@pytest.mark.parametrize(
    "trouble",
    [
        GradingOutage("no sandbox"),
        RuntimeError("a bug of ours"),
        UNDECIDED,
    ],
)
async def test_our_fault_gives_the_run_back_and_is_never_a_zero(
    context: WorkerContext, scripted: ScriptedGrader, a_run: NewRun, trouble: object
) -> None:
    scripted.outcomes = [trouble]  # type: ignore[list-item]
    run_id = await a_run()

    await grade_run({"context": context}, str(run_id))
    given_back = await run_of(context, run_id)
    await make_due(context, run_id)
    await grade_run({"context": context}, str(run_id))

    assert (given_back.state, given_back.points) == (RunState.QUEUED, None)
    assert given_back.not_before is not None
    finished = await run_of(context, run_id)
    assert (finished.state, finished.points, finished.claims) == (RunState.FINISHED, 1, 2)


async def test_what_cannot_be_decided_too_often_is_abandoned_and_not_judged(
    context: WorkerContext, scripted: ScriptedGrader, a_run: NewRun
) -> None:
    scripted.outcomes = [UNDECIDED for _ in range(9)]
    run_id = await a_run()

    for _ in range(context.settings.max_claims + 1):
        await grade_run({"context": context}, str(run_id))
        await make_due(context, run_id)

    run = await run_of(context, run_id)
    assert (run.state, run.points) == (RunState.ABANDONED, None)
    assert len(scripted.graded) == context.settings.max_claims


async def test_an_exercise_this_worker_lacks_is_an_outage(
    context: WorkerContext, a_run: NewRun
) -> None:
    run_id = await a_run()
    older = WorkerContext(
        context.grader, Catalogue([]), context.database, context.queue, context.settings
    )

    await grade_run({"context": older}, str(run_id))

    assert (await run_of(context, run_id)).state is RunState.QUEUED


async def test_a_worker_gives_its_runs_back_at_sigterm(
    context: WorkerContext, scripted: ScriptedGrader, a_run: NewRun
) -> None:
    scripted.may_end.clear()
    run_id = await a_run()
    await enqueue_grading(context.queue, run_id)
    worker = a_worker(context, burst=False)
    working = asyncio.create_task(worker.main())
    await asyncio.wait_for(scripted.began.wait(), 10)

    working.cancel()
    async with asyncio.timeout(2):
        await worker.end()
    given_back = await run_of(context, run_id)
    scripted.may_end.set()
    async with asyncio.timeout(10):
        await a_worker(context).main()

    assert (given_back.state, given_back.lease_until) == (RunState.QUEUED, None)
    assert (await run_of(context, run_id)).state is RunState.FINISHED
    assert await asyncio.gather(working, return_exceptions=True)


async def test_the_lease_is_renewed_while_a_program_runs(
    context: WorkerContext, scripted: ScriptedGrader, a_run: NewRun
) -> None:
    scripted.may_end.clear()
    context.settings.lease_seconds = 0.3
    run_id = await a_run()
    async with asyncio.timeout(10), asyncio.TaskGroup() as tasks:
        tasks.create_task(grade_run({"context": context}, str(run_id)))
        await scripted.began.wait()
        first = (await run_of(context, run_id)).lease_until

        async def is_renewed() -> bool:
            return (await run_of(context, run_id)).lease_until != first

        await until(is_renewed)
        scripted.may_end.set()

    assert (await run_of(context, run_id)).claims == 1


async def test_a_worker_that_lost_its_lease_stops_and_stores_nothing(
    context: WorkerContext, scripted: ScriptedGrader, a_run: NewRun
) -> None:
    scripted.may_end.clear()
    context.settings.lease_seconds = 0.3
    run_id = await a_run()
    async with asyncio.timeout(10), asyncio.TaskGroup() as tasks:
        tasks.create_task(grade_run({"context": context}, str(run_id)))
        await scripted.began.wait()
        async with context.database.write() as session:  # another worker took it
            await session.execute(update(GradingRun).values(claims=2))
            await session.commit()

    run = await run_of(context, run_id)
    assert (run.state, run.claims, run.points) == (RunState.RUNNING, 2, None)
