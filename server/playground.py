"""The playground: what its page and its API share."""

import asyncio
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from arq.connections import ArqRedis
from redis.exceptions import RedisError

from graders.trace import MAX_SOURCE_BYTES
from server.access import Viewer
from server.errors.playground import (
    InvalidProgram,
    PlaygroundAway,
    PlaygroundBusy,
    PlaygroundOff,
    UnknownTrace,
)
from server.http.rates import Rates, trace_rate
from server.messaging import playground
from server.messaging.jobs import QueueUnavailable
from server.messaging.playground import TraceRun
from server.settings import Settings

_LOOK_SECONDS: Final = 0.1


@dataclass(frozen=True, slots=True)
class Playground:
    """Runs programs of signed-in people that belong to no exercise."""

    queue: ArqRedis
    rates: Rates
    settings: Settings

    def require_on(self) -> None:
        """Require that the server has a playground.

        Raises:
            PlaygroundOff: it has not.
        """
        if not self.settings.playground:
            raise PlaygroundOff

    async def run(self, viewer: Viewer, source: str) -> UUID:
        """Put a program in the queue and return the run's id.

        Raises:
            PlaygroundOff, PlaygroundAway, PlaygroundBusy: none can be run now.
            InvalidProgram: there is none, or it is too large.
            TooManyTraces: the limit of this person is reached.
        """
        self.require_on()
        # Browsers send line ends as CR LF.
        program = source.replace("\r\n", "\n")
        if not program or len(program.encode()) > MAX_SOURCE_BYTES:
            raise InvalidProgram(MAX_SOURCE_BYTES // 1024)
        await self.rates.hit(trace_rate(self.settings), str(viewer.user.id))
        try:
            run_id = await playground.enqueue(self.queue, viewer.user.id, program)
        except QueueUnavailable as error:
            raise PlaygroundAway from error
        if run_id is None:
            raise PlaygroundBusy
        return run_id

    async def find(self, viewer: Viewer, run_id: UUID, *, wait_seconds: float = 0) -> TraceRun:
        """Return a run of the viewer's, when it is over or after `wait_seconds`.

        Raises:
            PlaygroundOff, PlaygroundAway: it cannot be looked up now.
            UnknownTrace: there is none, or no longer.
        """
        self.require_on()
        run = await self._find(viewer, run_id)
        try:
            async with asyncio.timeout(wait_seconds):
                while not run.is_over:
                    await asyncio.sleep(_LOOK_SECONDS)
                    run = await self._find(viewer, run_id)
        except TimeoutError:
            pass  # it is shown as it is
        return run

    async def _find(self, viewer: Viewer, run_id: UUID) -> TraceRun:
        try:
            run = await playground.find_run(self.queue, viewer.user.id, run_id)
        except (
            RedisError,
            ConnectionError,
        ) as error:  # not TimeoutError, which may be the caller's
            raise PlaygroundAway from error
        if run is None:
            raise UnknownTrace
        return run
