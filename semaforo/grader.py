"""The worker's grader for commands: create it, retry inconclusive runs, describe outages."""

import asyncio
import itertools
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from graders.catalogue.manifest import Exercise
from graders.report import Report
from graders.undecided import Undecided
from semaforo.terminal import COULD_NOT, CommandError
from server.settings import Settings
from worker.authoring.logs import silence_logs
from worker.grading.grade import Grader, GradingOutage
from worker.grading.retry import IN_TURN_FROM_TRY, PAUSES_SECONDS
from worker.grading.suite_errors import SuiteError
from worker.grading.undecided import Circumstances, describe_failure, describe_inconclusive
from worker.outages import Outage

# The suite's author has to fix something; another try would fail in the same way.
SUITE_OUTAGES: Final = (Outage.SUITE_BROKEN, Outage.SUITE_RAISED)


def make_progress_bar() -> Progress:
    """Return a progress bar on standard error; standard output holds only the result."""
    columns = TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn()
    is_seen = sys.stderr.isatty()
    return Progress(*columns, console=Console(stderr=True), transient=True, disable=not is_seen)


def make_grader(settings: Settings) -> Grader:
    """Return a grader like the worker's, without its log; the command reports errors itself."""
    silence_logs()
    return Grader(
        runtime=settings.runtime_dir,
        name=settings.worker_name,
        insecure=settings.run_student_code_without_a_full_sandbox,
    )


@dataclass(frozen=True, slots=True)
class Decision:
    """A report, and the reason for each try without a verdict on every check."""

    report: Report
    undecided: tuple[Undecided, ...] = ()


async def grade_until_conclusive(
    grader: Grader, exercise: Exercise, files: Mapping[str, bytes]
) -> Decision:
    """Grade until every check has a verdict, at most four times.

    The last two runs grade one check at a time. A run whose helper process died, or did not start
    on a busy machine, is retried as well.

    Raises:
        GradingOutage: no run was possible, or the suite is broken.
    """
    undecided: list[Undecided] = []
    for number in itertools.count(1):
        in_turn, is_last = number >= IN_TURN_FROM_TRY, number > len(PAUSES_SECONDS)
        given = Circumstances(number, grader.name, alone=in_turn)
        try:
            report = await grader.grade(exercise, files, in_turn=in_turn)
        except GradingOutage as outage:
            if is_last or outage.kind in SUITE_OUTAGES:
                raise
            undecided.append(describe_failure(outage, given, is_try=False))
        else:
            if report.is_conclusive:
                break
            undecided.append(describe_inconclusive(report, given))
            if is_last:
                break
        await asyncio.sleep(PAUSES_SECONDS[number - 1])
    return Decision(report, tuple(undecided))


def describe_outage(outage: GradingOutage, *, broken: int = COULD_NOT) -> CommandError:
    """Return the error for an outage: a broken suite, or a problem of this machine.

    `broken` is the exit code for a broken suite; for the `suite` commands that is a finding.
    """
    cause = outage.__cause__
    if isinstance(cause, SuiteError) and outage.kind in SUITE_OUTAGES:
        return CommandError(
            "The suite does not run: {reason}", exit_code=broken, reason=cause.words
        )
    if isinstance(cause, SuiteError):
        return CommandError(
            "It could not be graded: {reason} Try again later.",
            exit_code=COULD_NOT,
            reason=cause.words,
        )
    return CommandError(
        "It could not be graded: {reason}. `semaforo doctor` shows what is missing on this "
        "machine.",
        exit_code=COULD_NOT,
        reason=outage,
    )
