"""Regrades go on while nothing else waits: looked up, queued, ended and applied in small steps."""

import asyncio
from collections.abc import Sequence
from typing import Final
from uuid import UUID

import structlog

from server.actions import regrade_applying, regrade_runs
from server.messaging.jobs import enqueue_grading
from server.models import RegradeState
from server.storage.clock import shared_time
from worker.queue.context import WorkerContext

# A sweep must end soon, because it also recovers lost runs; the next one is a second later.
MOST_STEPS: Final = 20

_log = structlog.get_logger("semaforo.regrade")


async def advance(context: WorkerContext) -> None:
    """Take every regrade that is at work some steps further; each step is one transaction."""
    async with context.database.read() as session:
        at_work = await regrade_runs.list_at_work(session)
    if not at_work:
        return
    for regrade in at_work:
        if regrade.state is RegradeState.COLLECTING:
            await _collect(context, regrade.id)
        elif regrade.state is RegradeState.APPLYING:
            await _apply(context, regrade.id)
        else:
            await _end_finished(context, regrade.id)
    await queue_next(context)


async def queue_next(context: WorkerContext) -> None:
    """Queue as many runs of regrades as there is room for."""
    async with context.database.write() as session:
        queued = await regrade_runs.queue_next(
            session, await shared_time(session), at_once=context.settings.regrades_at_once
        )
        await session.commit()
    await _send(context, queued)


async def _send(context: WorkerContext, run_ids: Sequence[UUID]) -> None:
    for run_id in run_ids:
        await enqueue_grading(context.queue, run_id)


async def _collect(context: WorkerContext, regrade_id: UUID) -> None:
    for _ in range(MOST_STEPS):
        async with context.database.write() as session:
            is_more = await regrade_runs.collect(session, regrade_id)
            await session.commit()
        if not is_more:
            return
        await asyncio.sleep(0)


async def _apply(context: WorkerContext, regrade_id: UUID) -> None:
    for _ in range(MOST_STEPS):
        async with context.database.write() as session:
            is_more = await regrade_applying.apply_some(
                session, regrade_id, await shared_time(session)
            )
            await session.commit()
        if not is_more:
            _log.info("regrade applied", regrade=str(regrade_id))
            return


async def _end_finished(context: WorkerContext, regrade_id: UUID) -> None:
    async with context.database.write() as session:
        is_ready = await regrade_runs.end_finished(session, regrade_id, await shared_time(session))
        await session.commit()
    if is_ready:
        _log.info("regrade ready", regrade=str(regrade_id))
