"""Describe a claim that ended without a verdict, for staff."""

import os
from dataclasses import dataclass
from datetime import UTC, datetime

from graders.report import Report
from graders.undecided import BUG, INCONCLUSIVE, LONGEST_DETAIL, Undecided
from worker.outages import GradingOutage


@dataclass(frozen=True, slots=True)
class Circumstances:
    """How a claim was graded.

    claim    Its number, from 1.
    worker   Name of the worker.
    alone    Whether the run had the machine to itself.
    """

    claim: int
    worker: str
    alone: bool


def describe_inconclusive(report: Report, given: Circumstances) -> Undecided:
    """Return which checks of a report could not be decided, and why."""
    return _undecided(given, INCONCLUSIVE, is_try=True, report=report)


def describe_failure(error: Exception, given: Circumstances, *, is_try: bool) -> Undecided:
    """Return what kept the run from being graded at all."""
    cause = error.kind.value if isinstance(error, GradingOutage) else BUG
    return _undecided(given, cause, is_try=is_try, detail=str(error) or repr(error))


def _undecided(
    given: Circumstances,
    cause: str,
    *,
    is_try: bool,
    detail: str = "",
    report: Report | None = None,
) -> Undecided:
    return Undecided(
        at=datetime.now(UTC).isoformat(timespec="seconds"),
        claim=given.claim,
        worker=given.worker,
        cause=cause,
        is_try=is_try,
        alone=given.alone,
        load=round(os.getloadavg()[0] / len(os.sched_getaffinity(0)), 2),
        # A traceback names the error at its end.
        detail=detail[-LONGEST_DETAIL:],
        checks=report.undecided_checks() if report else (),
    )
