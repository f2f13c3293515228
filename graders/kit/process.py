"""The process of one check: its connection, what it prints, and how it ends."""

import asyncio
import os
import signal
from collections.abc import Callable
from typing import Any

from graders.kit import stack, wire
from graders.kit.asking import TooManyCalls
from graders.kit.furnishing import Furnishing
from graders.kit.line import Line, Printed
from graders.kit.link import SandboxLink
from graders.kit.look import is_ending
from graders.kit.outcome import Ending, Outcome, Reported
from graders.limits import Limits

# How a process ended is told by the starter, on another way than its last words.
WORD_SECONDS = 0.5
END_SECONDS = 20.0

OnFrame = Callable[[dict[str, Any]], None]


class CheckProcess:
    """A fresh process in the run's sandbox, not started yet.

    `on_frame` hears each frame it sends; what it raises of a malformed one ends the process's
    part. `on_read` is called after each reading, `on_end` once, with how it ended.
    """

    def __init__(
        self,
        link: SandboxLink,
        limits: Limits,
        furnishing: Furnishing,
        on_frame: OnFrame,
        on_read: Callable[[], None],
        on_end: Callable[[Outcome], None],
    ) -> None:
        self._link, self._limits, self._furnishing = link, limits, furnishing
        self._on_frame, self._on_read, self._tell_end = on_frame, on_read, on_end
        self._loop = asyncio.get_running_loop()
        self._is_over = self._is_out_of_time = False
        self._line: Line | None = None
        self._printed: Printed | None = None

    @property
    def line(self) -> Line | None:
        """The connection; None until it is started."""
        return self._line

    @property
    def printed(self) -> str:
        """What it has printed so far, cut to its limit."""
        text = self._printed.text if self._printed else ""
        return stack.split(text)[0] if self._is_out_of_time else text

    def start(self) -> None:
        """Have it forked and loading.

        Raises:
            SandboxLost: there is no sandbox any more.
        """
        connection, printed = self._link.open_check(
            self._furnishing.order(), self._on_status, self._on_loss
        )
        self._line = Line(connection)
        self._printed = Printed(printed, self._limits.output_kib * 1024)
        self._loop.add_reader(connection, self._on_readable)
        self._loop.add_reader(printed, self._on_printed)

    def take_furnishing(self) -> None:
        """Take what came with its first frame, made before any of the student's code ran.

        Raises:
            WireError: it is not what was wished for.
        """
        if self._line:
            self._furnishing.take(self._line.descriptors)

    def send(self, frame: dict[str, Any]) -> None:
        """Send a frame, or nothing if there is no process."""
        if self._line:
            self._line.send(frame)

    def drain(self) -> None:
        """Take what it has printed up to now."""
        if self._printed:
            self._printed.drain()

    def hear_no_more(self) -> None:
        """Read no further frame of it; it goes on until `close`."""
        self._is_over = True
        if self._line:
            self._loop.remove_reader(self._line.connection)

    def close(self) -> None:
        """Hang up: the agent in the sandbox ends itself, the run's end ends whatever else."""
        self.hear_no_more()
        self._furnishing.close()
        if self._line and self._printed:
            self._loop.remove_reader(self._printed.descriptor)
            self._line.close()
            os.close(self._printed.descriptor)

    def _end(self, outcome: Outcome) -> None:
        if not self._is_over:
            self.hear_no_more()
            self._tell_end(outcome)

    def _on_readable(self) -> None:
        if self._take_frames():
            self._on_read()
        elif self._line:
            self._loop.remove_reader(self._line.connection)
            self._loop.call_later(WORD_SECONDS, self._on_hang_up, self._loop.time())

    def _on_hang_up(self, since: float) -> None:
        """Judge a connection closed by its other end, of which the starter has not said a word.

        A process that lives has closed it itself. One that dies is waited for: how it ended is
        the starter's to say, and if that is gone as well, the sandbox was lost.
        """
        if self._is_over:
            return
        pid = self._line.pid if self._line else None
        if pid and not is_ending(pid):
            self._on_status(None)
        elif self._loop.time() - since > END_SECONDS:
            self._end(Outcome(Ending.UNDECIDED, detail="ended, nobody knows how"))
        else:
            self._loop.call_later(WORD_SECONDS, self._on_hang_up, since)

    def _take_frames(self) -> bool:
        """Hear what has come in; False if the other end has hung up."""
        if not self._line:
            return False
        try:
            frames = self._line.receive()
            if self._line.pid:
                self._link.checks.add(self._line.pid)
            for frame in frames or ():
                if not self._is_over:
                    self._on_frame(frame)
        except TooManyCalls:
            self._end(Outcome(Ending.FLOODED, detail="calls"))
            return True
        except (wire.WireError, KeyError, TypeError, ValueError) as error:
            self._end(Outcome(Ending.GARBLED, detail=str(error)))
            return True
        return frames is not None

    def _on_printed(self) -> None:
        if self._printed and not self._printed.drain():
            self._loop.remove_reader(self._printed.descriptor)
            if self._printed.is_flood:
                self._end(Outcome(Ending.FLOODED, detail="output"))

    def _on_status(self, status: int | None) -> None:
        """Its end, from the starter or, without a status, from its having hung up."""
        while not self._is_over and self._take_frames():
            if self._line and self._line.is_empty:
                break
        if self._line and not self._line.pid:
            # It never said hello, which is before any of the student's code: a wall of ours fell.
            self._end(Outcome(Ending.UNDECIDED, detail=f"no process: {status}"))
        self._end(Outcome(Ending.DIED, status=status, reported=self._where_it_was(status)))

    def _where_it_was(self, status: int | None) -> Reported:
        """Return the line that it wrote when its processor time was over, if that is its end."""
        if not self._printed or status is None or status & 0x7F != signal.SIGXCPU:
            return Reported()
        self.drain()
        _, line = stack.split(self._printed.text)
        self._is_out_of_time = True
        return Reported(blocked=(line,) if line else ())

    def _on_loss(self) -> None:
        self._end(Outcome(Ending.UNDECIDED, detail="sandbox lost"))
