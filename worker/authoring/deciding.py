"""Grading again until every check has a verdict, for those who wait for it."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from graders.catalogue.manifest import Exercise
from graders.repeats import name_repeats
from graders.report import CheckResult, Report, Verdict
from graders.undecided import Undecided
from worker.grading.grade import Grader, GradingOutage
from worker.grading.retry import IN_TURN_FROM_TRY, PAUSES_SECONDS
from worker.grading.undecided import Circumstances, describe_failure, describe_inconclusive
from worker.outages import Outage

# Somebody has to fix something first; another try would fail in the same way.
SUITE_OUTAGES: Final = (Outage.SUITE_BROKEN, Outage.SUITE_RAISED, Outage.ENVIRONMENT)


@dataclass(frozen=True, slots=True)
class Decision:
    """A report, and the reason for each try without a verdict on every check.

    Each check is reported as it was first decided, in whichever try.
    """

    report: Report
    undecided: tuple[Undecided, ...] = ()


async def grade_until_conclusive(
    grader: Grader, exercise: Exercise, files: Mapping[str, bytes]
) -> Decision:
    """Grade until every check has had a verdict, at most four times.

    The last two runs grade one check at a time. A run whose helper process died, or did not start
    on a busy machine, is retried as well.

    Raises:
        GradingOutage: no run was possible, or the suite is broken.
    """
    report: Report | None = None
    decided: dict[str, CheckResult] = {}
    undecided: list[Undecided] = []
    number = 0
    while True:
        number += 1
        in_turn, is_last = number >= IN_TURN_FROM_TRY, number > len(PAUSES_SECONDS)
        given = Circumstances(number, grader.name, alone=in_turn)
        try:
            found = await grader.grade(exercise, files, in_turn=in_turn)
        except GradingOutage as outage:
            if (is_last and report is None) or outage.kind in SUITE_OUTAGES:
                raise
            undecided.append(describe_failure(outage, given, is_try=False))
        else:
            report = _keep_decided(found, decided)
            if not report.is_conclusive:
                undecided.append(describe_inconclusive(report, given))
        if report and (report.is_conclusive or is_last):
            return Decision(report, tuple(undecided))
        await asyncio.sleep(PAUSES_SECONDS[number - 1])


def _keep_decided(report: Report, decided: dict[str, CheckResult]) -> Report:
    """Return the report with each check as it was first decided; add to `decided` what is new."""
    for check in report.checks:
        if check.verdict is not Verdict.INCONCLUSIVE:
            decided.setdefault(check.name, check)
    checks = tuple(decided.get(c.name, c) for c in report.checks)
    return replace(report, checks=name_repeats(checks))
