"""`grade_run`: claim a run, grade it, store the report.

The message only says that some run waits; the claim decides which one, and whether there is one. No
transaction is open while a program runs. A failure on our side gives the run back to be graded
again, and never becomes a verdict.
"""

import asyncio
import random
import time
from collections.abc import Callable
from typing import Any, Final
from uuid import UUID

import structlog

from graders.report import Report, RunState
from graders.undecided import LONGEST_DETAIL, Undecided
from server.actions import waiting
from server.actions.grading import Claim
from server.messaging.progress import announce
from server.storage.outage import is_outage
from worker.grading.grade import RUNS_OF_A_KILLED_PROGRAM
from worker.grading.judge_time import JUDGE_CLOCK_SECONDS
from worker.grading.retry import IN_TURN_FROM_TRY, pause_after
from worker.grading.suites import START
from worker.grading.undecided import Circumstances, describe_failure, describe_inconclusive
from worker.outages import GradingOutage, Outage
from worker.queue import regrades, run_transactions
from worker.queue.context import WorkerContext
from worker.queue.outage_retry import retry_during_outage
from worker.shielding import SECONDS_TO_END, finish_despite_cancel

# An outage may last: pauses of 1, 2, 4 seconds after the first, second, third, up to a minute.
_LONGEST_OUTAGE_PAUSE_SECONDS: Final = waiting.LONGEST_PAUSE.total_seconds()
_SHORTEST_PART: Final = 0.5
# A run is graded with nothing else in flight from try IN_TURN_FROM_TRY on. So is one that was in a
# worker's hands three times when that worker vanished, to see whether it will again.
EXCLUSIVE_AFTER_LOST: Final = 3
# How long a report is kept that cannot be stored because the database is away.
_STORE_SECONDS: Final = 300.0
# What arq allows a job: longer than all that a run may wait for, one after another. These are a
# run already being graded, if this one needs the machine to itself; its suite's start; its own
# judges; the database. It only ends a job that hangs by a bug of ours; such a run is given back.
JOB_SECONDS: Final = int(
    2 * RUNS_OF_A_KILLED_PROGRAM * JUDGE_CLOCK_SECONDS + START.clock_seconds + _STORE_SECONDS
)

Publish = Callable[[dict[str, Any] | None], None]
_log = structlog.get_logger("semaforo.grading")


class LeaseLost(Exception):
    """This claim no longer holds the run: another worker claimed it, or it was abandoned."""


async def grade_run(ctx: dict[str, Any], _run_id: str) -> None:
    """Grade the run whose turn it is, if any waits; not necessarily the one that was announced."""
    context: WorkerContext = ctx["context"]
    claim = await finish_despite_cancel(
        run_transactions.claim(context), undo=lambda c: _let_go(context, c)
    )
    if claim is None:
        return
    events: asyncio.Queue[dict[str, Any] | None] = asyncio.Queue()
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(_publish_events(context, claim.run_id, events))
        try:
            await _grade_claimed(context, claim, events.put_nowait)
        finally:
            events.put_nowait(None)


async def _let_go(context: WorkerContext, claim: Claim | None) -> None:
    if claim:
        await run_transactions.give_back(context, claim)


async def _grade_claimed(context: WorkerContext, claim: Claim, publish: Publish) -> None:
    try:
        await _grade_and_record(context, claim, publish)
    except asyncio.CancelledError:
        # The worker is stopping. The next one then need not wait for the lease to end. If the
        # report was stored a moment ago, this matches no row.
        async with asyncio.timeout(SECONDS_TO_END):
            await run_transactions.give_back(context, claim)
        raise


async def _grade_and_record(context: WorkerContext, claim: Claim, publish: Publish) -> None:
    began = time.perf_counter()
    publish({"state": RunState.RUNNING.value})
    try:
        report = await _grade(context, claim, publish)
    except LeaseLost:
        _log.warning("claim lost, report dropped", run=str(claim.run_id), claim=claim.number)
    except Exception as failure:  # noqa: BLE001 - whatever it was, it must not cost the student the run
        if not isinstance(failure, GradingOutage):
            _log.exception("grading broke", run=str(claim.run_id), claim=claim.number)
        is_try = await _may_be_caused_by_program(context, failure)
        why = describe_failure(failure, _circumstances(context, claim), is_try=is_try)
        await _retry_later(context, claim, publish, why)
    else:
        if not report.is_conclusive:
            why = describe_inconclusive(report, _circumstances(context, claim))
            await _retry_later(context, claim, publish, why)
            return
        is_ours = await finish_despite_cancel(
            retry_during_outage(
                lambda: run_transactions.store(context, claim, report), seconds=_STORE_SECONDS
            )
        )
        _log_report(claim, report, time.perf_counter() - began, is_ours=is_ours)
        publish({"state": RunState.FINISHED.value})
        if claim.is_regrade:
            # The sweep would queue the next one too, up to a second later.
            await regrades.queue_next(context)


async def _may_be_caused_by_program(context: WorkerContext, failure: Exception) -> bool:
    """Whether the program may have caused the failure, and no other run failed at the moment."""
    if isinstance(failure, GradingOutage):
        if failure.kind is Outage.ENVIRONMENT:
            return False  # which says nothing of what other runs meet at the moment
        is_suspect = failure.kind.may_be_caused_by_program
    else:  # a bug of ours, unless something of ours was short or away
        is_suspect = not (isinstance(failure, MemoryError) or is_outage(failure))
    if not is_suspect:
        context.recent_failures.record()
        return False
    return await context.recent_failures.record_and_check_alone()


async def _grade(context: WorkerContext, claim: Claim, publish: Publish) -> Report:
    if context.added is not None:
        # A version that was in use when this run was claimed judges it, whichever worker grades.
        await context.added.refresh()
    catalogue = context.catalogue.now()
    if claim.exercise not in catalogue:
        # This worker may be older than the server, or the suite was found to contradict itself
        # since: not the student's fault.
        raise GradingOutage(f"this worker has no exercise {claim.exercise}, or it is withheld")
    exercise = catalogue[claim.exercise]
    is_alone = _is_alone(claim)
    try:
        async with asyncio.TaskGroup() as tasks:
            renewing = tasks.create_task(_keep_lease(context, claim))
            async with context.run_lock.exclusive() if is_alone else context.run_lock.shared():
                report = await context.grader.grade(
                    exercise,
                    claim.files,
                    # Students receive this event: it holds no hint, since hints are unlocked
                    # when the run is finished.
                    on_check=lambda c: publish({"check": c.unlocked(0).for_student().to_dict()}),
                    in_turn=_is_last_resort(claim),
                )
            renewing.cancel()
    except BaseExceptionGroup as group:
        raise group.exceptions[0] from None
    return report


def _is_last_resort(claim: Claim) -> bool:
    return claim.tries + 1 >= IN_TURN_FROM_TRY


def _is_alone(claim: Claim) -> bool:
    return _is_last_resort(claim) or claim.lost >= EXCLUSIVE_AFTER_LOST


def _circumstances(context: WorkerContext, claim: Claim) -> Circumstances:
    return Circumstances(claim.number, context.settings.worker_name, _is_alone(claim))


async def _keep_lease(context: WorkerContext, claim: Claim) -> None:
    while True:
        await asyncio.sleep(context.settings.lease_seconds / 3)
        try:
            is_ours = await run_transactions.renew(context, claim)
        except Exception as error:
            if not is_outage(error):
                raise
            # Meanwhile no other worker can claim the run either.
            _log.warning(
                "lease not renewed", run=str(claim.run_id), error=str(error)[-LONGEST_DETAIL:]
            )
            continue
        if not is_ours:
            raise LeaseLost


def _outage_pause(claim: Claim) -> float:
    """Return the pause after an outage, in seconds.

    It is random, so that runs that failed together are not retried together. Otherwise runs that
    each kill their own judge would do so at the same moment every time, which counts as a shared
    failure and not as a try, for ever.
    """
    longest: float = min(2**claim.setbacks, _LONGEST_OUTAGE_PAUSE_SECONDS)
    return longest * random.uniform(_SHORTEST_PART, 1)  # noqa: S311 - no secret


async def _retry_later(
    context: WorkerContext, claim: Claim, publish: Publish, why: Undecided
) -> None:
    is_last = why.is_try and claim.tries + 1 >= context.settings.max_claims
    pause = pause_after(claim.tries + 1) if why.is_try else _outage_pause(claim)
    _log.warning(
        "not decided",
        run=str(claim.run_id),
        claim=claim.number,
        tries=claim.tries + why.is_try,
        is_try=why.is_try,
        cause=why.cause,
        why=why.describe().en,
        alone=why.alone,
        load=why.load,
    )
    await retry_during_outage(
        lambda: run_transactions.give_back(
            context, claim, pause_seconds=0 if is_last else pause, why=why
        ),
        seconds=_STORE_SECONDS,
    )
    if is_last:
        await run_transactions.abandon_exhausted(context)
    else:
        # A message for the next try is sent when it is due, by the sweep.
        publish({"state": RunState.QUEUED.value})


async def _publish_events(
    context: WorkerContext, run_id: UUID, events: asyncio.Queue[dict[str, Any] | None]
) -> None:
    is_connected, is_over = True, False
    while not is_over:
        batch = [await events.get()]
        while not events.empty():
            batch.append(events.get_nowait())
        is_over = batch[-1] is None
        if events_sent := [event for event in batch if event is not None]:
            # After one failure no more are sent: a Redis that hangs must not delay the worker.
            is_connected = is_connected and await announce(context.queue, run_id, *events_sent)


def _log_report(claim: Claim, report: Report, seconds: float, *, is_ours: bool) -> None:
    verdicts = [check.verdict.value for check in report.checks]
    _log.info(
        "graded" if is_ours else "claim lost, report dropped",
        run=str(claim.run_id),
        exercise=claim.exercise,
        claim=claim.number,
        points=f"{report.points:g}/{report.max_points:g}",
        ms=round(seconds * 1000),
        **{verdict: verdicts.count(verdict) for verdict in sorted(set(verdicts))},
    )
