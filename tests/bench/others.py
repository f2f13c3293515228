"""What people use today, on the same submissions: a fresh pytest for each, also in bubblewrap."""

import asyncio
import resource
import shutil
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from graders.catalogue import Catalogue

SUITE = Path(__file__).parent / "plain_suite.py"
RUN_SECONDS = 120
WALLS = (
    *("--unshare-all", "--die-with-parent", "--new-session", "--ro-bind", "/", "/"),
    *("--proc", "/proc", "--dev", "/dev", "--tmpfs", "/tmp"),  # noqa: S108  a mount inside
)


@dataclass
class Figures:
    """Seconds, sorted; processor seconds per run; right submissions that were failed.

    cpu  None in bubblewrap: the kernel counts what happens in its pid namespace to nobody whom
         we could ask afterwards.
    """

    walls: list[float]
    seconds: float
    cpu: float | None
    failed_right: int


async def measure(runs: int, in_flight: int, *, walled: bool) -> Figures | None:
    """Judge the reference of `gather` that many times; None if there is no bubblewrap."""
    bubblewrap = shutil.which("bwrap")
    if walled and not bubblewrap:
        return None
    prefix = [str(bubblewrap), *WALLS] if walled else []
    reference = Catalogue.read()["gather"].folder / "reference.py"
    walls: list[float] = []
    failed = 0
    turns = iter(range(runs))

    async def lane(folder: Path) -> None:
        nonlocal failed
        for _ in turns:
            began = time.monotonic()
            process = await asyncio.create_subprocess_exec(
                *prefix, sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider",
                "-o", "asyncio_default_fixture_loop_scope=function",
                "-c", "/dev/null", "--rootdir", str(folder), SUITE.name,
                cwd=folder, stdout=asyncio.subprocess.DEVNULL, env={"PATH": "/usr/bin:/bin"},
            )  # fmt: skip
            async with asyncio.timeout(RUN_SECONDS):
                failed += await process.wait() != 0
            walls.append(time.monotonic() - began)

    with TemporaryDirectory(prefix="semaforo-bench-", dir=Path.home()) as name:
        folder = Path(name)
        shutil.copy(SUITE, folder)
        shutil.copy(reference, folder / "solution.py")
        before, began = _cpu(), time.monotonic()
        await asyncio.gather(*(lane(folder) for _ in range(in_flight)))
        seconds = time.monotonic() - began
        cpu = None if walled else (_cpu() - before) / runs
        return Figures(sorted(walls), seconds, cpu, failed)


def _cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
