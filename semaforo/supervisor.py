"""Supervise programs: restart them when they exit, and stop them within a time limit."""

import asyncio
import os
import signal
from asyncio.subprocess import DEVNULL, Process
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final

from semaforo.processes import kill_on_parent_death
from semaforo.terminal import CommandError

REFUSED_EXIT_CODE: Final = os.EX_CONFIG  # 78: "do not restart me, the result would be the same"
RESTART_PAUSES: Final = (0.1, 0.5, 2.0, 5.0)  # seconds before the first, second … restart
STABLE_SECONDS: Final = 30.0  # after running this long, the pauses start over
LOG_BYTES: Final = 5_000_000
LINES_SHOWN: Final = 8


class SupervisedProgram:
    """One program that inherits our environment.

    log          File that its output is appended to; a long one is renamed at the start.
    descriptors  File descriptors that it inherits besides.
    """

    def __init__(
        self, name: str, command: Sequence[str], log: Path, descriptors: Sequence[int] = ()
    ) -> None:
        self.name, self._log = name, log
        self._command, self._descriptors = command, descriptors
        self._process: Process | None = None
        self._started = asyncio.Event()
        # Where in the log the last start, and the one before, begin.
        self._log_starts = (0, 0)
        if log.exists() and log.stat().st_size > LOG_BYTES:
            log.rename(log.with_suffix(".old.log"))

    @property
    def pid(self) -> int:
        """Return the pid of the last start, which is also its process group; 0 before the first."""
        return self._process.pid if self._process else 0

    async def start(self) -> None:
        """Start the program in a session of its own, so that Ctrl-C signals only us."""
        with self._log.open("ab") as log:
            self._log_starts = (log.tell(), self._log_starts[0] if self._process else log.tell())
            self._process = await asyncio.create_subprocess_exec(
                *self._command,
                stdin=DEVNULL,
                stdout=log,
                stderr=log,
                pass_fds=self._descriptors,
                start_new_session=True,
                preexec_fn=kill_on_parent_death(),
            )
        self._started.set()

    async def keep_running(self, on_restart: Callable[[str, int, float], None]) -> None:
        """Wait for the first start, then restart the program whenever it exits, until cancelled.

        `on_restart` gets the name, the exit code (negative: the signal) and the pause in seconds.

        Raises:
            CommandError: the program exited with REFUSED_EXIT_CODE; the log's last lines say why.
        """
        await self._started.wait()
        loop = asyncio.get_running_loop()
        restarts = 0
        while self._process:
            started = loop.time()
            code = await self._process.wait()
            self._kill_group()  # processes that the program has left behind
            if code == REFUSED_EXIT_CODE:
                raise CommandError("{log}", log=self.log_tail())
            if loop.time() - started > STABLE_SECONDS:
                restarts = 0
            pause = RESTART_PAUSES[min(restarts, len(RESTART_PAUSES) - 1)]
            restarts += 1
            on_restart(self.name, code, pause)
            await asyncio.sleep(pause)
            await self.start()

    def log_tail(self) -> str:
        """Return the last lines that the program has written since its last start.

        If it has written nothing yet, those since the start before: it was restarted because it
        died, and there it says why.
        """
        if not self._log.exists():
            return ""
        with self._log.open("rb") as log:
            for start in self._log_starts:
                log.seek(start)
                lines = log.read(LOG_BYTES).decode("utf-8", "replace").strip().splitlines()
                if lines:
                    return "\n".join(lines[-LINES_SHOWN:])
        return ""

    async def stop(self, grace_seconds: float) -> None:
        """Stop the program and its process group: SIGTERM, then SIGKILL after `grace_seconds`."""
        process = self._process
        if process is None:
            return
        with suppress(ProcessLookupError):
            process.terminate()
        try:
            async with asyncio.timeout(grace_seconds):
                await process.wait()
        except TimeoutError:
            pass
        finally:
            self._kill_group()
            await process.wait()

    def kill(self) -> None:
        """Kill the program and its process group; `keep_running` restarts it."""
        self._kill_group()

    def _kill_group(self) -> None:
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self.pid, signal.SIGKILL)
