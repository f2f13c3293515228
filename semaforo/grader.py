"""The worker's grader, as commands use it: made, waited for, and its outages told."""

import sys
from typing import Final

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from semaforo.terminal import COULD_NOT, Stop
from server.settings import Settings
from worker.grade import Grader, GradingOutage
from worker.suites import SuiteError

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


def outage_told(outage: GradingOutage) -> Stop:
    """Return why nothing could be tried: the suite's own fault, or this host's."""
    if isinstance(outage.__cause__, SuiteError):
        return Stop("The suite does not run: {reason}", reason=outage.__cause__)
    return Stop(
        "It could not be graded: {reason}. `semaforo doctor` tells what is missing here.",
        exit_code=COULD_NOT,
        reason=outage,
    )
