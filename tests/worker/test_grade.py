"""A grader that rehearses judges as one that does not."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio

from graders.catalogue.exercises import BUILT_IN
from graders.catalogue.manifest import load_exercise
from graders.report import Verdict
from tests.fixtures.sandbox import RUNTIME
from worker.grading.grade import Grader

GATHER = load_exercise(BUILT_IN / "gather")


@pytest_asyncio.fixture
async def grader() -> AsyncIterator[Grader]:
    async with Grader(runtime=RUNTIME, name="tests", rehearses=True) as grader:
        yield grader


def source(path: str) -> dict[str, bytes]:
    return {"solution.py": (Path(GATHER.folder) / path).read_bytes()}


async def test_after_a_rehearsal_every_run_is_judged_by_its_own(grader: Grader) -> None:
    right = await grader.grade(GATHER, source("reference.py"))
    wrong = await grader.grade(GATHER, source("samples/wrong_sequential.py"))

    verdicts = {check.name: check.verdict for check in wrong.checks}
    assert right.all_passed
    assert verdicts["all_at_once"] is Verdict.FAILED
    assert verdicts["sequential"] is Verdict.PASSED


async def test_in_turn_no_check_begins_before_another_is_over(grader: Grader) -> None:
    slow_first = b"import asyncio\nasync def ejemplo_secuencial(f): await asyncio.sleep(0.3)\n"
    told: list[str] = []

    report = await grader.grade(
        GATHER, {"solution.py": slow_first}, on_check=lambda c: told.append(c.name), in_turn=True
    )

    assert told == [check.name for check in report.checks]


async def test_a_rehearsal_is_no_run(grader: Grader) -> None:
    await grader.prepare([GATHER])
    prepared = grader.cpu_usage.suite_seconds

    await grader.grade(GATHER, source("reference.py"))

    assert prepared == 0
    assert grader.cpu_usage.suite_seconds > 0
