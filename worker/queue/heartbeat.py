"""The worker's heartbeat: a report in Redis, and a file on its own machine.

The report is for the server and its metrics (`server/messaging/workers.py`). The file is for the
supervisor of this process (`worker/queue/health.py`): it depends on nothing else, so a worker that
only waits for Redis to come back stays healthy.
"""

import asyncio
import os
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Final

import structlog
from arq.connections import ArqRedis

from server.messaging.jobs import QueueUnavailable
from server.messaging.workers import REPORT_EVERY_SECONDS, WorkerReport, report, withdraw
from worker.queue.health import alive_file

_REPORT_SECONDS: Final = 2.0  # for sending one report; the file must not wait longer
_WITHDRAW_SECONDS: Final = 2.0  # for the last report and its withdrawal

_log = structlog.get_logger("semaforo.heartbeat")


class AliveFile:
    """Holds the time of the last heartbeat, on the system's monotonic clock."""

    def __init__(self, data_dir: Path, worker_name: str) -> None:
        self._path = Path(alive_file(str(data_dir), worker_name))
        self._descriptor: int | None = None

    def write(self) -> None:
        """Write the time; a disk that refuses the write is only logged."""
        try:
            if self._descriptor is None:
                self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
                flags = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC
                self._descriptor = os.open(self._path, flags, 0o600)
            # Of constant length and in place: it needs no space on a full disk, and no reader ever
            # finds the file empty.
            os.pwrite(self._descriptor, f"{time.monotonic_ns():020d}\n".encode(), 0)
        except OSError as error:
            _log.warning("heartbeat not written", file=str(self._path), error=str(error))

    def close(self) -> None:
        """Delete the file."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._path.unlink(missing_ok=True)
            self._descriptor = None


@asynccontextmanager
async def keep_heartbeat(
    queue: ArqRedis, data_dir: Path, build_report: Callable[[], WorkerReport]
) -> AsyncIterator[None]:
    """Write the file and send reports while the block lasts; `build_report` makes each report."""
    first = build_report()
    file = AliveFile(data_dir, first.name)
    in_flight = asyncio.Lock()  # held while a report is sent
    async with asyncio.TaskGroup() as tasks:
        reporting = tasks.create_task(_keep_reporting(queue, file, build_report, in_flight))
        try:
            yield
        finally:
            try:
                with suppress(*QueueUnavailable):
                    # A report that is cut off may reach Redis after its withdrawal, and count.
                    async with asyncio.timeout(_WITHDRAW_SECONDS), in_flight:
                        reporting.cancel()
                        await withdraw(queue, first.instance)
            finally:
                reporting.cancel()
                file.close()


async def _keep_reporting(
    queue: ArqRedis,
    file: AliveFile,
    build_report: Callable[[], WorkerReport],
    in_flight: asyncio.Lock,
) -> None:
    while True:
        file.write()
        with suppress(*QueueUnavailable):
            async with asyncio.timeout(_REPORT_SECONDS), in_flight:
                await report(queue, build_report())
        await asyncio.sleep(REPORT_EVERY_SECONDS)
