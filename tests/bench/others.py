"""What people use today, on the same submissions: a fresh pytest for each, and judges of others."""

import asyncio
import resource
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from graders.catalogue.exercises import Catalogue
from tests.bench.judges import Judge

RUN_SECONDS = 120


@dataclass
class Figures:
    """Seconds, sorted; processor seconds per run; right submissions that were failed.

    cpu  None in bubblewrap: the kernel counts what happens in its pid namespace to nobody whom
         we could ask afterwards.
    """

    times: list[float]
    seconds: float
    cpu: float | None
    failed_right: int


async def measure(judge: Judge, runs: int, in_flight: int) -> Figures | None:
    """Have the reference of `gather` judged that many times; None if the judge is not here."""
    reference = (Catalogue.read()["gather"].folder / "reference.py").read_text("utf-8")
    times: list[float] = []
    failed = 0
    turns = iter(range(runs))

    async def lane(folder: Path, command: list[str]) -> None:
        nonlocal failed
        for _ in turns:
            began = time.monotonic()
            process = await asyncio.create_subprocess_exec(
                *command,
                cwd=folder,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.STDOUT,
                env={"PATH": f"{Path(sys.executable).parent}:/usr/bin:/bin", "HOME": str(folder)},
            )
            async with asyncio.timeout(RUN_SECONDS):
                output, _ = await process.communicate()
            failed += not judge.passed(process.returncode, output.decode("utf-8", "replace"))
            times.append(time.monotonic() - began)

    with TemporaryDirectory(prefix="semaforo-bench-", dir=Path.home()) as name:
        folder = Path(name)
        if (command := judge.prepare(folder, reference)) is None:
            return None
        before, began = _cpu(), time.monotonic()
        await asyncio.gather(*(lane(folder, command) for _ in range(in_flight)))
        seconds = time.monotonic() - began
        cpu = (_cpu() - before) / runs if judge.is_counted else None
        return Figures(sorted(times), seconds, cpu, failed)


def _cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
