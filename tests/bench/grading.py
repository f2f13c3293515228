"""Grading alone: one run at a time, then many in flight; no database, no queue, no web."""

import asyncio
import time
from dataclasses import dataclass
from pathlib import Path

from graders.catalogue.exercises import Catalogue
from graders.report import Report
from worker.grading.grade import Grader

RUNTIME = Path(__file__).parents[2] / ".runtime" / "site"


@dataclass
class Figures:
    """What one round of right submissions took.

    waits  Seconds that the suite must wait by itself: the longest check's own clock time.
    """

    times: list[float]
    waits: list[float]
    seconds: float
    suite_cpu: float
    sandbox_cpu: float
    flips: int
    undecided: int


async def measure(slug: str, runs: int, in_flight: int) -> Figures:
    """Grade the reference of `slug` that many times, `in_flight` at once."""
    exercise = Catalogue.read()[slug]
    files = {exercise.files[0]: (exercise.folder / "reference.py").read_bytes()}
    times: list[float] = []
    reports: list[Report] = []
    async with Grader(runtime=RUNTIME, name="bench", rehearses=True) as grader:
        for _ in range(3):
            await grader.grade(exercise, files)
        before = (grader.cpu_usage.suite_seconds, grader.cpu_usage.sandbox_seconds)
        turns = iter(range(runs))

        async def lane() -> None:
            for _ in turns:
                began = time.monotonic()
                reports.append(await grader.grade(exercise, files))
                times.append(time.monotonic() - began)

        began = time.monotonic()
        await asyncio.gather(*(lane() for _ in range(in_flight)))
        seconds = time.monotonic() - began
        return Figures(
            sorted(times),
            sorted(max(c.wall_seconds or 0.0 for c in report.checks) for report in reports),
            seconds,
            (grader.cpu_usage.suite_seconds - before[0]) / runs,
            (grader.cpu_usage.sandbox_seconds - before[1]) / runs,
            sum(report.is_conclusive and not report.all_passed for report in reports),
            sum(not report.is_conclusive for report in reports),
        )
