"""The worker's grader for commands: create it, describe outages."""

import sys

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from graders.catalogue.environments import Environments
from semaforo.terminal import COULD_NOT, CommandError
from server.settings import Settings
from worker.authoring.deciding import SUITE_OUTAGES
from worker.authoring.logs import silence_logs
from worker.grading.grade import Grader, GradingOutage
from worker.grading.suite_errors import SuiteError


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
        environments=Environments(settings.data_dir, settings.pythons),
        insecure=settings.run_student_code_without_a_full_sandbox,
    )


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
