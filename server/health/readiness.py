"""Whether submissions can be accepted and graded now, part by part, within a second.

All parts are checked concurrently, each by its own task. A part that does not answer in time is
reported as silent; its task continues, and no second one is started meanwhile. So a part that hangs
holds at most one connection, however many requests ask, and never one that pages use.
"""

import asyncio
import os
import sqlite3
import tempfile
from collections.abc import Awaitable, Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Generic, Literal, TypeVar
from urllib.parse import quote

import structlog
from arq.connections import ArqRedis
from redis.exceptions import TimeoutError as RedisTimeout
from sqlalchemy import NullPool, text
from sqlalchemy.ext.asyncio import create_async_engine

from graders.text import Text
from server.health import advice
from server.messaging.jobs import QueueUnavailable
from server.messaging.workers import WorkerReport, list_workers
from server.storage.database import Database

ANSWER_SECONDS: Final = 0.8
# An answer is reused for this long.
CACHE_SECONDS: Final = 1.0
_GIVEN_UP_SECONDS: Final = 10.0
_RESERVED_BYTES: Final = 1 << 20
_SCHEMA: Final = "SELECT version_num FROM alembic_version"
_PROBE_KEY: Final = "semaforo:health"

State = Literal["ok", "away", "silent", "full", "none", "down", "unknown"]
T = TypeVar("T")
_NO_ADVICE: Final = Text.same("")
_log = structlog.get_logger("semaforo.readiness")


@dataclass(frozen=True, slots=True)
class Finding:
    """The state of one part, and advice for the operator if it is not ok."""

    state: State
    advice: Text = _NO_ADVICE


OK: Final = Finding("ok")


class Probe(Generic[T]):
    """Checks one part, never twice concurrently."""

    def __init__(self, ask: Callable[[], Awaitable[T]]) -> None:
        self._ask = ask
        self._task: asyncio.Task[T] | None = None
        self._ended_at = 0.0

    async def answer(self) -> T:
        """Return the part's answer, or its last one if that is younger than CACHE_SECONDS.

        Raises:
            TimeoutError: nothing within ANSWER_SECONDS.
            Exception: whatever its driver raises.
        """
        loop = asyncio.get_running_loop()
        task = self._task
        if task is None or (task.done() and loop.time() - self._ended_at > CACHE_SECONDS):
            task = self._task = asyncio.create_task(self._ask_in_time(loop))
        await asyncio.wait({task}, timeout=ANSWER_SECONDS)
        if not task.done():
            raise TimeoutError
        return task.result()

    async def _ask_in_time(self, loop: asyncio.AbstractEventLoop) -> T:
        try:
            async with asyncio.timeout(_GIVEN_UP_SECONDS):
                return await self._ask()
        finally:
            self._ended_at = loop.time()

    async def close(self) -> None:
        """End the task, whatever it waits for."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)


class Readiness:
    """Checks every part that grading a submission needs; close it when done."""

    def __init__(self, database: Database, queue: ArqRedis) -> None:
        self._database, self._queue = database, queue
        # One thread for each blocking check: a disk that hangs blocks its thread.
        self._threads = ThreadPoolExecutor(2, thread_name_prefix="readiness")
        self._schema = Probe(self._ask_database)
        self._disk = Probe(self._ask_disk)
        self._workers = Probe(self._ask_queue)
        self._last: dict[str, State] = {}

    async def workers(self) -> list[WorkerReport]:
        """Return the workers that are alive.

        Raises:
            QueueUnavailable: it cannot be known, or not within ANSWER_SECONDS.
        """
        return await self._workers.answer()

    async def check(self) -> Mapping[str, Finding]:
        """Return the finding for each part, by its name."""
        database, disk, by_queue = await asyncio.gather(
            self._find_database(), self._find_disk(), self._find_by_queue()
        )
        found = {"database": database, "disk": disk, **by_queue}
        states = {part: finding.state for part, finding in found.items()}
        if states != self._last:
            _log.info("readiness", **states)
            self._last = states
        return found

    async def close(self) -> None:
        """End what still asks."""
        await asyncio.gather(*(p.close() for p in (self._schema, self._disk, self._workers)))
        self._threads.shutdown(wait=False, cancel_futures=True)

    async def _find_database(self) -> Finding:
        try:
            await self._schema.answer()
        except TimeoutError:
            return Finding("silent", advice.DATABASE)
        except Exception as error:  # noqa: BLE001 - whatever the driver raises, the answer is the same
            _log.debug("database away", error=str(error))
            return Finding("away", advice.DATABASE)
        return OK

    async def _find_disk(self) -> Finding:
        try:
            await self._disk.answer()
        except TimeoutError:
            return Finding("silent", advice.DISK)
        except OSError as error:
            _log.debug("disk full", error=str(error))
            return Finding("full", advice.DISK)
        return OK

    async def _find_by_queue(self) -> dict[str, Finding]:
        unknown = Finding("unknown")
        try:
            workers = await self._workers.answer()
        except QueueUnavailable as error:
            is_silent = isinstance(error, TimeoutError | RedisTimeout)
            state: State = "silent" if is_silent else "away"
            return {
                "queue": Finding(state, advice.QUEUE),
                "workers": unknown,
                "suites": unknown,
            }
        if not workers:
            return {"queue": OK, "workers": Finding("none", advice.WORKERS), "suites": unknown}
        down = sorted({slug for w in workers for slug, how in w.suites.items() if how == "down"})
        if down:
            _log.debug("suites down", suites=down)
        suites = Finding("down", advice.SUITES.format(count=len(down))) if down else OK
        return {"queue": OK, "workers": OK, "suites": suites}

    async def _ask_database(self) -> None:
        if self._database.is_sqlite:
            loop = asyncio.get_running_loop()
            await loop.run_in_executor(self._threads, _read_schema, self._file)
            return
        engine = create_async_engine(
            self._database.url, poolclass=NullPool, connect_args={"timeout": _GIVEN_UP_SECONDS}
        )
        try:
            async with engine.connect() as connection:
                await connection.execute(text(_SCHEMA))
        finally:
            await engine.dispose()

    async def _ask_disk(self) -> None:
        # PostgreSQL's disk is on its own machine; when that is full, PostgreSQL stops and is away.
        if self._database.is_sqlite:
            loop = asyncio.get_running_loop()
            await loop.run_in_executor(self._threads, _reserve_space, self._file.parent)

    async def _ask_queue(self) -> list[WorkerReport]:
        # A Redis that cannot write (its memory or disk is full) cannot carry a queue.
        await self._queue.set(_PROBE_KEY, b"1", px=60_000)
        return await list_workers(self._queue)

    @property
    def _file(self) -> Path:
        return Path(str(self._database.url.database))


def _read_schema(file: Path) -> None:
    # "rw" makes no new file where none is.
    connection = sqlite3.connect(f"file:{quote(str(file))}?mode=rw", uri=True, timeout=0.5)
    try:
        connection.execute(_SCHEMA).fetchall()
    finally:
        connection.close()


def _reserve_space(folder: Path) -> None:
    """Reserve some room in the folder, as a submission would, and give it back.

    Raises:
        OSError: there is none, or nothing may be written.
    """
    # It has no name, so that nothing is left of it whatever happens.
    with tempfile.TemporaryFile(dir=folder) as room:
        os.posix_fallocate(room.fileno(), 0, _RESERVED_BYTES)
