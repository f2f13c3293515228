"""Run an exercise's samples through the grader, and find what its suite does not see."""

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
from semaforo.grader import decide
from worker.grading.grade import Grader

MEASURED_RUNS: Final = 3
AT_ONCE: Final = 2 * (os.cpu_count() or 1)
_DECIDED_BY_NOBODY: Final = (Verdict.PASSED, Verdict.NOT_RUN, Verdict.INCONCLUSIVE)


@dataclass(frozen=True, slots=True)
class Cost:
    """What one run of the reference takes, alone on the machine, in seconds: the median."""

    runs: int
    seconds: float
    cpu_seconds: float


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """Every sample of an exercise with its report, the reference first."""

    exercise: Exercise
    cost: Cost
    reports: list[tuple[Sample, Report]] = field(default_factory=list)

    @property
    def checks(self) -> tuple[CheckResult, ...]:
        """The suite's checks, as the reference met them."""
        return self.reports[0][1].checks

    @property
    def undecided(self) -> list[Sample]:
        """Samples that this machine could not decide."""
        return [sample for sample, report in self.reports if not report.is_conclusive]

    def uncaught(self) -> list[Sample]:
        """Return the wrong samples that pass every check."""
        return [s for s, report in self.reports if s.kind != "right" and report.all_passed]

    def unexercised(self) -> list[CheckResult]:
        """Return the checks that no wrong sample ever fails."""
        failed = {
            check.name
            for sample, report in self.reports
            for check in report.checks
            if sample.kind != "right" and check.verdict not in _DECIDED_BY_NOBODY
        }
        return [check for check in self.checks if check.name not in failed]

    def surprises(self) -> Iterator[tuple[Sample, CheckResult]]:
        """Yield each check that got another verdict, or other words, than its sample expects."""
        for sample, report in self.reports:
            first = sample.find_described_check(report)
            for check in report.checks:
                if check.verdict is Verdict.INCONCLUSIVE:
                    continue
                wanted = sample.expected.get(check.name, Verdict.PASSED)
                has_other_words = check is first and sample.says not in check.message.es
                if check.verdict is not wanted or has_other_words:
                    yield sample, check

    def unknown(self) -> Iterator[tuple[Sample, str]]:
        """Yield each check that a sample names and the suite does not have."""
        names = {check.name for check in self.checks}
        for sample, _ in self.reports:
            yield from ((sample, name) for name in sample.expected if name not in names)


async def rehearse(
    exercise: Exercise,
    samples: list[Sample],
    grader: Grader,
    *,
    on_sample: Callable[[], None] = lambda: None,
) -> Rehearsal:
    """Grade the reference a few times alone, to measure it, then every sample.

    Raises:
        GradingOutage: the suite does not load, or there is no sandbox.
    """
    found = Rehearsal(exercise, await _measure(exercise, samples[0], grader))
    gate = asyncio.Semaphore(AT_ONCE)

    async def one(sample: Sample) -> Report:
        async with gate:
            decision = await decide(grader, exercise, files_of(exercise, sample))
            on_sample()
            return decision.report

    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(one(sample)) for sample in samples]
    reports = [task.result() for task in tasks]
    found.reports.extend(zip(samples, reports, strict=True))
    return found


async def _measure(exercise: Exercise, reference: Sample, grader: Grader) -> Cost:
    files = files_of(exercise, reference)
    await decide(grader, exercise, files)  # starts the suite's process, which counts for no run
    walls, cpu = [], []
    for _ in range(MEASURED_RUNS):
        spent, began = (
            grader.cpu_usage.suite_seconds + grader.cpu_usage.sandbox_seconds,
            time.monotonic(),
        )
        await grader.grade(exercise, files)
        walls.append(time.monotonic() - began)
        cpu.append(grader.cpu_usage.suite_seconds + grader.cpu_usage.sandbox_seconds - spent)
    return Cost(MEASURED_RUNS, median(walls), median(cpu))


def files_of(exercise: Exercise, sample: Sample) -> dict[str, bytes]:
    """Return the sample as it would be handed in."""
    return {exercise.files[0]: sample.content}
