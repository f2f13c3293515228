"""Keep one suite process alive for each exercise: replace dead ones, end outdated ones."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Final

import structlog

from graders.catalogue.manifest import Exercise
from graders.text import Text
from server.messaging.workers import SuiteState
from worker.grading.suite_errors import ENDED, GONE, SuiteError
from worker.grading.suites import SuiteProcess
from worker.outages import Outage, Reason, Restarts, Role

# Before the first, second … start after one that failed or did not last.
PAUSES_SECONDS: Final = (0.0, 1.0, 2.0, 5.0, 15.0, 60.0)
LASTED_SECONDS: Final = 60.0  # a process that lived this long is replaced at once

Start = Callable[[Exercise], Awaitable[SuiteProcess]]
_log = structlog.get_logger("semaforo.suites")


class SuiteKeeper:
    """The current suite process of every exercise that was asked for, started by `start`."""

    def __init__(self, start: Start, restarts: Restarts) -> None:
        self._start, self._restarts = start, restarts
        self._current: dict[str, _SuiteVersion] = {}
        self._retired: set[_SuiteVersion] = set()

    @asynccontextmanager
    async def lend(self, exercise: Exercise, suite_hash: str) -> AsyncIterator[SuiteProcess]:
        """Yield the process of this version; all who wait for it share one start.

        Raises:
            SuiteError: there is none now. Another start is tried after a pause that grows.
        """
        version = self._current.get(exercise.slug)
        if version is None or not version.is_of(exercise, suite_hash) or version.task.done():
            if version is not None:
                self._retire(version)
            version = _SuiteVersion(exercise, suite_hash, self._start, self._restarts)
            self._current[exercise.slug] = version
        version.users += 1
        try:
            yield await version.process()
        finally:
            version.users -= 1
            if version in self._retired and not version.users:
                version.end()

    def states(self) -> dict[str, SuiteState]:
        """Return how the process of each exercise that was asked for is, by slug."""
        return {version.exercise.slug: version.state for version in self._current.values()}

    async def close(self) -> None:
        """End every process."""
        every = [*self._current.values(), *self._retired]
        for version in every:
            version.end()
        await asyncio.gather(*(version.task for version in every), return_exceptions=True)

    def _retire(self, version: "_SuiteVersion") -> None:
        """End it once its last run is over; until then it judges the runs that it has."""
        self._retired.add(version)
        version.task.add_done_callback(lambda _: self._retired.discard(version))
        if not version.users:
            version.end()


class _SuiteVersion:
    """One version of one suite: its process, and the task that keeps it.

    users   Runs that use it or wait for it.
    """

    def __init__(
        self, exercise: Exercise, suite_hash: str, start: Start, restarts: Restarts
    ) -> None:
        self.exercise, self.suite_hash = exercise, suite_hash
        self._start, self._restarts = start, restarts
        self.users = self._failures = 0
        self._logged_error = ""
        self._wanted = asyncio.Event()
        self._now: asyncio.Future[SuiteProcess] = _new_future()
        self.task = asyncio.create_task(self._run())

    def is_of(self, exercise: Exercise, suite_hash: str) -> bool:
        """Whether it judges this version, from this folder."""
        return (self.exercise.folder, self.suite_hash) == (exercise.folder, suite_hash)

    @property
    def state(self) -> SuiteState:
        """How it is: down if it could not be started, or ends whenever it is."""
        if not self._now.done():
            return "starting"
        return "down" if self._now.exception() else "ready"

    async def process(self) -> SuiteProcess:
        """Return the process, as soon as it is ready."""
        self._wanted.set()
        try:
            return await asyncio.shield(self._now)
        except SuiteError as error:
            # A new exception for each caller: one object would collect the frames of all of them.
            raise SuiteError(error.words, error.kind) from None

    def end(self) -> None:
        """End the process, and do not start another."""
        self.task.cancel()

    async def _run(self) -> None:
        try:
            await self._restart_forever()
        finally:
            if not self._now.done():
                self._fail(SuiteError(GONE.format(why=_ENDED), Outage.SUITE_PROCESS))

    def _fail(self, error: SuiteError) -> None:
        self._now = _new_future() if self._now.done() else self._now
        self._now.set_exception(error)
        self._now.exception()  # retrieved here, so that asyncio does not warn if nobody awaits it

    async def _restart_forever(self) -> None:
        while True:
            error = await self._serve()
            pause = PAUSES_SECONDS[min(self._failures, len(PAUSES_SECONDS) - 1)]
            self._failures += 1
            if error.kind is Outage.SUITE_BROKEN or pause:
                self._fail(error)
                await asyncio.sleep(max(pause, PAUSES_SECONDS[1]))
            if error.kind is Outage.SUITE_BROKEN:
                # Another start helps only if what surrounds the suite has changed meanwhile.
                self._wanted.clear()
                await self._wanted.wait()
            if self._now.done():
                self._now = _new_future()

    async def _serve(self) -> SuiteError:
        """Start a process and have it used until it is over; return why there is none now."""
        try:
            process = await self._start(self.exercise)
        except SuiteError as error:
            if str(error) != self._logged_error:
                _log.error("suite not ready", exercise=self.exercise.slug, error=str(error))
            self._logged_error = str(error)
            return error
        began = time.monotonic()
        self._now.set_result(process)
        try:
            reason = await process.wait_until_ended()
        finally:
            await process.close()
        if time.monotonic() - began >= LASTED_SECONDS:
            self._failures = 0
        self._restarts.add(Role.SUITE, reason)
        _log.error("suite process replaced", exercise=self.exercise.slug, why=reason.value)
        self._now = _new_future()
        return SuiteError(GONE.format(why=_WHY[reason]), Outage.SUITE_PROCESS)


def _new_future() -> "asyncio.Future[SuiteProcess]":
    return asyncio.get_running_loop().create_future()


_ENDED: Final = Text("el worker termina", "the worker ends")
_WHY: Final = {
    Reason.DIED: ENDED,
    Reason.HUNG: Text("no responde", "it does not answer"),
}
