"""The sweep: what was lost is found; what is hopeless is given up, loudly.

Messages may be lost in any way: Redis was away when a submission came, its disk was, a worker
was killed with the message in its hands. The rows know; every worker asks them at its start and
every few seconds, and sends the messages that are missing.
"""

import asyncio
from datetime import UTC, datetime
from typing import Final

import structlog
from sqlalchemy.exc import SQLAlchemyError

from server.actions import grading
from server.jobs import enqueue_missing
from worker.jobs import Bench, abandon_hopeless

SWEEP_EVERY_SECONDS: Final = 5.0

_log = structlog.get_logger("semaforo.sweep")


async def keep_sweeping(bench: Bench, *, every_seconds: float = SWEEP_EVERY_SECONDS) -> None:
    """Sweep now and every few seconds, until cancelled."""
    while True:
        try:
            await sweep(bench)
        except (SQLAlchemyError, OSError) as error:
            # The database may be away for a moment; the next round will do.
            _log.warning("database away", error=str(error))
        await asyncio.sleep(every_seconds)


async def sweep(bench: Bench) -> None:
    """Send a message for every run that waits without one, and give up the hopeless."""
    async with bench.database.read() as session:
        waiting = await grading.list_claimable(
            session, datetime.now(UTC), max_claims=bench.settings.max_claims
        )
    found = await enqueue_missing(bench.queue, [(run.run_id, run.claims) for run in waiting])
    if found:
        _log.info("found runs without a message", count=found)
    await abandon_hopeless(bench)
