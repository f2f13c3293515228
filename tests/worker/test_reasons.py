"""Why a run was not decided is kept on the run and written to the log."""

from dataclasses import replace

from structlog.testing import capture_logs

from graders.report import RunState, Verdict
from graders.undecided import Doubt
from server.models.grading import MOST_UNDECIDED
from tests.fixtures.builders import a_check, a_report
from tests.fixtures.queue import ScriptedGrader
from tests.fixtures.runs import NewRun, make_due, run_of
from worker.outages import GradingOutage, Outage
from worker.queue.context import WorkerContext
from worker.queue.jobs import grade_run

UNDECIDED = a_report(
    a_check("decided"),
    replace(a_check("order", verdict=Verdict.INCONCLUSIVE, points=0), doubt=Doubt("hung up", 1.25)),
)


async def test_an_inconclusive_run_keeps_which_check_and_why(
    context: WorkerContext, scripted: ScriptedGrader, a_run: NewRun
) -> None:
    scripted.outcomes = [UNDECIDED]
    run_id = await a_run()

    with capture_logs() as logged:
        await grade_run({"context": context}, str(run_id))

    (reason,) = (await run_of(context, run_id)).reasons(is_staff=True)
    (check,) = reason.checks
    assert (check.name, check.doubt) == ("order", Doubt("hung up", 1.25))
    assert (reason.cause, reason.claim, reason.worker) == ("inconclusive", 1, "test")
    assert (reason.is_try, reason.alone) == (True, False)
    assert reason.load >= 0
    (line,) = [line for line in logged if line["event"] == "not decided"]
    assert "hung up" in line["why"]
    assert (line["tries"], line["cause"]) == (1, "inconclusive")


async def test_an_outage_is_kept_with_its_kind_and_is_no_try(
    context: WorkerContext, scripted: ScriptedGrader, a_run: NewRun
) -> None:
    scripted.outcomes = [GradingOutage("the suite's process is gone", Outage.SUITE_PROCESS)]
    run_id = await a_run()

    await grade_run({"context": context}, str(run_id))

    (reason,) = (await run_of(context, run_id)).reasons(is_staff=True)
    assert (reason.cause, reason.is_try) == ("suite-process", False)
    assert "is gone" in reason.describe().es


async def test_an_abandoned_run_and_a_finished_one_keep_their_latest_reasons(
    context: WorkerContext, scripted: ScriptedGrader, a_run: NewRun
) -> None:
    outages = [GradingOutage("no sandbox", Outage.SANDBOX) for _ in range(MOST_UNDECIDED)]
    scripted.outcomes = [*outages, UNDECIDED, UNDECIDED]
    run_id = await a_run()

    for _ in range(MOST_UNDECIDED + 3):
        await grade_run({"context": context}, str(run_id))
        await make_due(context, run_id)

    run = await run_of(context, run_id)
    claims = [reason.claim for reason in run.reasons(is_staff=True)]
    assert run.state is RunState.FINISHED
    assert claims == list(range(3, MOST_UNDECIDED + 3))
    assert run.reasons(is_staff=False) == []


async def test_a_run_given_back_at_a_stop_has_no_reason(
    context: WorkerContext, a_run: NewRun
) -> None:
    run_id = await a_run()
    await grade_run({"context": context}, str(run_id))

    assert (await run_of(context, run_id)).reasons(is_staff=True) == []
