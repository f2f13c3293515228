"""Programs kept running: started again when they die, and ended within a time."""

import asyncio
import os
import signal
from asyncio.subprocess import DEVNULL, Process
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final

from semaforo.processes import die_with_me
from semaforo.terminal import Stop

REFUSES: Final = os.EX_CONFIG  # 78: "do not start me again, nothing will have changed"
PAUSES: Final = (0.1, 0.5, 2.0, 5.0)  # seconds before the first, second … start in a row
SETTLED_SECONDS: Final = 30.0  # a program that lived this long begins with the first pause again
LOG_BYTES: Final = 5_000_000
LINES_SHOWN: Final = 8


class Child:
    """One program of ours, with our environment.

    log          Its output goes to the end of this file; a long one is put aside at the start.
    descriptors  What it inherits besides.
    """

    def __init__(
        self, name: str, command: Sequence[str], log: Path, descriptors: Sequence[int] = ()
    ) -> None:
        self.name, self._log = name, log
        self._command, self._descriptors = command, descriptors
        self._process: Process | None = None
        self._started = asyncio.Event()
        self._log_start = 0
        if log.exists() and log.stat().st_size > LOG_BYTES:
            log.rename(log.with_suffix(".old.log"))

    @property
    def pid(self) -> int:
        """Process id of its last start, which is also that of its group; 0 before the first."""
        return self._process.pid if self._process else 0

    async def start(self) -> None:
        """Start the program in a group of its own, so that Ctrl-C reaches only us."""
        with self._log.open("ab") as log:
            self._log_start = log.tell()
            self._process = await asyncio.create_subprocess_exec(
                *self._command,
                stdin=DEVNULL,
                stdout=log,
                stderr=log,
                pass_fds=self._descriptors,
                start_new_session=True,
                preexec_fn=die_with_me(),
            )
        self._started.set()

    async def keep_running(self, on_restart: Callable[[str, int, float], None]) -> None:
        """Once started, start the program again whenever it dies, until cancelled.

        `on_restart` is told the name, the exit code (negative: the signal) and the pause.

        Raises:
            Stop: the program refuses to work here; its own last words say why.
        """
        await self._started.wait()
        loop = asyncio.get_running_loop()
        in_a_row = 0
        while self._process:
            started = loop.time()
            code = await self._process.wait()
            self._end_group()  # what a killed program has left behind
            if code == REFUSES:
                raise Stop("{words}", words=self.last_words())
            if loop.time() - started > SETTLED_SECONDS:
                in_a_row = 0
            pause = PAUSES[min(in_a_row, len(PAUSES) - 1)]
            in_a_row += 1
            on_restart(self.name, code, pause)
            await asyncio.sleep(pause)
            await self.start()

    def last_words(self) -> str:
        """Return the last lines of what the program wrote since it was last started."""
        if not self._log.exists():
            return ""
        with self._log.open("rb") as log:
            log.seek(self._log_start)
            lines = log.read(LOG_BYTES).decode("utf-8", "replace").strip().splitlines()
        return "\n".join(lines[-LINES_SHOWN:])

    async def end(self, patience_seconds: float) -> None:
        """End the program and its whole group: politely, then by force."""
        process = self._process
        if process is None:
            return
        with suppress(ProcessLookupError):
            process.terminate()
        try:
            async with asyncio.timeout(patience_seconds):
                await process.wait()
        except TimeoutError:
            pass
        finally:
            self._end_group()
            await process.wait()

    def kill(self) -> None:
        """End the program and its group by force; `keep_running` starts it again."""
        self._end_group()

    def _end_group(self) -> None:
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self.pid, signal.SIGKILL)
