"""Grade mutants, and compare those that get full marks with what the exercise declares."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from time import monotonic
from typing import Final

from graders.catalogue.equivalents import Equivalent
from graders.catalogue.manifest import Exercise
from graders.report import CheckResult, Verdict
from worker.authoring.deciding import SUITE_OUTAGES
from worker.authoring.mutation.mutants import Mutant
from worker.authoring.sample_runs import MAX_CONCURRENT
from worker.grading.grade import Grader, GradingOutage
from worker.grading.retry import PAUSES_SECONDS

# A mutant that hangs costs its whole limit each time, so it gets fewer tries than a sample.
TRIES: Final = 2
_UNDECIDED: Final = (Verdict.PASSED, Verdict.INCONCLUSIVE, Verdict.NOT_RUN)


class _Caught(Exception):
    """A check has failed: what the others say does not matter."""

    def __init__(self, check: CheckResult) -> None:
        super().__init__(check.name)
        self.check = check


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one mutant.

    caught_by  The check that failed first; None if none did.
    declared   The entry of mutants.toml that calls it equivalent, if it got full marks.
    """

    mutant: Mutant
    is_decided: bool
    caught_by: CheckResult | None = None
    declared: Equivalent | None = None

    @property
    def is_survivor(self) -> bool:
        """Whether it got full marks and nothing says that it may."""
        return self.is_decided and self.caught_by is None and self.declared is None


@dataclass(frozen=True, slots=True)
class MutationResults:
    """What became of the mutants of an exercise.

    stale  Entries of mutants.toml that no mutant with full marks needs; empty if only some of the
           mutants were graded, since that decides nothing.
    """

    exercise: Exercise
    outcomes: list[Outcome] = field(default_factory=list)
    stale: list[Equivalent] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def caught(self) -> int:
        """How many a check has caught."""
        return sum(outcome.caught_by is not None for outcome in self.outcomes)

    @property
    def equivalent(self) -> int:
        """How many got full marks and are declared."""
        return sum(outcome.declared is not None for outcome in self.outcomes)

    @property
    def survivors(self) -> list[Outcome]:
        """Those with full marks that are not declared."""
        return [outcome for outcome in self.outcomes if outcome.is_survivor]

    @property
    def undecided(self) -> list[Outcome]:
        """Those without a verdict on every check, and without a failed one."""
        return [outcome for outcome in self.outcomes if not outcome.is_decided]


async def grade_mutants(
    exercise: Exercise,
    mutants: Sequence[Mutant],
    equivalents: Sequence[Equivalent],
    grader: Grader,
    *,
    is_all: bool = True,
    on_mutant: Callable[[], None] = lambda: None,
    at_once: int = MAX_CONCURRENT,
) -> MutationResults:
    """Grade every mutant until a check fails or all have passed.

    What this machine could not decide is graded again at the end, one at a time.

    is_all   Whether these are all mutants of the exercise: only then can an entry be stale.
    at_once  How many are graded at the same time at most.

    Raises:
        GradingOutage: the suite does not load, or there is no sandbox.
    """
    began, slots = monotonic(), asyncio.Semaphore(at_once)

    async def one(mutant: Mutant) -> Outcome:
        async with slots:
            outcome = await _grade(exercise, mutant, equivalents, grader)
            on_mutant()
            return outcome

    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(one(mutant)) for mutant in mutants]
    outcomes = [task.result() for task in tasks]
    for place, outcome in enumerate(outcomes):
        if not outcome.is_decided:
            again = await _grade(exercise, outcome.mutant, equivalents, grader, in_turn=True)
            outcomes[place] = again
    declared = [outcome.mutant for outcome in outcomes if outcome.declared]
    needed = [e for e in equivalents if any(_speaks_of(e, mutant) for mutant in declared)]
    stale = [entry for entry in equivalents if entry not in needed] if is_all else []
    return MutationResults(exercise, outcomes, stale, monotonic() - began)


async def _grade(
    exercise: Exercise,
    mutant: Mutant,
    equivalents: Sequence[Equivalent],
    grader: Grader,
    *,
    in_turn: bool = False,
) -> Outcome:
    for number in range(TRIES):
        try:
            report = await grader.grade(
                exercise, mutant.files, on_check=_stop_if_failed, in_turn=in_turn
            )
        except _Caught as caught:
            return Outcome(mutant, is_decided=True, caught_by=caught.check)
        except GradingOutage as outage:
            if outage.kind in SUITE_OUTAGES:
                raise
        else:
            failed = [check for check in report.checks if check.verdict not in _UNDECIDED]
            # If all is decided, a check that did not run is lost: the mutant does not even load.
            if report.is_conclusive:
                failed += [check for check in report.checks if check.verdict is Verdict.NOT_RUN]
            if failed:
                return Outcome(mutant, is_decided=True, caught_by=failed[0])
            if report.is_conclusive:
                declared = next((e for e in equivalents if _speaks_of(e, mutant)), None)
                return Outcome(mutant, is_decided=True, declared=declared)
        await asyncio.sleep(PAUSES_SECONDS[number])
    return Outcome(mutant, is_decided=False)


def _stop_if_failed(check: CheckResult) -> None:
    # A killed process may be our machine's doing: the grader runs such a program once more.
    if check.verdict not in _UNDECIDED and not check.was_killed:
        raise _Caught(check)


def is_declared(mutant: Mutant, equivalents: Sequence[Equivalent]) -> bool:
    """Return whether an entry calls the mutant equivalent."""
    return any(_speaks_of(entry, mutant) for entry in equivalents)


def _speaks_of(entry: Equivalent, mutant: Mutant) -> bool:
    return entry.covers(mutant.operator, mutant.samples, mutant.within, mutant.change)
