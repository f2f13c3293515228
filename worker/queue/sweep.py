"""The sweep: recover lost runs, abandon hopeless ones, and retry abandoned ones after an upgrade.

A message may be lost in several ways: Redis or its disk was unavailable when a submission came, or
a worker was killed while it held the message. The rows are complete; every worker reads them at its
start and every second, and sends the missing messages. A run whose pause is over gets its message
the same way, so only the database's clock decides when.
"""

import asyncio
from typing import Final

import structlog

from graders.report import RunState
from server.actions import recovery
from server.messaging.jobs import enqueue_missing
from server.messaging.progress import announce
from server.storage.clock import shared_time
from server.storage.outage import is_outage
from worker.queue import regrades, run_transactions
from worker.queue.context import WorkerContext

SWEEP_EVERY_SECONDS: Final = 1.0
_TAKE_UP_EVERY_SECONDS: Final = 60.0

_log = structlog.get_logger("semaforo.sweep")


async def keep_sweeping(
    context: WorkerContext, *, every_seconds: float = SWEEP_EVERY_SECONDS
) -> None:
    """Sweep now and every second, until cancelled."""
    loop = asyncio.get_running_loop()
    take_up_at, is_away = loop.time(), False
    while True:
        try:
            if loop.time() >= take_up_at:
                await take_up_again(context)
                take_up_at = loop.time() + _TAKE_UP_EVERY_SECONDS
            await sweep(context)
            is_away = False
        except Exception as error:
            if not is_outage(error):
                raise
            # The next round tries again. Log once for each outage, not every second.
            if not is_away:
                _log.warning("database away", error=str(error))
            is_away = True
        await asyncio.sleep(every_seconds)


async def sweep(context: WorkerContext) -> None:
    """Send a message for every run that may be claimed, and abandon the hopeless ones."""
    max_tries = context.settings.max_claims
    async with context.database.read() as session:
        now = await shared_time(session)
        found = await recovery.count_open(session, now, lease=context.lease, max_tries=max_tries)
    if found.lost:
        async with context.database.write() as session:
            lost = await recovery.requeue_lost(session, now, lease=context.lease)
            await session.commit()
        _log.warning("taken back from unresponsive workers", runs=[str(run) for run in lost])
    if found.exhausted or found.lost:
        await run_transactions.abandon_exhausted(context)
    await regrades.advance(context)
    if sent := await enqueue_missing(context.queue, found.claimable + found.lost):
        _log.debug("missing messages sent", count=sent)


async def take_up_again(context: WorkerContext) -> None:
    """Queue runs that another version of the worker, or of the suite, had to abandon."""
    exercises = await asyncio.to_thread(context.catalogue.now)
    suites = {slug: exercise.suite_hash for slug, exercise in exercises.items()}
    async with context.database.write() as session:
        found = await recovery.requeue_abandoned(
            session, await shared_time(session), version=context.version, suites=suites
        )
        await session.commit()
    for run_id in found:
        _log.info("abandoned run queued again", run=str(run_id))
        await announce(context.queue, run_id, {"state": RunState.QUEUED.value})
