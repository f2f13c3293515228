"""Requests to a program that serves its module: one after another, each blocks its caller.

A plain suite is synchronous, so requests do not go through an event loop as the kit's do. Most are
answered within microseconds: those are awaited on the socket itself. Whatever takes longer is
watched as every call of the kit is, on the check's event loop, which runs only then.
"""

import asyncio
import select
import sys
from collections.abc import Coroutine
from typing import Any, TypeVar

from graders.kit import wire
from graders.kit.channel import Channel
from graders.kit.program.outcome import Ending, Outcome

# A program that answers within this time is not looked at.
PATIENCE_MILLISECONDS = 5
MOST_REQUESTS = 2_000_000
_T = TypeVar("_T")


class ProgramEnded(BaseException):
    """The program answers no more. No Exception: no `except` of a suite is meant for this."""

    def __init__(self, outcome: Outcome, function: str) -> None:
        super().__init__(f"the program ended: {outcome.ending.value}")
        self.outcome, self.function = outcome, function


class Session:
    """One check's frames to its program and back.

    ended     How the program ended, once it has.
    function  What was last used of it, for messages.
    """

    def __init__(self, channel: Channel, loop: asyncio.AbstractEventLoop) -> None:
        self._channel, self._loop = channel, loop
        self._poll = select.poll()
        self._printed = 0
        self.ended: ProgramEnded | None = None
        self.function = ""

    def open(self) -> None:
        """Start the program and have it load the submission.

        Raises:
            ProgramEnded: that failed.
        """
        self._channel.resources.add_plain({"kind": "module"})
        if outcome := self.run(self._channel.load()):
            self._end(outcome)
        connection = self._channel.connection
        if connection is None:
            raise RuntimeError("a program that was loaded has no connection")
        self._poll.register(connection.socket, select.POLLIN)

    def send(self, frame: dict[str, Any]) -> None:
        """Send one frame.

        Raises:
            ProgramEnded: the program has ended before.
            WireError: it is too large.
        """
        if self.ended:
            raise self.ended
        connection = self._channel.connection
        data = wire.pack(frame)
        try:
            sent = connection.socket.send(data) if connection and not connection.unsent else 0
        except BlockingIOError:
            sent = 0
        except OSError:  # it has ended; what it sent before is still to be read
            return
        if sent < len(data) and connection:
            connection.unsent += data[sent:]
            self.run(self._flush())

    async def _flush(self) -> None:
        connection = self._channel.connection
        if connection:
            connection.flush()

    def receive(self) -> dict[str, Any]:
        """Return the next frame.

        Raises:
            ProgramEnded: none will come.
        """
        frames = self._channel.module_frames
        while not frames:
            if not self._receive_at_once():
                outcome = self.run(self._channel.exchange())
                if outcome.ending is not Ending.RETURNED:
                    self._end(outcome)
        self._show_printed()
        return frames.popleft()

    def _receive_at_once(self) -> bool:
        """Take what arrives within a moment; False if that was nothing, or the connection's end."""
        connection = self._channel.connection
        if connection is None or connection.unsent or not self._poll.poll(PATIENCE_MILLISECONDS):
            return False
        try:
            arrived = connection.receive()
        except wire.WireError as error:
            self._end(Outcome(Ending.GARBLED, detail=str(error)))
        if arrived is None:
            return False
        for frame in arrived:
            if frame.get("t") in ("used", "asks"):
                self._channel.module_frames.append(frame)
            else:
                self.run(self._take(frame))
        return True

    async def _take(self, frame: dict[str, Any]) -> None:
        try:
            self._channel.take_frame(frame)
        except (wire.WireError, KeyError, TypeError, ValueError) as error:
            self._end(Outcome(Ending.GARBLED, detail=str(error)))

    def run(self, work: Coroutine[Any, Any, _T]) -> _T:
        """Run the check's event loop until this is done, whatever loop of the suite's runs."""
        running = asyncio._get_running_loop()
        asyncio._set_running_loop(None)
        try:
            return self._loop.run_until_complete(work)
        finally:
            asyncio._set_running_loop(running)

    def _show_printed(self) -> None:
        """Write what the program has printed where the suite's own output goes."""
        if self.ended is None and (new := self._channel.take_printed()):
            for stream, text in zip((sys.stdout, sys.stderr), new, strict=True):
                if text:
                    stream.write(text)

    def _end(self, outcome: Outcome) -> None:
        self.ended = ProgramEnded(outcome, self.function)
        raise self.ended
