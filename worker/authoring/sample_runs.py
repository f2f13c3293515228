"""Grade an exercise's samples, and find the defects that its suite does not detect."""

import asyncio
import os
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from statistics import median
from typing import Final

from graders.catalogue.manifest import Exercise
from graders.catalogue.samples import Sample
from graders.report import CheckResult, Report, Verdict
from worker.authoring.deciding import grade_until_conclusive
from worker.grading.grade import Grader

MEASURED_RUNS: Final = 3
MAX_CONCURRENT: Final = 2 * (os.cpu_count() or 1)
_NOT_A_FAILURE: Final = (Verdict.PASSED, Verdict.NOT_RUN, Verdict.INCONCLUSIVE)


@dataclass(frozen=True, slots=True)
class Cost:
    """Median cost of one run of the first sample, alone on the machine, in seconds."""

    runs: int
    seconds: float
    cpu_seconds: float


@dataclass(frozen=True, slots=True)
class SampleResults:
    """The reports of every sample of an exercise, the reference solution first if it has one."""

    exercise: Exercise
    cost: Cost
    reports: list[tuple[Sample, Report]] = field(default_factory=list)

    @property
    def checks(self) -> tuple[CheckResult, ...]:
        """The suite's checks, from the first sample's report."""
        return self.reports[0][1].checks

    @property
    def undecided(self) -> list[Sample]:
        """Samples without a verdict on every check."""
        return [sample for sample, report in self.reports if not report.is_conclusive]

    def undetected(self) -> list[Sample]:
        """Return the wrong samples that pass every check."""
        return [s for s, report in self.reports if s.kind != "right" and report.all_passed]

    def checks_never_failed(self) -> list[CheckResult]:
        """Return the checks that no wrong sample ever fails."""
        failed = {
            check.name
            for sample, report in self.reports
            for check in report.checks
            if sample.kind != "right" and check.verdict not in _NOT_A_FAILURE
        }
        return [check for check in self.checks if check.name not in failed]

    def mismatches(self) -> Iterator[tuple[Sample, CheckResult]]:
        """Yield each check whose verdict or message is not the expected one; not inconclusive."""
        for sample, report in self.reports:
            for check in sample.mismatches(report):
                if check.verdict is not Verdict.INCONCLUSIVE:
                    yield sample, check

    def unknown_checks(self) -> Iterator[tuple[Sample, str]]:
        """Yield each check that a sample names and the suite does not have."""
        for sample, report in self.reports:
            yield from ((sample, name) for name in sample.unknown_checks(report))


async def grade_samples(
    exercise: Exercise,
    samples: list[Sample],
    grader: Grader,
    *,
    on_sample: Callable[[], None] = lambda: None,
    at_once: int = MAX_CONCURRENT,
) -> SampleResults:
    """Measure the first sample, alone, a few times; then grade every sample.

    at_once  How many samples are graded at the same time at most.

    Raises:
        GradingOutage: the suite does not load, or there is no sandbox.
    """
    found = SampleResults(exercise, await _measure_cost(exercise, samples[0], grader))
    slots = asyncio.Semaphore(at_once)

    async def one(sample: Sample) -> Report:
        async with slots:
            decision = await grade_until_conclusive(grader, exercise, sample.files)
            on_sample()
            return decision.report

    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(one(sample)) for sample in samples]
    reports = [task.result() for task in tasks]
    found.reports.extend(zip(samples, reports, strict=True))
    return found


async def _measure_cost(exercise: Exercise, reference: Sample, grader: Grader) -> Cost:
    files = reference.files
    await grade_until_conclusive(
        grader, exercise, files
    )  # starts the suite's process, which must not be measured
    times, cpu = [], []
    for _ in range(MEASURED_RUNS):
        spent, began = (
            grader.cpu_usage.suite_seconds + grader.cpu_usage.sandbox_seconds,
            time.monotonic(),
        )
        await grader.grade(exercise, files)
        times.append(time.monotonic() - began)
        cpu.append(grader.cpu_usage.suite_seconds + grader.cpu_usage.sandbox_seconds - spent)
    return Cost(MEASURED_RUNS, median(times), median(cpu))
