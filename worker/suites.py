"""Suite processes: one for each exercise's suite version, kept for as long as it is current."""

import asyncio
import json
import os
import socket
import sys
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any

from graders.limits import Limits
from graders.manifest import Exercise
from graders.text import Text
from worker.suite_errors import SuiteError

PROJECT = Path(__file__).parent.parent
START_SECONDS = 30.0
STOP_SECONDS = 2.0
LINE_BYTES = 8 << 20


class SuiteProcess:
    """One `worker.suite_server`, with what it collected."""

    def __init__(self, process: asyncio.subprocess.Process, requests: socket.socket) -> None:
        self._process, self._requests = process, requests
        self.checks = 0

    @classmethod
    async def start(cls, exercise: Exercise, *, is_confined: bool = True) -> "SuiteProcess":
        """Start one for this exercise and wait until it has collected its checks.

        Raises:
            SuiteError: it cannot; says why.
        """
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        ours.setblocking(False)
        with theirs:
            process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "worker.suite_server", str(theirs.fileno()),
                str(exercise.folder), *([] if is_confined else ["loose"]),
                pass_fds=[theirs.fileno()], cwd=PROJECT, stdin=asyncio.subprocess.DEVNULL,
                stdout=asyncio.subprocess.DEVNULL,
                # Nothing of ours in its environment: no database address, no token.
                env={
                    "PATH": os.defpath, "LANG": "C.UTF-8", "PYTHONDONTWRITEBYTECODE": "1",
                    # Suites use the kit; whatever else is installed is none of their business.
                    "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
                },
            )  # fmt: skip
        suite = cls(process, ours)
        try:
            async with asyncio.timeout(START_SECONDS):
                first = await asyncio.get_running_loop().sock_recv(ours, 65_536)
        except TimeoutError:
            first = b""
        word = json.loads(first or b"{}")
        if "checks" not in word:
            await suite.close()
            why = Text(**word["error"]) if "error" in word else Text.same("pytest ended")
            raise SuiteError(Text.same(f"{exercise.suite}: ") + why)
        suite.checks = word["checks"]
        return suite

    @property
    def is_alive(self) -> bool:
        """Whether its process has not ended."""
        return self._process.returncode is None

    async def close(self) -> None:
        """End it, and every judge it has forked."""
        self._requests.close()
        try:
            async with asyncio.timeout(STOP_SECONDS):
                await self._process.wait()
        except TimeoutError:
            with suppress(ProcessLookupError):
                self._process.kill()
            await self._process.wait()

    async def judge(
        self,
        control: socket.socket,
        starter: int,
        limits: Limits,
        program: int,
        seconds: int,
        *,
        rehearsal: bool = False,
        in_turn: bool = False,
    ) -> AsyncGenerator[dict[str, Any], None]:
        """Have one run judged; yields `{"index": …, "check": …}` as each check is decided.

        The last word is `{"done": True, "cpu_seconds": …}`: what the judge itself has cost.

        `control` and `starter` are the open sandbox's, `program` the submission in a memory file;
        the judge ends after `seconds` at the latest. A rehearsal warms the process for later runs,
        which wait meanwhile. `in_turn` as for `run_checks`.

        Raises:
            SuiteError: it ended before it was done.
        """
        ours, theirs = socket.socketpair()
        request = {
            "starter": starter,
            "limits": asdict(limits),
            "seconds": seconds,
            "rehearsal": rehearsal,
            "in_turn": in_turn,
        }
        with theirs:
            descriptors = [control.fileno(), theirs.fileno(), program]
            try:
                socket.send_fds(self._requests, [json.dumps(request).encode()], descriptors)
            except OSError as error:
                ours.close()
                raise SuiteError(Text.same(f"the suite process is gone: {error}")) from error
        async with _reading(ours) as reader, asyncio.timeout(seconds + STOP_SECONDS):
            while line := await reader.readline():
                word = json.loads(line)
                if "error" in word:
                    raise SuiteError(Text(**word["error"]))
                yield word
                if "done" in word:
                    return
        raise SuiteError(Text.same("the judge ended before it was done"))


@asynccontextmanager
async def _reading(connection: socket.socket) -> AsyncIterator[asyncio.StreamReader]:
    reader, writer = await asyncio.open_connection(sock=connection, limit=LINE_BYTES)
    try:
        yield reader
    finally:
        writer.close()
