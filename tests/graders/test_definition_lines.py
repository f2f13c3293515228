"""A check that found a wrong result speaks of the function that gave it."""

from pathlib import Path

import pytest

from graders.catalogue.manifest import load_exercise
from graders.report import Verdict
from tests.graders.conftest import graded
from worker.grading.grade import Grader

GATHER = load_exercise(Path(__file__).parents[2] / "graders" / "exercises" / "gather")


@pytest.mark.asyncio(loop_scope="session")
async def test_a_wrong_result_has_the_line_at_which_its_function_begins(grader: Grader) -> None:
    source = (GATHER.folder / "samples" / "wrong_order.py").read_bytes()
    lines = source.decode().splitlines()

    report = await graded(grader, GATHER, {GATHER.files[0]: source})

    failed = [check for check in report.checks if check.verdict is Verdict.FAILED]
    assert [check.name for check in failed] == ["order"]
    assert lines[(failed[0].line or 0) - 1].startswith("async def ejemplo_paralelo")
