"""What our busy machine could not decide twice is graded alone, one check after another."""

import asyncio

from graders.report import Verdict
from tests.fixtures.builders import a_check, a_report
from tests.fixtures.queue import ScriptedGrader
from tests.fixtures.runs import NewRun, make_due
from worker.queue.context import WorkerContext
from worker.queue.jobs import grade_run


async def test_the_third_try_waits_until_nothing_else_is_in_flight(
    context: WorkerContext, scripted: ScriptedGrader, a_run: NewRun
) -> None:
    undecided = a_report(a_check(verdict=Verdict.INCONCLUSIVE, points=0))
    scripted.outcomes = [undecided, undecided]
    hard = await a_run()
    await grade_run({"context": context}, str(hard))
    await make_due(context, hard)
    await grade_run({"context": context}, str(hard))
    other = await a_run()
    scripted.began.clear()
    scripted.may_end.clear()

    async with asyncio.TaskGroup() as tasks, asyncio.timeout(20):
        tasks.create_task(grade_run({"context": context}, str(other)))
        await scripted.began.wait()
        await make_due(context, hard)
        tasks.create_task(grade_run({"context": context}, str(hard)))
        await context.run_lock.wait_until_exclusive_is_wanted()
        graded_beside_the_other = len(scripted.graded) - 2
        scripted.may_end.set()

    assert graded_beside_the_other == 1
    assert len(scripted.graded) == 4
    assert scripted.in_turn == [False, False, False, True]
