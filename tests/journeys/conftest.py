"""The local stack as `make run` starts it, on a free port with its own data folder."""

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

from tests.fixtures.command import run_command

ROOT = Path(__file__).resolve().parent.parent.parent
START_SECONDS = 90  # a cold machine with other tests on it; usually two or three


@dataclass
class RunningStack:
    """A `semaforo up` that is ready."""

    process: Process
    data_dir: Path
    url: str
    access: dict[str, Any]
    output: str

    def bearer(self, role: str = "student") -> dict[str, str]:
        """Return the header that authenticates the demo account of this role."""
        return {"Authorization": f"Bearer {self.access[role]['token']}"}

    async def stop(self, number: int = signal.SIGTERM) -> tuple[int, float]:
        """Send a signal; return the exit code and the seconds until the exit."""
        loop = asyncio.get_running_loop()
        start = loop.time()
        self.process.send_signal(number)
        async with asyncio.timeout(30):
            code = await self.process.wait()
        return code, loop.time() - start


def environment(**settings: str) -> dict[str, str]:
    """Return the environment without the SEMAFORO settings of the developer."""
    clean = {name: value for name, value in os.environ.items() if "SEMAFORO" not in name}
    return {**clean, "LC_ALL": "en_US.UTF-8", "PYTHONPATH": str(ROOT), **settings}


async def semaforo(
    *arguments: str, env: Mapping[str, str] | None = None, cwd: Path = ROOT
) -> tuple[int, str, str]:
    """Run the command; return exit code, standard output and standard error."""
    return await run_command(arguments, env or environment(), cwd, START_SECONDS)


@pytest.fixture
def operator(sqlite_url: str, tmp_path: Path) -> dict[str, str]:
    """An operator's environment, with an empty database of its own in `tmp_path`."""
    assert str(tmp_path) in sqlite_url
    return environment(SEMAFORO_DATA_DIR=str(tmp_path), SEMAFORO_PUBLIC_URL="https://s.example")


@asynccontextmanager
async def local_stack(
    data_dir: Path,
    *,
    command: Sequence[str] = (sys.executable, "-m", "semaforo"),
    options: Sequence[str] = (),
    cwd: Path = ROOT,
    **settings: str,
) -> AsyncIterator[RunningStack]:
    """Start the stack; stop every process of it at the end, whatever happens.

    Its worker starts a suite with the first submission, unless a setting says otherwise: to start
    all of them takes more processor time than most tests.
    """
    settings = {"SEMAFORO_WORKER_PREPARES_SUITES": "0", **settings}
    process = await asyncio.create_subprocess_exec(
        *command, "up", "--port", "0", "--data-dir", str(data_dir), *options,
        stdin=DEVNULL, stdout=PIPE, env=environment(**settings), cwd=cwd,
    )  # fmt: skip
    assert process.stdout
    try:
        output = ""
        async with asyncio.timeout(START_SECONDS):
            while "Ctrl-C" not in output:
                line = await process.stdout.readline()
                assert line, "it exited before it was ready"
                output += line.decode()
        access = json.loads((data_dir / "up.json").read_text())
        yield RunningStack(process, data_dir, access["url"], access, output)
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
    """Return the command lines of running processes that use this data folder."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            content = (process / "environ").read_bytes() + (process / "cmdline").read_bytes()
            alive = "\nState:\tZ" not in (process / "status").read_text()
            if os.fsencode(data_dir) in content and alive:
                found.append((process / "cmdline").read_bytes().replace(b"\0", b" ").decode())
    return found


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def running(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[RunningStack]:
    """One running stack for all tests of a file that do not stop it."""
    async with local_stack(tmp_path_factory.mktemp("up") / "data") as up:
        yield up
