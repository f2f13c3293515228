"""The worker's grader, as commands use it: made, waited for, and its outages told."""

import asyncio
import sys
from collections.abc import Mapping
from typing import Final

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from graders.manifest import Exercise
from graders.report import Report
from semaforo.terminal import COULD_NOT, Stop
from server.settings import Settings
from worker.grade import Grader, GradingOutage
from worker.suite_errors import SuiteError

PAUSES: Final = (1.0, 5.0, 20.0)  # seconds; a machine that cannot decide gets time to calm down


def make_bar() -> Progress:
    """Return a progress bar on the error stream, so that the output stays clean."""
    columns = TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn()
    is_seen = sys.stderr.isatty()
    return Progress(*columns, console=Console(stderr=True), transient=True, disable=not is_seen)


def a_grader(settings: Settings) -> Grader:
    """Return a grader such as the worker has."""
    return Grader(
        runtime=settings.runtime_dir,
        name=settings.worker_name,
        insecure=settings.run_student_code_without_a_full_sandbox,
    )


async def decide(grader: Grader, exercise: Exercise, files: Mapping[str, bytes]) -> Report:
    """Grade until it is decided, at most four times, the last two with one check after another.

    Raises:
        GradingOutage: it could not be run at all, or the judge broke.
    """
    report = await grader.grade(exercise, files)
    for tried, pause in enumerate(PAUSES, start=1):
        if report.is_conclusive:
            break
        await asyncio.sleep(pause)
        report = await grader.grade(exercise, files, in_turn=tried > 1)
    return report


def outage_told(outage: GradingOutage) -> Stop:
    """Return why nothing could be tried: the suite's own fault, or this host's."""
    if isinstance(outage.__cause__, SuiteError):
        return Stop("The suite does not run: {reason}", reason=outage.__cause__.words)
    return Stop(
        "It could not be graded: {reason}. `semaforo doctor` tells what is missing here.",
        exit_code=COULD_NOT,
        reason=outage,
    )
