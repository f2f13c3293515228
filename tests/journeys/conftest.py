"""Everything, as `make run` starts it: on a free port, with a data folder of its own."""

import asyncio
import json
import os
import signal
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

ROOT = Path(__file__).resolve().parent.parent.parent
START_SECONDS = 90  # a cold machine with other tests on it; usually two or three


@dataclass
class Running:
    """`semaforo up`, ready."""

    process: Process
    data_dir: Path
    url: str
    facts: dict[str, Any]
    screen: str

    def bearer(self, who: str = "student") -> dict[str, str]:
        """The header that says who is asking."""
        return {"Authorization": f"Bearer {self.facts[who]['token']}"}

    async def end(self, number: int = signal.SIGTERM) -> tuple[int, float]:
        """Send a signal; returns exit code and the seconds it took."""
        loop = asyncio.get_running_loop()
        start = loop.time()
        self.process.send_signal(number)
        async with asyncio.timeout(30):
            code = await self.process.wait()
        return code, loop.time() - start


def environment(**settings: str) -> dict[str, str]:
    """Our environment without settings of whoever runs the tests."""
    clean = {name: value for name, value in os.environ.items() if "SEMAFORO" not in name}
    return {**clean, "LC_ALL": "C.UTF-8", "PYTHONPATH": str(ROOT), **settings}


async def semaforo(
    *arguments: str, env: Mapping[str, str] | None = None, cwd: Path = ROOT
) -> tuple[int, str, str]:
    """Run the command to its end: exit code, output, errors."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "semaforo", *arguments,
        stdin=DEVNULL, stdout=PIPE, stderr=PIPE, env=env or environment(), cwd=cwd,
    )  # fmt: skip
    try:
        async with asyncio.timeout(START_SECONDS):
            out, errors = await process.communicate()
    finally:
        if process.returncode is None:
            process.kill()
    return process.returncode or 0, out.decode(), errors.decode()


@asynccontextmanager
async def everything(
    data_dir: Path,
    *,
    command: Sequence[str] = (sys.executable, "-m", "semaforo"),
    cwd: Path = ROOT,
    **settings: str,
) -> AsyncIterator[Running]:
    """Start everything; whatever happens, nothing of it is left."""
    process = await asyncio.create_subprocess_exec(
        *command, "up", "--port", "0", "--data-dir", str(data_dir),
        stdin=DEVNULL, stdout=PIPE, env=environment(**settings), cwd=cwd,
    )  # fmt: skip
    assert process.stdout
    try:
        screen = ""
        async with asyncio.timeout(START_SECONDS):
            while "Ctrl-C" not in screen:
                line = await process.stdout.readline()
                assert line, "it ended before it was ready"
                screen += line.decode()
        facts = json.loads((data_dir / "up.json").read_text())
        yield Running(process, data_dir, facts["url"], facts, screen)
    finally:
        with suppress(ProcessLookupError):
            process.send_signal(signal.SIGTERM)
        try:
            async with asyncio.timeout(10):
                await process.wait()
        finally:
            with suppress(ProcessLookupError):
                process.kill()
            await process.wait()


def processes_of(data_dir: Path) -> list[str]:
    """Return the command lines of living processes that were told of this data folder."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            told = (process / "environ").read_bytes() + (process / "cmdline").read_bytes()
            alive = "\nState:\tZ" not in (process / "status").read_text()
            if os.fsencode(data_dir) in told and alive:
                found.append((process / "cmdline").read_bytes().replace(b"\0", b" ").decode())
    return found


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def running(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Running]:
    """Everything, ready; one for all tests of a file that only use it."""
    async with everything(tmp_path_factory.mktemp("up") / "data") as up:
        yield up
