"""The worker's grader, as commands use it: made, waited for, and its outages told."""

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
from semaforo.terminal import COULD_NOT, Stop
from server.settings import Settings
from worker.authoring.logs import silence_logs
from worker.grading.grade import Grader, GradingOutage
from worker.grading.retry import IN_TURN_FROM_TRY, PAUSES_SECONDS
from worker.grading.suite_errors import SuiteError
from worker.grading.undecided import Circumstances, describe_failure, describe_inconclusive
from worker.outages import Outage

# The suite's author has to mend something; to try again would find the same.
THE_SUITES: Final = (Outage.SUITE_BROKEN, Outage.SUITE_RAISED)


def make_bar() -> Progress:
    """Return a progress bar on the error stream, so that the output stays clean."""
    columns = TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn()
    is_seen = sys.stderr.isatty()
    return Progress(*columns, console=Console(stderr=True), transient=True, disable=not is_seen)


def a_grader(settings: Settings) -> Grader:
    """Return a grader such as the worker has; what goes wrong in it the command tells itself."""
    silence_logs()
    return Grader(
        runtime=settings.runtime_dir,
        name=settings.worker_name,
        insecure=settings.run_student_code_without_a_full_sandbox,
    )


@dataclass(frozen=True, slots=True)
class Decision:
    """A report, and why each try before it, or the last one too, ended without a verdict."""

    report: Report
    undecided: tuple[Undecided, ...] = ()


async def decide(grader: Grader, exercise: Exercise, files: Mapping[str, bytes]) -> Decision:
    """Grade until it is decided, at most four times, the last two with one check after another.

    A helper process that died, or did not start on a busy machine, is waited for likewise.

    Raises:
        GradingOutage: it could not be run at all, or the suite broke.
    """
    undecided: list[Undecided] = []
    for number in itertools.count(1):
        in_turn, is_last = number >= IN_TURN_FROM_TRY, number > len(PAUSES_SECONDS)
        given = Circumstances(number, grader.name, alone=in_turn)
        try:
            report = await grader.grade(exercise, files, in_turn=in_turn)
        except GradingOutage as outage:
            if is_last or outage.kind in THE_SUITES:
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


def outage_told(outage: GradingOutage, *, broken: int = COULD_NOT) -> Stop:
    """Return why nothing could be tried: the suite's own fault, or this host's.

    `broken` is the exit code if it is the suite's; who tries a suite has found something out then.
    """
    cause = outage.__cause__
    if isinstance(cause, SuiteError) and outage.kind in THE_SUITES:
        return Stop("The suite does not run: {reason}", exit_code=broken, reason=cause.words)
    if isinstance(cause, SuiteError):
        return Stop(
            "It could not be graded: {reason} Try again when this machine is quieter.",
            exit_code=COULD_NOT,
            reason=cause.words,
        )
    return Stop(
        "It could not be graded: {reason}. `semaforo doctor` tells what is missing here.",
        exit_code=COULD_NOT,
        reason=outage,
    )
