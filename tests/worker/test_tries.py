"""Only what may be the program's doing counts as a try; the rest is given back as if untaken."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from graders.report import RunState, Verdict
from tests.fixtures.builders import a_check, a_report
from tests.fixtures.queue import ScriptedGrader
from tests.fixtures.runs import NewRun, lose, make_due, run_of
from worker.outages import GradingOutage, Outage
from worker.queue.context import WorkerContext
from worker.queue.jobs import grade_run
from worker.queue.recent_failures import RecentFailures
from worker.queue.sweep import sweep

UNDECIDED = a_report(a_check(verdict=Verdict.INCONCLUSIVE, points=0))


def judge_died() -> GradingOutage:
    return GradingOutage("the judge ended before it was done", Outage.JUDGE)


async def try_once(context: WorkerContext, run_id: object) -> None:
    await grade_run({"context": context}, str(run_id))


@pytest.mark.parametrize(
    "trouble",
    [
        lambda: GradingOutage("the suite does not start", Outage.SUITE_PROCESS),
        lambda: GradingOutage("the libraries are not installed", Outage.ENVIRONMENT),
        lambda: OSError(11, "Resource temporarily unavailable"),
        lambda: MemoryError(),
    ],
    ids=["outage", "no libraries", "no processes", "no memory"],
)
async def test_however_often_we_fail_a_run_is_not_abandoned(
    context: WorkerContext,
    scripted: ScriptedGrader,
    a_run: NewRun,
    trouble: Callable[[], Exception],
) -> None:
    scripted.outcomes = [trouble() for _ in range(12)]
    run_id = await a_run()

    for _ in range(12):
        await try_once(context, run_id)
        await make_due(context, run_id)
    waiting = await run_of(context, run_id)
    await try_once(context, run_id)

    assert (waiting.state, waiting.tries, waiting.claims) == (RunState.QUEUED, 0, 12)
    assert (await run_of(context, run_id)).state is RunState.FINISHED
    assert not any(scripted.in_turn), "an outage is no reason to take the machine for oneself"


async def test_the_pauses_after_outages_grow_to_a_minute(
    context: WorkerContext, scripted: ScriptedGrader, a_run: NewRun
) -> None:
    scripted.outcomes = [GradingOutage("no sandbox") for _ in range(8)]
    run_id = await a_run()

    for longest in (1, 2, 4, 8, 16, 32, 60, 60):
        before = datetime.now(UTC)
        await try_once(context, run_id)
        not_before = (await run_of(context, run_id)).not_before
        assert not_before is not None
        # However long it took: the pause begins after the one moment and before the other.
        assert not_before - before >= timedelta(seconds=longest / 2)
        assert not_before - datetime.now(UTC) <= timedelta(seconds=longest)
        await make_due(context, run_id)


async def test_runs_that_failed_together_are_not_retried_together(
    context: WorkerContext, scripted: ScriptedGrader, a_run: NewRun
) -> None:
    scripted.outcomes = [judge_died() for _ in range(8)]
    runs = [await a_run() for _ in range(8)]

    await asyncio.gather(*(try_once(context, run_id) for run_id in runs))

    when = [(await run_of(context, run_id)).not_before for run_id in runs]
    apart = max(filter(None, when)) - min(filter(None, when))
    # The pauses are half a second to a second: eight as close as this come once in 10^7.
    assert apart > timedelta(seconds=0.05), when


async def test_a_stop_while_the_cause_is_being_decided_gives_the_run_back(
    context: WorkerContext, scripted: ScriptedGrader, a_run: NewRun
) -> None:
    context = replace(context, recent_failures=RecentFailures(moment_seconds=600))
    scripted.outcomes = [judge_died()]
    run_id = await a_run()
    job = asyncio.create_task(try_once(context, run_id))
    async with asyncio.timeout(20):
        while not context.recent_failures._times:  # noqa: ASYNC110 - until it waits
            await asyncio.sleep(0.01)

    job.cancel()
    await asyncio.gather(job, return_exceptions=True)

    run = await run_of(context, run_id)
    assert (run.state, run.tries, run.lost) == (RunState.QUEUED, 0, 0)


async def test_an_orderly_stop_is_no_try(
    context: WorkerContext, scripted: ScriptedGrader, a_run: NewRun
) -> None:
    scripted.may_end.clear()
    run_id = await a_run()

    for _ in range(context.settings.max_claims + 1):
        scripted.began.clear()
        job = asyncio.create_task(grade_run({"context": context}, str(run_id)))
        await asyncio.wait_for(scripted.began.wait(), 10)
        job.cancel()
        await asyncio.gather(job, return_exceptions=True)
    scripted.may_end.set()
    await try_once(context, run_id)

    run = await run_of(context, run_id)
    assert (run.state, run.tries) == (RunState.FINISHED, 0)


async def test_a_run_that_kills_its_judge_every_time_is_abandoned(
    context: WorkerContext, scripted: ScriptedGrader, a_run: NewRun
) -> None:
    scripted.outcomes = [judge_died() for _ in range(9)]
    run_id = await a_run()

    for _ in range(context.settings.max_claims + 2):
        await try_once(context, run_id)
        await make_due(context, run_id)

    assert (await run_of(context, run_id)).state is RunState.ABANDONED
    assert scripted.in_turn == [False, False, True, True, True]


async def test_judges_that_die_together_count_as_no_tries(
    context: WorkerContext, scripted: ScriptedGrader, a_run: NewRun
) -> None:
    scripted.outcomes = [judge_died(), judge_died()]
    runs = [await a_run(), await a_run()]

    await asyncio.gather(*(try_once(context, run_id) for run_id in runs))

    assert [(await run_of(context, run_id)).tries for run_id in runs] == [0, 0]


async def test_a_run_lost_with_its_worker_too_often_is_abandoned(
    context: WorkerContext, scripted: ScriptedGrader, a_run: NewRun
) -> None:
    run_id, states = await a_run(), []
    for _ in range(10):
        await lose(context, run_id)
        await sweep(context)
        states.append((await run_of(context, run_id)).state)

    assert states == [RunState.QUEUED] * 9 + [RunState.ABANDONED]


async def test_after_three_lost_workers_a_run_is_graded_alone(
    context: WorkerContext, scripted: ScriptedGrader, a_run: NewRun
) -> None:
    run_id = await a_run()
    for _ in range(3):
        await lose(context, run_id)
        await sweep(context)
    scripted.may_end.clear()

    async with asyncio.timeout(20), asyncio.TaskGroup() as tasks:
        tasks.create_task(grade_run({"context": context}, str(run_id)))
        await context.run_lock.wait_until_exclusive_is_wanted()
        scripted.may_end.set()

    run = await run_of(context, run_id)
    assert (run.state, run.lost, run.tries) == (RunState.FINISHED, 3, 0)
    assert scripted.in_turn == [False]
