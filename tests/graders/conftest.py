"""One grader for all tests of a session: the real sandbox and the real suites."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio

from graders.catalogue.manifest import Exercise
from graders.report import Report
from worker.grading.grade import Grader

# Suites are run by the grader, not by pytest itself.
collect_ignore = ["exercises"]

RUNTIME = Path(__file__).parents[2] / ".runtime" / "site"

MOST_RUNS = 5


async def graded(grader: Grader, exercise: Exercise, files: dict[str, bytes]) -> Report:
    """Grade as a worker does: what our machine could not decide, it runs again, five times.

    The last time one check after another.
    """
    for tries in range(1, MOST_RUNS + 1):
        report = await grader.grade(exercise, files, in_turn=tries == MOST_RUNS)
        if report.is_conclusive:
            break
    return report


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def grader() -> AsyncIterator[Grader]:
    async with Grader(runtime=RUNTIME, name="tests") as grader:
        yield grader
