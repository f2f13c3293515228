"""Grading again until every check has a verdict, for those who wait for it."""

import asyncio
import itertools
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from graders.catalogue.manifest import Exercise
from graders.report import Report
from graders.undecided import Undecided
from worker.grading.grade import Grader, GradingOutage
from worker.grading.retry import IN_TURN_FROM_TRY, PAUSES_SECONDS
from worker.grading.undecided import Circumstances, describe_failure, describe_inconclusive
from worker.outages import Outage

# The suite's author has to fix something; another try would fail in the same way.
SUITE_OUTAGES: Final = (Outage.SUITE_BROKEN, Outage.SUITE_RAISED)


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
