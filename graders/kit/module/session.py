"""Requests to a program that serves its module: one after another, each blocks its caller.

A plain suite is synchronous, so requests do not go through an event loop as the kit's do. Most are
answered within microseconds: those are awaited on the socket itself. Whatever takes longer is
watched as every call of the kit is, on the check's event loop, which runs only then.
"""

import asyncio
import select
import sys
import threading
from collections import Counter, deque
from collections.abc import Coroutine
from time import monotonic
from typing import Any, TypeVar

from graders.kit import wire
from graders.kit.channel import MODULE_FRAMES, Channel
from graders.kit.program.outcome import Cause, Ending, Outcome

# A program that answers within this time is not looked at.
PATIENCE_MILLISECONDS = 5
# What a program that does not read may leave here.
MOST_UNSENT = 8 << 20
_T = TypeVar("_T")


class ProgramEnded(BaseException):
    """The program answers no more. No Exception: no `except` of a suite is meant for this."""

    def __init__(self, outcome: Outcome, function: str) -> None:
        super().__init__(f"the program ended: {outcome.ending.value}")
        self.outcome, self.function = outcome, function


class TestLate(ProgramEnded):
    """The test was not over in time, and it was not the program that it waited for."""


class Session:
    """One check's frames to its program and back.

    wall_seconds  The time that a check has.
    descriptor    Of the connection.
    ended         How the program ended, once it has.
    function      What was last used of it, for messages.
    is_watched, watched_seconds  Whether the program's own limits apply now, and for how long they
                  have applied so far.
    is_late       Whether the time of the check is over: there is no further use.
    """

    def __init__(
        self, channel: Channel, loop: asyncio.AbstractEventLoop, wall_seconds: float
    ) -> None:
        self._channel, self._loop = channel, loop
        self._poll = select.poll()
        self.wall_seconds = wall_seconds
        self.is_watched, self.watched_seconds, self.is_late = False, 0.0, False
        self._inboxes: dict[int, deque[dict[str, Any]]] = {0: deque()}
        self._awaited: deque[dict[str, Any]] = deque()
        # Requests without an answer, by the thread's number, and the tasks that are not done.
        self._unanswered: Counter[int] = Counter()
        self._tasks: set[int] = set()
        self._from_own_threads: deque[dict[str, Any]] = deque()
        self._reading = threading.Lock()
        self._receivers, self._slept_since = 0, 0.0
        self.ended: ProgramEnded | None = None
        self.descriptor = -1
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
        self.descriptor = connection.socket.fileno()

    def send(self, frame: dict[str, Any]) -> None:
        """Send one frame.

        Raises:
            ProgramEnded: the program has ended before.
            WireError: it is too large.
        """
        if self.ended:
            raise self.ended
        if self.is_late:
            self.expire()
        connection = self._channel.connection
        data = wire.pack(frame)
        # Before it is sent: another thread may read the answer at once.
        self._inboxes.setdefault(int(frame["on"]), deque())
        if frame["t"] == "use":
            self._unanswered[frame["on"]] += 1
            if frame["do"] == "await":
                self._tasks.add(frame["given"][0])
        try:
            sent = connection.socket.send(data) if connection and not connection.unsent else 0
        except BlockingIOError:
            sent = 0
        except OSError:  # it has ended; what it sent before is still to be read
            return
        if sent < len(data) and connection:
            connection.unsent += data[sent:]
            if len(connection.unsent) > MOST_UNSENT:
                self._end(Outcome(Ending.GARBLED, detail="it does not read"))
            self.run(self._flush())

    async def _flush(self) -> None:
        connection = self._channel.connection
        if connection:
            connection.flush()

    def receive(self, on: int) -> dict[str, Any]:
        """Return the next frame for the suite's thread of this number.

        Raises:
            ProgramEnded: none will come.
        """
        own = self._inboxes.setdefault(on, deque())
        self._receivers += 1
        try:
            while not own and not self._from_own_threads:
                # One thread reads for all; another's turn comes after each reading.
                with self._reading:
                    if not own:
                        self._read()
        finally:
            self._receivers -= 1
        self._show_printed()
        return own.popleft() if own else self._from_own_threads.popleft()

    def stop(self) -> None:
        """Have no thread of the suite read any more: a test may have left some that wait.

        Their use ends as the program's limits say at the latest.
        """
        outcome = Outcome(Ending.TIMED_OUT, cause=Cause.ASLEEP)
        self.ended = self.ended or ProgramEnded(outcome, self.function)
        with self._reading:
            return

    @property
    def has_more(self) -> bool:
        """Whether something has come that no request waits for."""
        return bool(self._awaited or self._inboxes[0])

    def take(self, *, is_blocking: bool) -> list[dict[str, Any]]:
        """Return what has arrived for no thread that waits: of coroutines, and what they ask.

        Raises:
            ProgramEnded: the program has ended.
        """
        # Readable, and yet nothing: that is its end.
        if is_blocking or (not self._receive_at_once(0) and self._poll.poll(0)):
            self._read()
        self._deliver()
        self._show_printed()
        found = [*self._inboxes.get(0, ()), *self._awaited]
        self._inboxes[0] = deque()
        self._awaited.clear()
        return found

    def _read(self) -> None:
        if self.ended:
            raise self.ended
        is_alone = threading.active_count() == 1
        if self._receive_at_once(PATIENCE_MILLISECONDS if is_alone else 1):
            self._deliver()
            return
        outcome = self.run(self._channel.exchange())
        if outcome.ending is Ending.STUCK and self._may_be_woken():
            return
        if outcome.ending is not Ending.RETURNED:
            self._end(outcome)
        self._deliver()

    def _may_be_woken(self) -> bool:
        """Return whether another thread of the suite may be going to wake a sleeping program.

        One that joins the others is not told from one that works: it is waited for, for a time.
        """
        threads = threading.active_count()
        if threads == 1 or (self._receivers == threads and not any(self._inboxes.values())):
            return False
        self._slept_since = self._slept_since or monotonic()
        return monotonic() - self._slept_since < self.wall_seconds

    def _deliver(self) -> None:
        """Put each frame that has come into the inbox that it is for.

        Raises:
            ProgramEnded: it answers what nobody asked, which could go on for ever.
        """
        frames = self._channel.module_frames
        while frames:
            frame = frames.popleft()
            self._slept_since = 0.0
            on = frame.get("on")
            if type(on) is not int or not self._is_expected(frame, on):
                self._end(Outcome(Ending.GARBLED, detail=f"out of turn: {frame['t']}"))
            if frame["t"] == "done":
                self._awaited.append(frame)
            elif on in self._inboxes:
                self._inboxes[on].append(frame)
            else:
                self._from_own_threads.append(frame)

    def _is_expected(self, frame: dict[str, Any], on: int) -> bool:
        if frame["t"] == "asks":
            return True
        if frame["t"] == "done":
            task = frame.get("task")
            is_awaited = type(task) is int and task in self._tasks
            self._tasks.discard(task if is_awaited else -1)
            return is_awaited
        self._unanswered[on] -= 1
        return self._unanswered[on] >= 0 and on in self._inboxes

    def _receive_at_once(self, milliseconds: int) -> bool:
        """Take what arrives within a moment; False if that was nothing, or the connection's end."""
        connection = self._channel.connection
        if connection is None or connection.unsent or not self._poll.poll(milliseconds):
            return False
        try:
            arrived = connection.receive()
        except wire.WireError as error:
            self._end(Outcome(Ending.GARBLED, detail=str(error)))
        if arrived is None:
            return False
        for frame in arrived:
            if frame.get("t") in MODULE_FRAMES:
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
        running, began = asyncio._get_running_loop(), monotonic()
        asyncio._set_running_loop(None)
        self.is_watched = True
        try:
            return self._loop.run_until_complete(work)
        finally:
            self.is_watched = False
            self.watched_seconds += monotonic() - began
            asyncio._set_running_loop(running)

    def _show_printed(self) -> None:
        """Write what the program has printed where the suite's own output goes."""
        if self.ended is None and (new := self._channel.take_printed()):
            for stream, text in zip((sys.stdout, sys.stderr), new, strict=True):
                if text:
                    stream.write(text)

    def expire(self) -> None:
        """End the check: its test is late.

        Raises:
            ProgramEnded: always.
        """
        outcome = Outcome(Ending.TIMED_OUT, cause=Cause.ASLEEP)
        self.ended = self.ended or TestLate(outcome, self.function)
        raise self.ended

    def _end(self, outcome: Outcome) -> None:
        self.ended = ProgramEnded(outcome, self.function)
        raise self.ended
