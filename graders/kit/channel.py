"""One check's conversation with the student's program: calls, services, output, the watch."""

import asyncio
import os
from collections.abc import Sequence
from time import monotonic
from typing import TYPE_CHECKING, Any

from graders.kit import wire
from graders.kit.evidence import CANCELLED, Call, Evidence
from graders.kit.line import Line, Printed
from graders.kit.link import SandboxLink
from graders.kit.outcome import Ending, Outcome
from graders.kit.replies import line_of, outcome_of
from graders.kit.watch import Watcher
from graders.limits import Limits

if TYPE_CHECKING:
    from graders.kit.conductor import Service

MAX_CALLS = 1000
SETTLE_SECONDS = 2.0
# How a process ended is told by the starter, on another way than its last words.
WORD_OF_END_SECONDS = 0.5


class Channel:
    """The trusted end of one check process. Everything it hears is a claim, bounded and checked.

    called_at     When the program was first called, by time.monotonic; None before.
    wall_seconds  Clock time of the latest call; None before the first has ended.
    host_delay    Seconds of it that the program stood ready without a processor.
    """

    def __init__(self, link: SandboxLink, limits: Limits) -> None:
        self.evidence = Evidence()
        self.services: dict[str, Service] = {}
        self.called_at: float | None = None
        self.wall_seconds: float | None = None
        self.host_delay = 0.0
        self._link = link
        self._loop = asyncio.get_running_loop()
        self._over: Outcome | None = None
        self._waiting: asyncio.Future[Outcome] | None = None
        self._settling: asyncio.Future[str] | None = None
        self._calls: dict[int, Call] = {}
        self._is_loaded = False
        self._began = 0.0
        self._next_call: dict[str, Any] | None = None
        connection, printed = link.open_check(self._on_end, self._on_loss)
        self._line = Line(connection)
        self.printed = Printed(printed, limits.output_kib * 1024)
        self.watcher = Watcher(
            link, connection, limits, self._on_quiet, self._on_drowsy, self._on_limit
        )
        self._loop.add_reader(connection, self._on_readable)
        self._loop.add_reader(printed, self._on_printed)

    def close(self) -> None:
        """Hang up: the agent in the sandbox ends itself, the run's end ends whatever else."""
        self._over = self._over or Outcome(Ending.UNDECIDED, detail="hung up")
        self.watcher.stop()
        self._loop.remove_reader(self._line.connection)
        self._loop.remove_reader(self.printed.descriptor)
        self._line.connection.close()
        os.close(self.printed.descriptor)

    async def call(self, function: str, arguments: Sequence[Any]) -> Outcome:
        """Call a function of the submission and return how that ended. Always ends."""
        if self._over:
            return self._over
        self._waiting = self._loop.create_future()
        self._next_call = {"t": "call", "function": function, "arguments": list(arguments)}
        if self._is_loaded:
            self._send_call()
        else:
            self.watcher.begin()
        outcome = await self._waiting
        if self._began:
            self.wall_seconds = monotonic() - self._began
            self.host_delay = self.watcher.host_delay()
        self.printed.drain()
        return outcome

    def _send_call(self) -> None:
        """Start the clock. Loading is over: what the module itself took is not counted."""
        if self._next_call:
            self._began = monotonic()
            self.called_at = self.called_at or self._began
            self._line.send(self._next_call)
            self.watcher.begin()
        self._next_call = None

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

    def answer(self, call: Call, how: str, content: dict[str, Any]) -> None:
        """Answer one call of a service."""
        self._note_end(call, how)
        self._line.send({"t": how, "number": call.key, **content})
        self.watcher.stir()

    def _finish(self, outcome: Outcome, *, for_good: bool) -> None:
        self.watcher.stop()
        if for_good:
            self._over = self._over or outcome
            self._loop.remove_reader(self._line.connection)
        if self._waiting and not self._waiting.done():
            self._waiting.set_result(outcome)
        elif self._settling and not self._settling.done() and for_good:
            self._settling.set_result("over")

    def _on_readable(self) -> None:
        if not self._take_frames():
            self._loop.remove_reader(self._line.connection)
            self._loop.call_later(WORD_OF_END_SECONDS, self._on_end, None)
        elif self._is_watched:
            self.watcher.stir()

    def _take_frames(self) -> bool:
        """Hear what has come in; False if the other end has hung up."""
        try:
            frames = self._line.receive()
            if self._line.pid and not self.watcher.pid:
                self.watcher.pid = self._line.pid
                self._link.checks.add(self._line.pid)
            for frame in frames or ():
                if not self._over:
                    self._on_frame(frame)
        except (wire.WireError, KeyError, TypeError, ValueError) as error:
            self._finish(Outcome(Ending.GARBLED, detail=str(error)), for_good=True)
            return True
        return frames is not None

    @property
    def _is_watched(self) -> bool:
        waiting = self._waiting is not None and not self._waiting.done()
        return not self._over and (waiting or self._settling is not None)

    def _on_frame(self, frame: dict[str, Any]) -> None:
        kind = frame["t"]
        if kind == "asked":
            self._on_asked(frame)
        elif kind == "cancelled":
            call = self._calls[frame["number"]]
            if not call.how:
                self._note_end(call, CANCELLED)
        elif kind == "loaded":
            self._is_loaded = True
            self._send_call()
        elif kind != "hello":
            self._finish(outcome_of(frame), for_good=kind == "not_loaded")

    def _on_asked(self, frame: dict[str, Any]) -> None:
        service, key = self.services[frame["service"]], frame["number"]
        if type(key) is not int or key in self._calls:
            raise wire.WireError("a call's number twice")
        if len(self._calls) >= MAX_CALLS:
            self._finish(Outcome(Ending.FLOODED, detail="calls"), for_good=True)
            return
        self._calls[key] = call = Call(
            service=service.name,
            key=key,
            number=len(self.evidence.of(service.name)) + 1,
            arguments=tuple(wire.decode(form) for form in frame["arguments"]),
            named=wire.decode(frame["named"]),
            line=line_of(frame.get("line")),
            asked_at=self._since_called(),
        )
        self.evidence.calls.append(call)
        service.on_asked()

    def _note_end(self, call: Call, how: str) -> None:
        call.how, call.ended_at = how, self._since_called()

    def _since_called(self) -> float:
        return monotonic() - (self.called_at or monotonic())

    def _on_printed(self) -> None:
        if not self.printed.drain():
            self._loop.remove_reader(self.printed.descriptor)
        if self.printed.is_flood:
            self._finish(Outcome(Ending.FLOODED, detail="output"), for_good=True)

    def _on_end(self, status: int | None) -> None:
        while not self._over and self._take_frames():
            if self._line.is_empty:
                break
        if not self._over:
            self._finish(Outcome(Ending.DIED, status=status), for_good=True)

    def _on_loss(self) -> None:
        self._finish(Outcome(Ending.UNDECIDED, detail="sandbox lost"), for_good=True)

    def _on_quiet(self, for_good: bool) -> None:
        if self._settling and not self._settling.done():
            self._settling.set_result("asleep" if for_good else "timer")
            return
        # Every service is told, not only the first that has something to answer.
        answered = [service.on_quiet() for service in self.services.values()]
        if self._waiting and not any(answered):
            stuck = Outcome(Ending.STUCK)
            overslept = Outcome(Ending.TIMED_OUT, detail="asleep")
            self._finish(stuck if for_good else overslept, for_good=False)

    def _on_drowsy(self) -> None:
        if self._settling and not self._settling.done():
            self._settling.set_result("timer")
            return
        for service in self.services.values():
            if service.hold_until == "quiet":
                service.on_quiet()

    def _on_limit(self, why: str) -> None:
        ending = Ending.TIMED_OUT if why else Ending.UNDECIDED
        self._finish(Outcome(ending, detail=why or "kept from running"), for_good=True)
