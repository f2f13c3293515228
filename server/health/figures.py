"""Metrics from outside this process: database, queue and workers.

Each source is queried once at a time, with the time limits of `server/health/readiness.py`; what
does not answer is left out.
"""

import asyncio
from collections.abc import Awaitable
from contextlib import suppress
from datetime import UTC, datetime
from typing import TypeVar

from arq.connections import ArqRedis
from prometheus_client.core import Metric
from sqlalchemy.exc import SQLAlchemyError

from server.actions.backlog import Backlog, measure_backlog
from server.health import metrics
from server.health.readiness import Probe, Readiness
from server.messaging.jobs import QUEUE_NAME, QueueUnavailable
from server.storage.database import Database

T = TypeVar("T")


class Figures:
    """Collects everything that `/metrics` shows beside this process's own counters."""

    def __init__(self, database: Database, queue: ArqRedis, readiness: Readiness) -> None:
        self._database, self._queue, self._readiness = database, queue, readiness
        self._backlog = Probe(self._ask_backlog)
        self._messages = Probe(self._ask_messages)

    async def collect(self) -> list[Metric]:
        """Return what is known now."""
        found, workers, backlog, messages = await asyncio.gather(
            self._readiness.check(),
            _or_none(self._readiness.workers()),
            _or_none(self._backlog.answer()),
            _or_none(self._messages.answer()),
        )
        families = metrics.readiness_metrics(found)
        families += metrics.statement_metrics(self._database.statements)
        if workers is not None:
            families += metrics.worker_metrics(workers)
        if backlog is not None:
            families += metrics.backlog_metrics(backlog)
        if messages is not None:
            families += metrics.queue_metrics(messages)
        return families

    async def close(self) -> None:
        """Cancel pending queries."""
        await asyncio.gather(self._backlog.close(), self._messages.close())

    async def _ask_backlog(self) -> Backlog:
        async with self._database.read() as session:
            return await measure_backlog(session, datetime.now(UTC))

    async def _ask_messages(self) -> int:
        return int(await self._queue.zcard(QUEUE_NAME))


async def _or_none(asked: Awaitable[T]) -> T | None:
    with suppress(SQLAlchemyError, *QueueUnavailable):
        return await asked
    return None
