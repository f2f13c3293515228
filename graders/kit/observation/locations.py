"""Where a blocked program waits. The program itself reports it: an explanation, no evidence."""

import asyncio
from dataclasses import replace
from typing import Any

from graders.kit.kernel.silence import PAUSE_SECONDS, Silence
from graders.kit.observation.watcher import Watcher
from graders.kit.program.outcome import CodeLocation, Ending, Outcome, Reported
from graders.kit.program.process import CheckProcess
from graders.kit.program.replies import parse_locations, parse_waits
from graders.picture import Hold, Wait


class Locations:
    """Asks one check's process, one question at a time; it need not answer.

    waits, holds  What its tasks wait for, and who holds it, once it was asked.
    blocked_line  The first line at which it was seen to block its event loop; or None.
    """

    def __init__(self, process: CheckProcess, watcher: Watcher) -> None:
        self._process, self._watcher = process, watcher
        self.blocked_line: int | None = None
        self.waits: tuple[Wait, ...] = ()
        self.holds: tuple[Hold, ...] = ()
        self._lock = asyncio.Lock()
        self._reply: asyncio.Future[tuple[CodeLocation, ...]] | None = None

    async def add_location(self, outcome: Outcome) -> Outcome:
        """Return the outcome with the line where it stopped, if the program reports one."""
        if outcome.ending not in (Ending.STUCK, Ending.TIMED_OUT):
            return outcome
        async with self._lock:
            # While loading it reads no frames; and an idle loop is explained better by its tasks.
            is_blocked = outcome.is_loading or self._watcher.blocking.is_now
            if outcome.ending is Ending.TIMED_OUT or is_blocked:
                self._take_lines()
                stack = await self._process.find_stack(self._new_silence)
                lines = (stack.line,) if stack.line else ()
                if self._watcher.blocking.is_now:
                    self.blocked_line = self.blocked_line or stack.line
                waiting = tuple(CodeLocation(stack.name, line) for line in lines)
                reported = Reported(blocked=lines, waiting=waiting)
                return replace(outcome, stack=stack, reported=reported)
            return replace(outcome, reported=Reported(waiting=await self._request_locations()))

    async def add_places(self, outcome: Outcome) -> Outcome:
        """Return a STUCK outcome with the lines of all threads and tasks, if it has no line yet."""
        if outcome.ending is not Ending.STUCK or outcome.stack.line or outcome.reported.waiting:
            return outcome
        async with self._lock:
            return replace(outcome, reported=Reported(waiting=await self._request_locations()))

    def add_blocked_lines(self, outcome: Outcome) -> Outcome:
        """Return the outcome with the lines at which it was seen to block its event loop."""
        lines = self._take_lines()
        self.blocked_line = self.blocked_line or next(iter(lines), None)
        return replace(outcome, reported=replace(outcome.reported, blocked=lines))

    def _take_lines(self) -> tuple[int, ...]:
        """Return the lines that it was asked for while it was blocked; the picture has them too."""
        lines = [stack.line for stack in self._process.take_stacks()]
        self._watcher.trace.add_lines(lines)
        return tuple(line for line in lines if line)

    def on_frame(self, frame: dict[str, Any]) -> None:
        """Take the locations of all tasks, if they were requested."""
        if self._reply and not self._reply.done():
            self.waits, self.holds = parse_waits(frame.get("waits", []), frame.get("holds", []))
            self._reply.set_result(parse_locations(frame["places"]))

    async def _request_locations(self) -> tuple[CodeLocation, ...]:
        places = self._reply = asyncio.get_running_loop().create_future()
        self._process.send({"t": "where"})
        silence = self._new_silence()
        is_final = False
        while not places.done() and not is_final:
            # In this order: what it sent before the look is read in the wait that follows.
            is_final = silence.is_final()
            await asyncio.wait([places], timeout=PAUSE_SECONDS)
        self._reply = None
        return places.result() if places.done() else ()

    def _new_silence(self) -> Silence:
        watcher = self._watcher
        return Silence(watcher.pid or 0, watcher.look_now, watcher.spent_seconds)
