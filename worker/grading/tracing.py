"""One run of a program that belongs to no exercise: its source, to a trace.

The process is started and ended as a check's is, with the same limits. What it reports is read by
`graders.trace_reading`, which trusts none of it.
"""

import asyncio
import json
import os
import signal
import time
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

from graders.kit.kernel.thread_time import thread_times
from graders.kit.program.link import SandboxLink, SandboxLost
from graders.kit.program.outcome import Cause, Ending, Outcome
from graders.kit.program.process import CheckProcess
from graders.kit.program.resources import Resources
from graders.limits import Limits
from graders.trace import Trace, TraceEnding, TraceError
from graders.trace_reading import TraceReader, read_error
from worker.outages import GradingOutage, Outage
from worker.sandboxes import OpenSandbox, SandboxError, Zygote

# Those of a check, whose defaults they are.
TRACE_LIMITS: Final = Limits()
FILE_NAME: Final = "program.py"
_NICENESS: Final = 10
_LOOK_SECONDS: Final = 0.02
# A process that reports no end of its start within this time is our failure.
_START_SECONDS: Final = 20.0


async def trace_program(
    zygote: Zygote, source: str, limits: Limits = TRACE_LIMITS, *, in_background: bool = False
) -> Trace:
    """Run a program in a sandbox of its own, and return what it did.

    `in_background` has the kernel give its processors to others first.

    Raises:
        GradingOutage: it could not be run: our fault, or this machine's.
    """
    try:
        sandbox = await zygote.open(limits)
    except (SandboxError, OSError) as error:
        raise GradingOutage(f"no sandbox: {error}", Outage.SANDBOX) from error
    run = _Run(sandbox, limits, in_background=in_background)
    try:
        try:
            await run.to_end(source)
        finally:
            usage = await sandbox.close()
    except (SandboxError, SandboxLost, OSError) as error:
        raise GradingOutage(f"sandbox lost: {error}", Outage.SANDBOX) from error
    return run.make_trace(was_out_of_memory=bool(usage.oom_kills))


class _Run:
    """One program, from its start to its end."""

    def __init__(self, sandbox: OpenSandbox, limits: Limits, *, in_background: bool) -> None:
        self._limits, self._in_background = limits, in_background
        self._link = SandboxLink(sandbox.control, sandbox.starter_pid, FILE_NAME)
        self._reader = TraceReader()
        self._started, self._over = asyncio.Event(), asyncio.Event()
        self._outcome: Outcome | None = None
        self._not_loaded: TraceError | None = None
        self._began = self._ended = 0.0
        self._delays: list[tuple[float, float]] = []
        self._waited: dict[int, float] = {}  # of each thread, even if it is gone
        resources = Resources(lambda: None, self._on_end, network=limits.network)
        resources.add_plain({"kind": "trace"})
        self._process = CheckProcess(
            self._link, limits, resources, self._on_frame, lambda: None, self._on_end
        )

    async def to_end(self, source: str) -> None:
        """Run it until it is over, or its time is."""
        program = os.memfd_create("program")
        try:
            files = {"main": FILE_NAME, "files": {FILE_NAME: source}}
            with os.fdopen(os.dup(program), "wb") as memory:
                memory.write(json.dumps(files).encode())
            self._link.watch()
            self._link.send_program(program)
            self._process.start()
            await self._wait()
            self._look()
            self._ended = time.monotonic()
            self._process.drain()
        finally:
            self._process.close()
            self._link.close()
            os.close(program)

    async def _wait(self) -> None:
        try:
            async with asyncio.timeout(_START_SECONDS):
                await self._started.wait()
        except TimeoutError:
            raise SandboxError("a program was not started in time") from None
        self._began = time.monotonic()
        with suppress(TimeoutError):
            async with asyncio.timeout(self._limits.wall_seconds):
                while not self._over.is_set():
                    self._look()
                    with suppress(TimeoutError):
                        async with asyncio.timeout(_LOOK_SECONDS):
                            await self._over.wait()

    def _on_frame(self, frame: dict[str, Any]) -> None:
        match frame.get("t"):
            case "hello":
                self._process.take_resources()
                self._lower_priority()
            case "loaded" if not self._started.is_set():
                self._started.set()
            case "not_loaded":
                self._not_loaded = read_error(frame.get("error"))
                self._finish()
            case _:
                self._reader.read(frame)
                if self._reader.is_over:
                    self._finish()

    def _look(self) -> None:
        """Note for how long the kernel has kept the threads waiting for a processor by now.

        All of them: one without a processor may hold the interpreter's lock, as our own that looks
        where long steps are does, and the main thread then sleeps instead of waiting.
        """
        connection = self._process.connection
        if connection is not None and connection.pid is not None:
            before = time.monotonic()
            self._waited |= {
                thread: spent.waiting for thread, spent in thread_times(connection.pid).items()
            }
            self._delays.append((before, sum(self._waited.values())))

    def _machine_delay(self, start: float, end: float) -> float:
        """Return how much of it lay between two moments of the program's clock, or rather more."""
        began = self._reader.began
        if abs(began - self._began) > _START_SECONDS:
            began = self._began  # it is forged
        before = [waiting for at, waiting in self._delays if at <= began + start - _LOOK_SECONDS]
        after = [waiting for at, waiting in self._delays if at >= began + end + _LOOK_SECONDS]
        if not self._delays:
            return 0.0
        first = before[-1] if before else self._delays[0][1]
        return (after[0] if after else self._delays[-1][1]) - first

    def _lower_priority(self) -> None:
        """Have what runs beside it come first; its threads and children inherit that.

        Where sessions are scheduled as groups (sched(7)), a niceness counts within the session
        only, and the group has one of its own.
        """
        connection = self._process.connection
        if not self._in_background or connection is None or connection.pid is None:
            return
        with suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, connection.pid, _NICENESS)
        with suppress(OSError):
            Path(f"/proc/{connection.pid}/autogroup").write_text(str(_NICENESS))

    def _on_end(self, outcome: Outcome) -> None:
        self._outcome = outcome
        self._finish()

    def _finish(self) -> None:
        self._process.stop_reading()
        self._started.set()
        self._over.set()

    def make_trace(self, *, was_out_of_memory: bool) -> Trace:
        """Return the trace.

        Raises:
            GradingOutage: our machine lost the process.
        """
        outcome, reader = self._outcome, self._reader
        if outcome is not None and outcome.ending is Ending.UNDECIDED:
            raise GradingOutage(f"sandbox lost: {outcome.detail}", Outage.SANDBOX)
        # Its own clock began a little before we heard of it.
        elapsed = max(0.0, self._ended - self._began)
        seconds = round(max(elapsed, min(reader.ended_at, elapsed + _START_SECONDS)), 6)
        ending = self._ending(was_out_of_memory=was_out_of_memory)
        rows = reader.rows(seconds, self._machine_delay)
        return Trace(
            ending=ending,
            seconds=seconds,
            status=reader.status,
            error=self._not_loaded or reader.error or self._where_it_was(ending),
            rows=rows,
            unawaited=reader.unawaited(),
            output=self._process.printed,
            is_cut=reader.is_cut,
            has_loop=reader.has_loop,
        )

    def _ending(self, *, was_out_of_memory: bool) -> TraceEnding:
        outcome = self._outcome
        if self._not_loaded:
            return TraceEnding.NOT_LOADED
        if self._reader.is_over:
            return TraceEnding.RAISED if self._reader.error else TraceEnding.FINISHED
        if was_out_of_memory:
            return TraceEnding.MEMORY
        if outcome is None:
            return TraceEnding.TIMED_OUT
        if outcome.ending is Ending.FLOODED:
            return TraceEnding.OUTPUT if outcome.cause is Cause.OUTPUT else TraceEnding.GARBLED
        if outcome.ending is Ending.GARBLED:
            return TraceEnding.GARBLED
        is_cpu = outcome.status is not None and outcome.status & 0x7F == signal.SIGXCPU
        return TraceEnding.CPU if is_cpu else TraceEnding.DIED

    def _where_it_was(self, ending: TraceEnding) -> TraceError | None:
        """Return the line at which its processor time ended, as an error without a type."""
        lines = self._outcome.reported.blocked if self._outcome else ()
        return TraceError("", "", int(lines[0])) if ending is TraceEnding.CPU and lines else None
