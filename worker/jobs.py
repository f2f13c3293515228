"""`grade_run`: claim a run, grade it, record what was found.

The message only says that there may be something to do; the claim decides whether there is. No
transaction is open while a program runs. Whatever goes wrong on our side gives the run back to be
tried again, and never becomes a verdict.
"""

import asyncio
import time
from collections.abc import Callable, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Final, Protocol
from uuid import UUID

import structlog
from arq.connections import ArqRedis

from graders.catalogue import Catalogue
from graders.manifest import Exercise
from graders.report import CheckResult, Report, RunState
from server.actions import grading
from server.actions.grading import Claim
from server.database import Database
from server.jobs import enqueue_grading
from server.progress import announce
from server.settings import Settings
from worker.grade import GradingOutage
from worker.turnstile import Turnstile
from worker.unbroken import SECONDS_TO_END, to_the_end

# After the first, second … claim. Noise on the machine passes; an outage may take longer.
PAUSES_SECONDS: Final = (1, 5, 20, 20)
# What could not be decided twice is tried with the machine to itself, one check after another.
ALONE_FROM_CLAIM: Final = 3
_LONGEST_WHY: Final = 400  # of the words of an outage, which may be a traceback; its end counts

Tell = Callable[[dict[str, Any] | None], None]
_log = structlog.get_logger("semaforo.grading")


class Grades(Protocol):
    """What turns files into a report: `worker.grade.Grader`."""

    async def grade(
        self,
        exercise: Exercise,
        files: Mapping[str, bytes],
        *,
        on_check: Callable[[CheckResult], None] = ...,
        in_turn: bool = ...,
    ) -> Report:
        """Grade these files."""


@dataclass(frozen=True, slots=True)
class Bench:
    """What every job of this worker works with."""

    grader: Grades
    catalogue: Catalogue
    database: Database
    queue: ArqRedis
    settings: Settings
    turnstile: Turnstile = field(default_factory=Turnstile)

    @property
    def lease(self) -> timedelta:
        """How long a claim holds without being renewed."""
        return timedelta(seconds=self.settings.lease_seconds)


class LeaseLost(Exception):
    """The run is not ours any more: another worker has it, or staff gave it up."""


async def grade_run(ctx: dict[str, Any], run_id: str) -> None:
    """Grade a run, if it is to be had."""
    bench: Bench = ctx["bench"]
    claim = await to_the_end(_claim(bench, run_id), undo=lambda c: _let_go(bench, c))
    if claim is None:
        _log.debug("nothing to do", run=run_id)
        return
    events: asyncio.Queue[dict[str, Any] | None] = asyncio.Queue()
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(_announce_each(bench, claim.run_id, events))
        try:
            await _grade_claimed(bench, claim, events.put_nowait)
        finally:
            events.put_nowait(None)


async def _let_go(bench: Bench, claim: Claim | None) -> None:
    if claim:
        await _give_back(bench, claim, pause_seconds=0)


async def _claim(bench: Bench, run_id: str) -> Claim | None:
    async with bench.database.write() as session:
        claim = await grading.claim(
            session,
            UUID(run_id),
            worker=bench.settings.worker_name,
            now=_now(),
            lease=bench.lease,
            max_claims=bench.settings.max_claims,
        )
        await session.commit()
    return claim


async def _grade_claimed(bench: Bench, claim: Claim, tell: Tell) -> None:
    began = time.perf_counter()
    tell({"state": RunState.RUNNING.value})
    try:
        report = await _grade(bench, claim, tell)
    except asyncio.CancelledError:
        # This worker is to end. Given back now, the next one need not wait for the lease.
        async with asyncio.timeout(SECONDS_TO_END):
            await _give_back(bench, claim, pause_seconds=0)
        raise
    except LeaseLost:
        _log.warning("overtaken, report dropped", run=str(claim.run_id), claim=claim.number)
    except GradingOutage as outage:
        await _try_later(bench, claim, tell, why=str(outage))
    except Exception as bug:  # noqa: BLE001 - whatever it was, it must not cost the student the run
        _log.exception("grading broke", run=str(claim.run_id), claim=claim.number)
        await _try_later(bench, claim, tell, why=repr(bug))
    else:
        if not report.is_conclusive:
            await _try_later(bench, claim, tell, why="inconclusive")
            return
        is_ours = await to_the_end(_store(bench, claim, report))
        _log_report(claim, report, time.perf_counter() - began, is_ours=is_ours)
        tell({"state": RunState.FINISHED.value})


async def _store(bench: Bench, claim: Claim, report: Report) -> bool:
    async with bench.database.write() as session:
        is_ours = await grading.finish(session, claim.run_id, claim.number, report, _now())
        await session.commit()
    return is_ours


async def _grade(bench: Bench, claim: Claim, tell: Tell) -> Report:
    catalogue = bench.catalogue.now()
    if claim.exercise not in catalogue:
        # Perhaps this worker is older than the server, or the suite has been found to contradict
        # itself since: not the student's fault.
        raise GradingOutage(f"this worker has no exercise {claim.exercise}, or it is withheld")
    exercise = catalogue[claim.exercise]
    try:
        async with asyncio.TaskGroup() as tasks:
            renewing = tasks.create_task(_keep_lease(bench, claim))
            async with _place(bench.turnstile, claim.number):
                report = await bench.grader.grade(
                    exercise,
                    claim.files,
                    # Students follow this: hints may not be theirs yet, and come with the
                    # finished run.
                    on_check=lambda c: tell({"check": c.unlocked(0).for_student().to_dict()}),
                    in_turn=claim.number >= ALONE_FROM_CLAIM,
                )
            renewing.cancel()
    except BaseExceptionGroup as group:
        raise group.exceptions[0] from None
    return report


def _place(turnstile: Turnstile, claim: int) -> AbstractAsyncContextManager[None]:
    return turnstile.alone() if claim >= ALONE_FROM_CLAIM else turnstile.together()


async def _keep_lease(bench: Bench, claim: Claim) -> None:
    while True:
        await asyncio.sleep(bench.settings.lease_seconds / 3)
        async with bench.database.write() as session:
            is_ours = await grading.renew(
                session, claim.run_id, claim.number, _now(), lease=bench.lease
            )
            await session.commit()
        if not is_ours:
            raise LeaseLost


async def _try_later(bench: Bench, claim: Claim, tell: Tell, *, why: str) -> None:
    is_last = claim.number >= bench.settings.max_claims
    pause = PAUSES_SECONDS[min(claim.number, len(PAUSES_SECONDS)) - 1]
    _log.warning("not decided", run=str(claim.run_id), claim=claim.number, why=why[-_LONGEST_WHY:])
    await _give_back(bench, claim, pause_seconds=0 if is_last else pause)
    if is_last:
        await abandon_hopeless(bench)
        tell({"state": RunState.ABANDONED.value})
        return
    tell({"state": RunState.QUEUED.value})
    await enqueue_grading(bench.queue, claim.run_id, claims=claim.number, delay_seconds=pause)


async def _give_back(bench: Bench, claim: Claim, *, pause_seconds: float) -> None:
    now = _now()
    async with bench.database.write() as session:
        await grading.give_back(
            session, claim.run_id, claim.number, now + timedelta(seconds=pause_seconds), now
        )
        await session.commit()


async def abandon_hopeless(bench: Bench) -> None:
    """Give up what was tried too often, and say so where staff will see it."""
    async with bench.database.write() as session:
        abandoned = await grading.abandon_hopeless(
            session, _now(), max_claims=bench.settings.max_claims
        )
        await session.commit()
    for run_id in abandoned:
        _log.error("RUN ABANDONED: look at it and grade it again", run=str(run_id))
        await announce(bench.queue, run_id, {"state": RunState.ABANDONED.value})


async def _announce_each(
    bench: Bench, run_id: UUID, events: asyncio.Queue[dict[str, Any] | None]
) -> None:
    is_heard, is_over = True, False
    while not is_over:
        told = [await events.get()]
        while not events.empty():
            told.append(events.get_nowait())
        is_over = told[-1] is None
        if said := [event for event in told if event is not None]:
            # After one failure nobody listens: a Redis that hangs must not hold up the worker.
            is_heard = is_heard and await announce(bench.queue, run_id, *said)


def _log_report(claim: Claim, report: Report, seconds: float, *, is_ours: bool) -> None:
    verdicts = [check.verdict.value for check in report.checks]
    _log.info(
        "graded" if is_ours else "overtaken, report dropped",
        run=str(claim.run_id),
        exercise=claim.exercise,
        claim=claim.number,
        points=f"{report.points:g}/{report.max_points:g}",
        ms=round(seconds * 1000),
        **{verdict: verdicts.count(verdict) for verdict in sorted(set(verdicts))},
    )


def _now() -> datetime:
    return datetime.now(UTC)
