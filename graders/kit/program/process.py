"""The process of one check: its connection, what it prints, and how it ends."""

import asyncio
import signal
from collections.abc import Callable
from typing import Any

from graders.kit import wire
from graders.kit.kernel.look import is_ending
from graders.kit.kernel.silence import Silence
from graders.kit.kernel.stack import Stack, Stacks
from graders.kit.program.connection import CapturedOutput, Connection
from graders.kit.program.link import SandboxLink
from graders.kit.program.outcome import Cause, Ending, Outcome, Reported, ends_by
from graders.kit.program.resources import Resources, TooManyCalls
from graders.limits import Limits

# The starter reports how a process ended, on another socket than its last frames.
WORD_SECONDS = 0.5
END_SECONDS = 20.0

OnFrame = Callable[[dict[str, Any]], None]


class CheckProcess:
    """A fresh process in the run's sandbox, not started yet.

    `on_frame` is called with each frame it sends; what that raises for a malformed one ends the
    process's part. `on_read` is called at each reading, `on_end` once, with how it ended.
    """

    def __init__(
        self,
        link: SandboxLink,
        limits: Limits,
        resources: Resources,
        on_frame: OnFrame,
        on_read: Callable[[], None],
        on_end: Callable[[Outcome], None],
    ) -> None:
        self._link, self._limits, self._resources = link, limits, resources
        self._on_frame, self._on_read, self._tell_end = on_frame, on_read, on_end
        self._loop = asyncio.get_running_loop()
        self._is_over = False
        self._connection: Connection | None = None
        self._printed: CapturedOutput | None = None
        self._stacks: Stacks | None = None

    @property
    def connection(self) -> Connection | None:
        """The connection; None until it is started."""
        return self._connection

    @property
    def printed(self) -> str:
        """What it has printed so far, on both streams, cut to its limit."""
        return self._printed.text if self._printed else ""

    @property
    def output(self) -> str:
        """What it has printed so far on its standard output, cut likewise."""
        return self._printed.output if self._printed else ""

    def take_new_output(self) -> tuple[str, str]:
        """Return what it has printed since the last time, on its output and on its errors."""
        return self._printed.take_new() if self._printed else ("", "")

    def start(self) -> None:
        """Have it forked and loading.

        Raises:
            SandboxLost: there is no sandbox any more.
        """
        sock, (output, errors, stacks) = self._link.open_check(
            self._resources.first_frame(), self._on_status, self._on_loss
        )
        self._connection = Connection(sock)
        self._printed = CapturedOutput(output, errors, self._limits.output_kib * 1024)
        self._stacks = Stacks(stacks, self._link.first_file)
        self._loop.add_reader(sock, self._on_readable)
        for stream in (output, errors):
            self._loop.add_reader(stream, self._on_printed, self._printed, stream)

    def take_resources(self) -> None:
        """Take what came with its first frame, made before any of the student's code ran.

        Raises:
            WireError: it is not what was requested.
        """
        if self._connection:
            self._resources.take(self._connection.descriptors)

    def send(self, frame: dict[str, Any]) -> None:
        """Send a frame, or nothing if there is no process."""
        if self._connection:
            self._connection.send(frame)

    def drain(self) -> None:
        """Take what it has printed up to now."""
        if self._printed:
            self._printed.drain()

    def take_stacks(self) -> list[Stack]:
        """Return the stacks of its main thread that have been written since the last time."""
        return self._stacks.take() if self._stacks else []

    async def find_stack(self, new_silence: Callable[[], Silence]) -> Stack:
        """Ask where its main thread is; an empty stack if it is not going to answer."""
        if not self._connection or not self._connection.pid or not self._stacks:
            return Stack()
        return await self._stacks.ask(self._connection.pid, new_silence)

    def stop_reading(self) -> None:
        """Read no further frame of it; it goes on until `close`."""
        self._is_over = True
        if self._connection:
            self._loop.remove_reader(self._connection.socket)

    def close(self) -> None:
        """Close everything: the agent in the sandbox ends itself, the run's end ends all others."""
        self.stop_reading()
        self._resources.close()
        if self._connection and self._printed and self._stacks:
            for stream in self._printed.descriptors:
                self._loop.remove_reader(stream)
            self._connection.close()
            self._printed.close()
            self._stacks.close()

    def _end(self, outcome: Outcome) -> None:
        if not self._is_over:
            self.stop_reading()
            self._tell_end(outcome)

    def _on_readable(self) -> None:
        if not self._take_frames() and self._connection:
            self._loop.remove_reader(self._connection.socket)
            self._loop.call_later(WORD_SECONDS, self._on_hang_up, self._loop.time())

    def _on_hang_up(self, since: float) -> None:
        """Judge a connection that its other end closed without a report of the starter.

        A process that lives has closed it itself. One that dies is waited for: how it ended is
        the starter's to report, and if that is gone as well, the sandbox was lost.
        """
        if self._is_over:
            return
        pid = self._connection.pid if self._connection else None
        if pid and not is_ending(pid):
            self._on_status(None)
        elif self._loop.time() - since > END_SECONDS:
            self._end(
                Outcome(
                    Ending.UNDECIDED, detail="the process ended, and the starter did not report how"
                )
            )
        else:
            self._loop.call_later(WORD_SECONDS, self._on_hang_up, since)

    def _take_frames(self) -> bool:
        """Handle what has been received; False if the other end has closed."""
        if not self._connection:
            return False
        try:
            frames = self._connection.receive()
            if self._connection.pid:
                self._link.checks.add(self._connection.pid)
            if frames is not None:
                # Before they are handled: what they ask for may be answered, and wake it.
                self._on_read()
            for frame in frames or ():
                if not self._is_over:
                    self._on_frame(frame)
        except TooManyCalls:
            self._end(Outcome(Ending.FLOODED, cause=Cause.CALLS))
            return True
        except (wire.WireError, KeyError, TypeError, ValueError) as error:
            self._end(Outcome(Ending.GARBLED, detail=str(error)))
            return True
        return frames is not None

    def _on_printed(self, printed: CapturedOutput, stream: int) -> None:
        if not printed.drain_one(stream):
            self._loop.remove_reader(stream)
            if printed.is_flood:
                self._end(Outcome(Ending.FLOODED, cause=Cause.OUTPUT))

    def _on_status(self, status: int | None) -> None:
        """Its end, from the starter or, without a status, from its having hung up."""
        if self._is_over:
            return  # perhaps closed: there is nothing left to read how it ended from
        while not self._is_over and self._take_frames():
            if self._connection and self._connection.is_empty:
                break
        if self._connection and not self._connection.pid:
            # It sent no first frame, which precedes any of the student's code: our sandbox failed.
            self._end(Outcome(Ending.UNDECIDED, detail=f"no process: {status}"))
        self._end(Outcome(Ending.DIED, status=status, reported=self._where_it_was(status)))

    def _where_it_was(self, status: int | None) -> Reported:
        """Return the line that it wrote when its processor time was over, if that is its end."""
        if not ends_by(status, signal.SIGXCPU):
            return Reported()
        lines = [stack.line for stack in self.take_stacks()]
        return Reported(blocked=tuple(line for line in lines[-1:] if line))

    def _on_loss(self) -> None:
        self._end(Outcome(Ending.UNDECIDED, detail="sandbox lost"))
