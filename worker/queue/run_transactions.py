"""What a worker changes in the row of a run: each function is one short transaction."""

from datetime import timedelta

import structlog

from graders.report import Report, RunState
from graders.undecided import Undecided
from server.actions import grading, recovery
from server.actions.grading import Claim
from server.messaging.progress import announce
from server.storage.clock import shared_time
from worker.queue.context import WorkerContext

_log = structlog.get_logger("semaforo.grading")


async def claim(context: WorkerContext) -> Claim | None:
    """Claim the run whose turn it is, if any."""
    async with context.database.write() as session:
        claim = await grading.claim(
            session,
            worker=context.settings.worker_name,
            now=await shared_time(session),
            lease=context.lease,
            max_tries=context.settings.max_claims,
        )
        await session.commit()
    return claim


async def renew(context: WorkerContext, claim: Claim) -> bool:
    """Renew the lease; return False if this claim no longer holds the run."""
    async with context.database.write() as session:
        now = await shared_time(session)
        is_ours = await grading.renew(session, claim.run_id, claim.number, now, lease=context.lease)
        await session.commit()
    return is_ours


async def store(context: WorkerContext, claim: Claim, report: Report) -> bool:
    """Store the report; return False, and store nothing, if this claim no longer holds the run."""
    async with context.database.write() as session:
        now = await shared_time(session)
        is_ours = await grading.finish(session, claim.run_id, claim.number, report, now)
        await session.commit()
    return is_ours


async def give_back(
    context: WorkerContext,
    claim: Claim,
    *,
    pause_seconds: float = 0,
    why: Undecided | None = None,
) -> None:
    """Queue the run again after a pause, and record why it was not decided.

    Without a reason it is given back as if it had not been taken.
    """
    catalogue = context.catalogue.now()
    suite = catalogue[claim.exercise].suite_hash if claim.exercise in catalogue else ""
    async with context.database.write() as session:
        await grading.give_back(
            session,
            claim.run_id,
            claim.number,
            await shared_time(session),
            pause=timedelta(seconds=pause_seconds),
            tried_suite=suite if why and why.is_try else None,
            why=why,
        )
        await session.commit()


async def abandon_exhausted(context: WorkerContext) -> None:
    """Abandon runs that were tried or lost too often, and report them where staff will see it."""
    async with context.database.write() as session:
        abandoned = await recovery.abandon_exhausted(
            session,
            await shared_time(session),
            max_tries=context.settings.max_claims,
            version=context.version,
        )
        await session.commit()
    for run_id in abandoned:
        _log.error("run abandoned: examine it and grade it again", run=str(run_id))
        await announce(context.queue, run_id, {"state": RunState.ABANDONED.value})
