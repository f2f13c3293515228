"""Many runs in one worker: does anything grow?"""

import asyncio
import os
from dataclasses import dataclass
from pathlib import Path

from graders.catalogue.exercises import Catalogue
from tests.bench.grading import RUNTIME
from tests.bench.tree import descendants
from worker.grading.grade import Grader

IN_FLIGHT = 16


@dataclass
class Sample:
    """What this process and its descendants hold after so many runs, with none in flight."""

    runs: int
    memory_mib: float
    descriptors: int
    processes: int
    cgroups: int
    cpu_ms_per_run: float


async def measure(runs: int, samples: int) -> list[Sample]:
    """Grade the reference of `gather` that many times, and look that many times at what is held."""
    exercise = Catalogue.read()["gather"]
    files = {exercise.files[0]: (exercise.folder / "reference.py").read_bytes()}
    found: list[Sample] = []
    async with Grader(runtime=RUNTIME, name="soak", rehearses=True) as grader:
        for _ in range(IN_FLIGHT):
            await grader.grade(exercise, files)
        for _ in range(samples):
            spent = grader.cpu_usage.suite_seconds + grader.cpu_usage.sandbox_seconds
            turns = iter(range(runs // samples))

            async def lane(turns: "object" = turns) -> None:
                for _ in turns:  # type: ignore[attr-defined]
                    await grader.grade(exercise, files)

            await asyncio.gather(*(lane() for _ in range(IN_FLIGHT)))
            cost = grader.cpu_usage.suite_seconds + grader.cpu_usage.sandbox_seconds - spent
            done = runs // samples
            total = done * (len(found) + 1)
            found.append(_look(total, cost / done * 1000))
    return found


def _look(runs: int, cpu_ms: float) -> Sample:
    pids = descendants(os.getpid())
    return Sample(
        runs,
        sum(_pss_kib(pid) for pid in pids) / 1024,
        sum(_count(f"/proc/{pid}/fd") for pid in pids),
        len(pids),
        sum(1 for _ in Path("/sys/fs/cgroup").glob(f"*/semaforo.*.{os.getpid()}.*/run*")),
        cpu_ms,
    )


def _pss_kib(pid: int) -> int:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith("Pss:")), 0)


def _count(folder: str) -> int:
    try:
        return sum(1 for _ in Path(folder).iterdir())
    except OSError:
        return 0
