"""Certify a suite: do its verdicts ever flip, whatever the machine is going through?

Right and wrong samples, whose verdicts are known, are graded many times under each condition. A
check that comes out otherwise than its sample's `expected.toml` says is a flip. Inconclusive is
none: such a run would be graded again.
"""

import asyncio
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, replace
from datetime import datetime
from random import Random
from time import monotonic
from typing import Final

from graders.catalogue.certificate import Certificate, Tally
from graders.catalogue.equivalents import read_equivalents
from graders.catalogue.manifest import Exercise
from graders.catalogue.samples import Sample
from graders.judge import kit_hash
from graders.report import Report, Verdict
from worker.authoring.mutation.mutants import Mutant
from worker.authoring.mutation.survivors import grade_mutants
from worker.authoring.stress import PROCESSORS, Load, freezes, hogs, nothing
from worker.grading.grade import Grader, GradingOutage

OnFlip = Callable[[str, Sample, str, Verdict], None]


@dataclass(frozen=True, slots=True)
class Condition:
    """How the machine is stressed, and how many runs are in flight meanwhile."""

    name: str
    in_flight: int
    noise: Callable[[Random], AbstractAsyncContextManager[object]]


CONDITIONS: Final = (
    Condition("alone", 1, lambda _: nothing()),
    Condition("hogs", 2 * PROCESSORS, lambda _: hogs()),
    Condition("freezes", 2 * PROCESSORS, freezes),
    # Half of a run's time is work: at least four programs want each processor all the while.
    Condition("crowd", 16 * PROCESSORS, lambda _: nothing()),
)


class Certifier:
    """Grades the samples of one exercise under each condition in turn.

    `on_run` is called after every run; `on_flip` for every verdict that is not as expected:
    condition, sample, check, verdict.
    """

    def __init__(
        self,
        exercise: Exercise,
        samples: Sequence[Sample],
        grader: Grader,
        *,
        runs: int,
        seed: int = 0,
        on_run: Callable[[], None] = lambda: None,
        on_flip: OnFlip = lambda condition, sample, check, verdict: None,
    ) -> None:
        self._exercise, self._grader = exercise, grader
        self.samples = [
            sample for sample in samples if sample.kind in ("right", "wrong") and not sample.is_open
        ]
        self._runs, self._random = runs, Random(seed)  # noqa: S311  no secret, but to be repeated
        self._on_run, self._on_flip = on_run, on_flip
        self._checks: list[str] = []

    async def certify(
        self, now: datetime, conditions: Sequence[Condition] = CONDITIONS
    ) -> Certificate:
        """Go through the conditions.

        Raises:
            GradingOutage: the suite does not run at all.
        """
        suite_hash = self._exercise.suite_hash
        first = await self._grade(self.samples[0])
        self._checks = [check.name for check in first.checks]
        tallies = [await self._try(condition) for condition in conditions]
        return Certificate(
            suite_hash,
            self._grader.runtime_hash,
            now,
            PROCESSORS,
            tuple(tallies),
            kit_hash=kit_hash(),
        )

    async def _try(self, condition: Condition) -> Tally:
        left = list(self.samples) * self._runs
        self._random.shuffle(left)
        counts, load, began = Counter[str](), Load(), monotonic()

        async def lane() -> None:
            while left:
                sample = left.pop()
                self._count(condition.name, counts, sample, await self._safely(sample))
                self._on_run()

        async with asyncio.TaskGroup() as group:
            looking = group.create_task(load.keep_looking())
            async with condition.noise(self._random), asyncio.TaskGroup() as lanes:
                for _ in range(condition.in_flight):
                    lanes.create_task(lane())
            looking.cancel()
        return Tally(
            condition.name,
            **counts,
            seconds=round(monotonic() - began, 2),
            runnable=round(load.average, 2),
        )

    async def _grade(self, sample: Sample) -> Report:
        return await self._grader.grade(self._exercise, sample.files)

    async def _safely(self, sample: Sample) -> dict[str, Verdict]:
        """Return the verdicts by check; an outage of ours decides nothing."""
        try:
            report = await self._grade(sample)
        except GradingOutage:
            return dict.fromkeys(self._checks, Verdict.INCONCLUSIVE)
        return {check.name: check.verdict for check in report.checks}

    def _count(
        self, condition: str, counts: Counter[str], sample: Sample, verdicts: dict[str, Verdict]
    ) -> None:
        for check, verdict in verdicts.items():
            wanted = sample.expected_verdict(check)
            is_right = wanted is Verdict.PASSED
            counts["right_decisions" if is_right else "wrong_decisions"] += 1
            if verdict is Verdict.INCONCLUSIVE:
                counts["inconclusive"] += 1
            elif verdict is not wanted:
                kind = "false_passes" if verdict is Verdict.PASSED else "otherwise"
                counts["false_fails" if is_right else kind] += 1
                self._on_flip(condition, sample, check, verdict)


async def with_mutants(
    certificate: Certificate,
    exercise: Exercise,
    mutants: Sequence[Mutant],
    grader: Grader,
    *,
    on_mutant: Callable[[], None] = lambda: None,
) -> Certificate:
    """Grade these mutants, with nothing else on the machine; return the certificate with figures.

    Raises:
        GradingOutage: the suite does not run at all.
    """
    equivalents = read_equivalents(exercise.folder)
    found = await grade_mutants(exercise, mutants, equivalents, grader, on_mutant=on_mutant)
    return replace(
        certificate, mutants=len(mutants), caught=found.caught, equivalent=found.equivalent
    )
