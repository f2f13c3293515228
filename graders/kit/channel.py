"""One check's conversation with the student's program: calls, services, output, the watch."""

import asyncio
import os
from time import monotonic
from typing import Any

from graders.kit import wire
from graders.kit.asking import Asking, TooManyCalls
from graders.kit.line import Line, Printed
from graders.kit.link import SandboxLink
from graders.kit.outcome import Called, Ending, Outcome
from graders.kit.replies import outcome_of
from graders.kit.watch import Watcher
from graders.limits import Limits

SETTLE_SECONDS = 2.0
# How a process ended is told by the starter, on another way than its last words.
WORD_OF_END_SECONDS = 0.5


class Channel:
    """The trusted end of one check process. Everything it hears is a claim, bounded and checked.

    The process is started by the first call, and loads the submission then.

    wall_seconds  Clock time from the first call to the end of the latest; None before the first
                  has ended. Loading is not counted.
    """

    def __init__(self, link: SandboxLink, limits: Limits) -> None:
        self.asking = Asking(self._send)
        self.wall_seconds: float | None = None
        self._link, self._limits = link, limits
        self._loop = asyncio.get_running_loop()
        self._opening = asyncio.Lock()
        self._loaded: asyncio.Future[None] | None = None
        self._over: Outcome | None = None
        self._waiting: dict[int, asyncio.Future[Outcome]] = {}
        self._sent_at: dict[int, float] = {}
        self._last_number = 0
        self._settling: asyncio.Future[str] | None = None
        self._line: Line | None = None
        self._output: Printed | None = None
        self.watcher = Watcher(link, limits, self._on_quiet, self._on_drowsy, self._on_limit)

    @property
    def printed(self) -> str:
        """What the program has printed so far, cut to its limit."""
        return self._output.text if self._output else ""

    def close(self) -> None:
        """Hang up: the agent in the sandbox ends itself, the run's end ends whatever else."""
        self._end(Outcome(Ending.UNDECIDED, detail="hung up"))
        self.watcher.stop()
        if self._line and self._output:
            self._loop.remove_reader(self._output.descriptor)
            self._line.connection.close()
            os.close(self._output.descriptor)

    async def call(self, frame: dict[str, Any]) -> Called:
        """Do one call, `frame` without its number, and return how that ended. Always ends.

        Several calls may be under way at once.

        Raises:
            SandboxLost: there is no sandbox any more.
        """
        await self._load()
        if self._over or not self._line:
            return Called(self._over or Outcome(Ending.UNDECIDED), None, 0.0)
        number = self._last_number = self._last_number + 1
        waiting = self._waiting[number] = self._loop.create_future()
        sent_at = monotonic()
        self.asking.began = self.asking.began or sent_at
        if len(self._waiting) == 1:
            self.watcher.begin()
        self._send({"t": "call", **frame, "id": number})
        try:
            outcome = await waiting
        except asyncio.CancelledError:
            # Whoever asked has gone; the program is told, and its answer is nobody's any more.
            self._send({"t": "left", "id": number})
            raise
        if self._output:
            self._output.drain()
        now = monotonic()
        self.wall_seconds = now - self.asking.began
        return Called(outcome, now - sent_at, self.watcher.host_delay())

    async def _load(self) -> None:
        """Have the module loaded, unless it is, or is known not to load."""
        async with self._opening:
            if self._loaded or self._over:
                return
            self._over = await self._link.loading.take_or_wait()
            if not self._over:
                self._loaded = self._loop.create_future()
                self._open()
                self.watcher.begin()
                await self._loaded
                self.watcher.stop()

    def _open(self) -> None:
        connection, printed = self._link.open_check(self._on_end, self._on_loss)
        self._line = Line(connection)
        self._output = Printed(printed, self._limits.output_kib * 1024)
        self.watcher.connection = connection
        self._loop.add_reader(connection, self._on_readable)
        self._loop.add_reader(printed, self._on_printed)

    async def settle(self) -> str:
        """Wait, after a call, until the program does nothing more by itself.

        Returns "asleep" if that is proven, "timer" if it keeps a timer going, "working" if it
        goes on working, "over" if its process is gone.
        """
        if self._over:
            return "over"
        self._settling = self._loop.create_future()
        self.watcher.begin()
        try:
            async with asyncio.timeout(SETTLE_SECONDS):
                return await self._settling
        except TimeoutError:
            return "timer" if self.watcher.keeps_a_timer else "working"
        finally:
            self.watcher.stop()
            self._settling = None

    def _send(self, frame: dict[str, Any]) -> None:
        if self._line:
            self._line.send(frame)
        self.watcher.stir()

    def _finish(self, outcome: Outcome) -> None:
        """End every call under way; for good, unless the program sleeps and may be called again."""
        self.watcher.stop()
        asleep = outcome.ending is Ending.STUCK or outcome.detail == "asleep"
        if not asleep or not self._is_loaded:
            self._end(outcome)
        for number in list(self._waiting):
            self._resolve(number, outcome)

    def _end(self, outcome: Outcome) -> None:
        self._over = self._over or outcome
        if self._line:
            self._loop.remove_reader(self._line.connection)
        if self._loaded and not self._loaded.done():
            self._link.loading.settle(self._over)
            self._loaded.set_result(None)
        if self._settling and not self._settling.done():
            self._settling.set_result("over")

    @property
    def _is_loaded(self) -> bool:
        return self._loaded is not None and self._loaded.done()

    def _resolve(self, number: int, outcome: Outcome) -> None:
        """End one call; a number nobody waits for is no answer of ours."""
        waiting = self._waiting.pop(number)
        if not waiting.done():  # or whoever asked has gone
            waiting.set_result(outcome)
        if not self._waiting:
            self.watcher.stop()

    def _on_readable(self) -> None:
        if not self._take_frames():
            if self._line:
                self._loop.remove_reader(self._line.connection)
            self._loop.call_later(WORD_OF_END_SECONDS, self._on_end, None)
        elif self._is_watched:
            self.watcher.stir()

    def _take_frames(self) -> bool:
        """Hear what has come in; False if the other end has hung up."""
        if not self._line:
            return False
        try:
            frames = self._line.receive()
            if self._line.pid and not self.watcher.pid:
                self.watcher.pid = self._line.pid
                self._link.checks.add(self._line.pid)
            for frame in frames or ():
                if not self._over:
                    self._on_frame(frame)
        except TooManyCalls:
            self._finish(Outcome(Ending.FLOODED, detail="calls"))
            return True
        except (wire.WireError, KeyError, TypeError, ValueError) as error:
            self._finish(Outcome(Ending.GARBLED, detail=str(error)))
            return True
        return frames is not None

    @property
    def _is_watched(self) -> bool:
        return not self._over and (
            bool(self._waiting) or self._settling is not None or not self._is_loaded
        )

    def _on_frame(self, frame: dict[str, Any]) -> None:
        kind = frame["t"]
        if kind == "asked":
            self.asking.on_asked(frame)
        elif kind == "cancelled":
            self.asking.on_cancelled(frame["number"])
        elif kind == "loaded":
            if self._loaded and not self._loaded.done():
                self._link.loading.settle(None)
                self._loaded.set_result(None)
        elif kind == "not_loaded":
            self._finish(outcome_of(frame))
        elif kind != "hello":
            self._resolve(frame["id"], outcome_of(frame))

    def _on_printed(self) -> None:
        if self._output and not self._output.drain():
            self._loop.remove_reader(self._output.descriptor)
            if self._output.is_flood:
                self._finish(Outcome(Ending.FLOODED, detail="output"))

    def _on_end(self, status: int | None) -> None:
        while not self._over and self._take_frames():
            if self._line and self._line.is_empty:
                break
        if not self._over:
            self._finish(Outcome(Ending.DIED, status=status))

    def _on_loss(self) -> None:
        self._finish(Outcome(Ending.UNDECIDED, detail="sandbox lost"))

    def _on_quiet(self, for_good: bool) -> None:
        if self._settling and not self._settling.done():
            self._settling.set_result("asleep" if for_good else "timer")
            return
        if not self.asking.on_quiet() and (self._waiting or not self._is_loaded):
            stuck = Outcome(Ending.STUCK)
            overslept = Outcome(Ending.TIMED_OUT, detail="asleep")
            self._finish(stuck if for_good else overslept)

    def _on_drowsy(self) -> None:
        if self._settling and not self._settling.done():
            self._settling.set_result("timer")
            return
        self.asking.on_drowsy()

    def _on_limit(self, why: str) -> None:
        ending = Ending.TIMED_OUT if why else Ending.UNDECIDED
        self._finish(Outcome(ending, detail=why or "kept from running"))
