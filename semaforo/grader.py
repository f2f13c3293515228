"""The worker's grader, as commands use it: made, waited for, and its outages told."""

import asyncio
import sys
from collections.abc import Mapping
from typing import Final

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from graders.catalogue.manifest import Exercise
from graders.report import Report
from semaforo.terminal import COULD_NOT, Stop
from server.settings import Settings
from worker.authoring.logs import silence_logs
from worker.grading.grade import Grader, GradingOutage
from worker.grading.suite_errors import SuiteError
from worker.outages import Outage

PAUSES: Final = (1.0, 5.0, 20.0)  # seconds; a machine that cannot decide gets time to calm down
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


async def decide(grader: Grader, exercise: Exercise, files: Mapping[str, bytes]) -> Report:
    """Grade until it is decided, at most four times, the last two with one check after another.

    A helper process that died, or did not start on a busy machine, is waited for likewise.

    Raises:
        GradingOutage: it could not be run at all, or the suite broke.
    """
    for tried, pause in enumerate(PAUSES):
        try:
            report = await grader.grade(exercise, files, in_turn=tried > 1)
        except GradingOutage as outage:
            if outage.kind in THE_SUITES:
                raise
        else:
            if report.is_conclusive:
                return report
        await asyncio.sleep(pause)
    return await grader.grade(exercise, files, in_turn=True)


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
